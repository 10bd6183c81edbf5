import { SmtpError } from './smtp-error.ts'

/** The connection could not be made: name not found, refused, unreachable. `cause` is the runtime's error. */
export class ConnectionFailedError extends SmtpError {
  readonly code = 'CONNECTION_FAILED'
}
