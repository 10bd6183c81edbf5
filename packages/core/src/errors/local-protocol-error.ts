import { SmtpError } from './smtp-error.ts'

/**
 * The caller asked for what can't be done in the present state. Nothing was sent and nothing has changed, so
 * the connection can be used on.
 */
export class LocalProtocolError extends SmtpError {
  readonly code: 'LOCAL_PROTOCOL' | 'INVALID_ARGUMENT' = 'LOCAL_PROTOCOL'
  /** The state of the connection at that moment, where a connection was asked. */
  readonly state: string | undefined
  /** The verb or the input that was refused. */
  readonly command: string | undefined

  constructor(message: string, details: { state?: string; command?: string } = {}) {
    super(message)
    this.state = details.state
    this.command = details.command
  }
}
