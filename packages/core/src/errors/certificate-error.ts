import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** Which check the server's certificate failed; `refused` where the runtime tells no more. */
export type CertificateCheck = 'untrusted' | 'expired' | 'name-mismatch' | 'refused'

const failures = {
  untrusted: ['CERTIFICATE_UNTRUSTED', 'it was not issued by a trusted authority (tlsOptions.ca adds one)'],
  expired: ['CERTIFICATE_EXPIRED', 'it is outside its period of validity'],
  'name-mismatch': [
    'CERTIFICATE_NAME_MISMATCH',
    'it was issued for another name (tlsOptions.serverName sets the expected one)',
  ],
  refused: ['CERTIFICATE_REFUSED', 'it did not pass verification'],
} as const

/** The server's certificate was refused, so nothing was sent over the connection. */
export class CertificateError extends SmtpError {
  readonly code: (typeof failures)[CertificateCheck][0]
  readonly check: CertificateCheck

  /** `serverName` is the name that was expected; `cause` the runtime's error. */
  constructor(check: CertificateCheck, serverName: string, options?: { cause?: unknown }) {
    // Part of the runtime's message is what the peer wrote into its certificate.
    const detail = options?.cause instanceof Error ? ` (${escapeForDisplay(options.cause.message)})` : ''
    super(`the certificate of ${escapeForDisplay(serverName)} was refused: ${failures[check][1]}${detail}`, options)
    this.code = failures[check][0]
    this.check = check
  }
}
