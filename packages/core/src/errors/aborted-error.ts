import { SmtpError } from './smtp-error.ts'

/** The caller ended the connection. `cause` is the abort signal's reason, if a signal did it. */
export class AbortedError extends SmtpError {
  readonly code = 'ABORTED'

  constructor(options?: { cause?: unknown }) {
    super('the connection was aborted by the caller', options)
  }
}
