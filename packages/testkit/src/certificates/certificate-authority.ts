/** An authority made for one test run. Its key never leaves memory, so nothing need be kept or renewed. */
export interface CertificateAuthority {
  /** The authority's own certificate in PEM, for a client's list of trusted authorities. */
  readonly certificate: string
  issue(options?: IssueOptions): Promise<IssuedCertificate>
}

export interface IssueOptions {
  /** DNS names and IP addresses. Default: localhost, 127.0.0.1 and ::1. */
  readonly names?: readonly string[]
  /** Its validity ended yesterday. */
  readonly expired?: boolean
}

export interface IssuedCertificate {
  /** PEM */
  readonly certificate: string
  /** PEM, PKCS #8, not encrypted */
  readonly key: string
}
