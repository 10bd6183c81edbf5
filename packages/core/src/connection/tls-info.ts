/** What a runtime tells about an established TLS connection; what it does not know is absent. */
export interface TlsInfo {
  /** Such as `TLSv1.3`. */
  readonly protocol?: string
  /** The cipher suite by its standard name. */
  readonly cipher?: string
  /** Whether the server's certificate was verified. */
  readonly authorized?: boolean
}
