import { ServerDisconnectedError } from './server-disconnected-error.ts'

/** The peer did not answer, or did not take what was sent, in time (RFC 5321 §4.5.3.2). */
export class TimeoutError extends ServerDisconnectedError {
  readonly code = 'TIMEOUT'
  /** What was waited for, such as `greeting`, `mail` or `termination`. */
  readonly phase: string
  readonly milliseconds: number

  constructor(phase: string, milliseconds: number) {
    super(`the server took longer than ${milliseconds} ms in phase ${phase}; timeouts.${phase} sets this limit`)
    this.phase = phase
    this.milliseconds = milliseconds
  }
}
