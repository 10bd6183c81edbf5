/** The names by which `SmtpError.code` tells errors apart; a `switch` over them narrows. */
export type ErrorCode =
  | 'LOCAL_PROTOCOL'
  | 'INVALID_ARGUMENT'
  | 'NOT_SUPPORTED'
  | 'REMOTE_PROTOCOL'
  | 'UNEXPECTED_EOF'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'NOT_CONNECTED'
  | 'CONNECTION_FAILED'
  | 'TLS_FAILED'
  | 'CERTIFICATE_UNTRUSTED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NAME_MISMATCH'
  | 'CERTIFICATE_REFUSED'
  | 'GREETING_REFUSED'
  | 'HELLO_REFUSED'
  | 'STARTTLS_REFUSED'
  | 'AUTHENTICATION_REFUSED'
  | 'CONTENT_SOURCE_FAILED'

/** What every error of this library is. `code` is stable and meant for programs, `message` for people. */
export abstract class SmtpError extends Error {
  abstract readonly code: ErrorCode

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
  }
}
