import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** The stream that the message was read from failed, so the message could not be sent. `cause` is its error. */
export class ContentSourceError extends SmtpError {
  readonly code = 'CONTENT_SOURCE_FAILED'

  constructor(options: { cause: unknown }) {
    const detail = options.cause instanceof Error ? `: ${escapeForDisplay(options.cause.message)}` : ''
    super(`the message could not be read${detail}`, options)
  }
}
