import { escapeForDisplay } from './escape-for-display.ts'
import { ServerDisconnectedError } from './server-disconnected-error.ts'

/** The connection ended while it was still needed. `cause` is the transport's own error, if it had one. */
export class UnexpectedEofError extends ServerDisconnectedError {
  readonly code = 'UNEXPECTED_EOF'
  /** The state in which it ended. */
  readonly state: string

  constructor(state: string, options?: { cause?: unknown }) {
    const cause = options?.cause instanceof Error ? ` (${escapeForDisplay(options.cause.message)})` : ''
    super(`the connection ended unexpectedly, in state ${state}${cause}`, options)
    this.state = state
  }
}
