/** The names by which `SmtpError.code` tells errors apart. */
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
  | 'CONNECT'
  | 'HELO'
  | 'STARTTLS_REFUSED'
  | 'AUTHENTICATION'
  | 'SENDER_REFUSED'
  | 'RECIPIENTS_REFUSED'
  | 'DATA'
  | 'CONTENT_SOURCE_FAILED'
  | 'TOKEN_PROVIDER_FAILED'

/** What every error of this library is. `code` is stable and meant for programs, `message` for people. */
export abstract class SmtpError extends Error {
  abstract readonly code: ErrorCode
  /**
   * Of an error that ended a connection: `unknown` when all of a message was sent and a reply to it is missing, so
   * that the server may have accepted it; else `notSent`.
   */
  declare delivery?: 'notSent' | 'unknown'

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
  }

  /** The server said 4xx: the same request may succeed later (RFC 5321 §4.2.1). False where no reply decided. */
  get transient(): boolean {
    return false
  }

  /** The server said 5xx: the same request must not be repeated as it is. False where no reply decided. */
  get permanent(): boolean {
    return false
  }
}
