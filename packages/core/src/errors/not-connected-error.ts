import { SmtpError } from './smtp-error.ts'

/** No connection is there to be used: it was closed or had failed before this call. */
export class NotConnectedError extends SmtpError {
  readonly code = 'NOT_CONNECTED'

  constructor(options?: { cause?: unknown }) {
    super('the connection is closed; connect again', options)
  }
}
