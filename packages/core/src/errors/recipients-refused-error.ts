import { escapeForDisplay } from './escape-for-display.ts'
import { isTransient, type RefusingReply } from './response-error.ts'
import { SmtpError } from './smtp-error.ts'

/** A recipient whom the server refused. */
export interface RefusedRecipient<Reply extends RefusingReply = RefusingReply> {
  /** The address as it was given. */
  readonly address: string
  /** Its position among the recipients, from 0: the same address twice is two recipients. */
  readonly position: number
  readonly reply: Reply
}

/** Every recipient was refused, so nobody was sent anything. */
export class RecipientsRefusedError extends SmtpError {
  readonly code = 'RECIPIENTS_REFUSED'
  /**
   * Who was refused, and how. Empty where no recipient was named; where the server closed the connection amid the
   * recipients, those whom it had refused by then.
   */
  readonly recipients: readonly RefusedRecipient[]

  constructor(recipients: readonly RefusedRecipient[]) {
    super(messageFor(recipients))
    this.recipients = recipients
  }

  /** At least one may be accepted later. */
  override get transient(): boolean {
    return this.recipients.some(({ reply }) => isTransient(reply.code))
  }

  /** None may be tried again. */
  override get permanent(): boolean {
    return this.recipients.length > 0 && !this.transient
  }
}

function messageFor(recipients: readonly RefusedRecipient[]): string {
  const [first, ...others] = recipients
  if (first === undefined) return 'there is no recipient; name at least one'
  const { address, reply } = first
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  return `no recipient was accepted: ${escapeForDisplay(address)} with ${reply.code} ${escapeForDisplay(reply.text)}${more}`
}
