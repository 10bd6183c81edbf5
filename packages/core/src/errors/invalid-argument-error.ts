import { escapeForDisplay } from './escape-for-display.ts'
import { LocalProtocolError } from './local-protocol-error.ts'

/** A value of the caller's that can't be put on the wire or understood. Refused before a byte is sent. */
export class InvalidArgumentError extends LocalProtocolError {
  override readonly code = 'INVALID_ARGUMENT'
  /** Which argument it was, such as `from`, `to[2]` or `tlsOptions.ca`. */
  readonly field: string
  /** What is wrong with it, without the value. */
  readonly problem: string

  /** `value` is shown escaped; leave it out where it could be a credential. */
  constructor(field: string, problem: string, value?: string) {
    const newline = value !== undefined && /[\r\n]/.test(value) ? ' (prohibited newline characters)' : ''
    super(`${field} ${problem}${newline}${value === undefined ? '' : `: ${escapeForDisplay(value)}`}`)
    this.field = field
    this.problem = problem
  }
}
