import { SmtpError } from './smtp-error.ts'

/** No connection is there to be used: it was closed or had failed before this call. */
export class NotConnectedError extends SmtpError {
  readonly code = 'NOT_CONNECTED'

  constructor(options?: { cause?: unknown }) {
    super('the connection is closed; connect again', options)
  }
}

/** The connection could not be made: name not found, refused, unreachable. `cause` is the runtime's error. */
export class ConnectionFailedError extends SmtpError {
  readonly code = 'CONNECTION_FAILED'
}

/** The TLS handshake failed for another reason than the certificate. `cause` is the runtime's error. */
export class TlsFailedError extends SmtpError {
  readonly code = 'TLS_FAILED'
}
