import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** How the peer broke the protocol. */
export type Violation =
  | 'REPLY_SYNTAX'
  | 'REPLY_CODES_DIFFER'
  | 'LINE_TOO_LONG'
  | 'TOO_MANY_LINES'
  | 'REPLY_TOO_LONG'
  | 'TOO_MANY_BYTES'
  | 'TOO_MANY_CHALLENGES'
  | 'BAD_CHALLENGE'
  | 'SERVER_NOT_PROVEN'
  | 'UNEXPECTED_REPLY'
  | 'UNSOLICITED_REPLY'
  | 'BYTES_BEHIND_STARTTLS'

/** The peer sent what no server may send. The connection is of no further use. */
export class RemoteProtocolError extends SmtpError {
  readonly code = 'REMOTE_PROTOCOL'
  readonly violation: Violation
  /** 500 for a line that is too long, the code that smtplib has for it; else `undefined`. */
  readonly replyCode: 500 | undefined

  /** `received` is what the peer sent, shown escaped and cut. */
  constructor(violation: Violation, message: string, received?: string) {
    super(received === undefined ? message : `${message}: ${escapeForDisplay(received)}`)
    this.violation = violation
    this.replyCode = violation === 'LINE_TOO_LONG' ? 500 : undefined
  }
}
