import { AbortedError, type SmtpError } from '../../errors/index.ts'
import { type Envelope, isMessageFault, type TransactionResult } from '../../session/index.ts'
import { Capabilities } from '../../wire/index.ts'
import type { ContentSource } from '../content-source.ts'
import type { PreparedDelivery } from '../delivery.ts'
import { type OutgoingMail, outgoingMail } from '../outgoing-mail.ts'

const none = { capabilities: Capabilities.none }

/** A message on its way through a pool, over one connection or, where that is certain to be right, another. */
export class PooledMail implements OutgoingMail {
  readonly addresses: readonly string[]
  readonly envelope: Envelope
  readonly content: ContentSource
  readonly repeatable: boolean
  /** When it came, and when a connection took it. */
  readonly queued: number
  begun = 0
  /** How many connections have taken it. */
  attempts = 0
  /** What it is sent over. */
  connection: { readonly capabilities: Capabilities } = none
  /** Tells whoever has sent it. */
  settle: (result: TransactionResult) => void = () => {}
  #read = false

  constructor(ready: PreparedDelivery, chunking: boolean | undefined, now: number) {
    const { content } = ready
    const noted = content.rewind === undefined ? { ...ready, content: this.#noting(content) } : ready
    const mail = outgoingMail(noted, () => this.connection.capabilities, chunking)
    this.addresses = mail.addresses
    this.envelope = mail.envelope
    this.content = mail.content
    this.repeatable = mail.repeatable
    this.queued = now
  }

  /**
   * Whether another connection may be entrusted with it: this one has ended before the server can have accepted it for
   * anybody, for a reason that is not its own, and it can be read from its beginning.
   */
  mayGoElsewhere({ outcomes, error, problem }: TransactionResult): boolean {
    if (problem !== undefined || !isConnectionFault(error)) return false
    if (this.#read) return false
    return outcomes.every(({ status, reply }) => status === 'notSent' || reply?.code === 421)
  }

  /** What can be read but once. */
  #noting(content: ContentSource): ContentSource {
    return {
      next: () => {
        this.#read = true
        return content.next()
      },
      cancel: () => content.cancel(),
    }
  }
}

/** Where the server has closed the connection after a 421 there is no error. */
function isConnectionFault(error: SmtpError | undefined): boolean {
  return !isMessageFault(error) && !(error instanceof AbortedError)
}
