import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** The function that was to give an OAuth token failed. `cause` is what it threw. */
export class TokenProviderError extends SmtpError {
  readonly code = 'TOKEN_PROVIDER_FAILED'

  constructor(options: { cause: unknown }) {
    const detail = options.cause instanceof Error ? `: ${escapeForDisplay(options.cause.message)}` : ''
    super(`no token was given${detail}`, options)
  }
}
