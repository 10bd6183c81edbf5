import type { Decision } from './decision.ts'
import type { ContentMoment, PrdrMoment } from './policy.ts'
import type { ReceivedMessage } from './received.ts'
import { replyOf, type ServerReply, usualReply } from './server-reply.ts'
import { isPositive, type RecipientRecord, type TransactionRecord } from './transaction-log.ts'

/** Asks the policy. */
export type Decide = (moment: Omit<ContentMoment, 'session'> | Omit<PrdrMoment, 'session'>) => Decision

/** The replies to one message that is in, asked of the policy one after the other, and what they do to its recipients. */
export class ContentReplies {
  readonly decisions: Decision[] = []
  readonly #transaction: TransactionRecord
  readonly #message: ReceivedMessage
  readonly #usual: ServerReply
  readonly #decide: Decide

  constructor(transaction: TransactionRecord, message: ReceivedMessage, usual: ServerReply, decide: Decide) {
    this.#transaction = transaction
    this.#message = message
    this.#usual = usual
    this.#decide = decide
  }

  /** One stands for all. */
  forAll(): void {
    this.#standsFor(this.#transaction.accepted, this.#ask({ type: 'content', ...this.#about }))
  }

  /** One for each accepted recipient (RFC 2033 §4.2). False where the connection is closed amid them. */
  forEach(): boolean {
    return this.#transaction.accepted.every((recipient) => {
      const whose = { recipient: recipient.index, path: recipient.path }
      const decision = this.#ask({ type: 'content', ...this.#about, ...whose })
      this.#standsFor([recipient], decision)
      return !decision.close
    })
  }

  /** Exim's PRDR: 353, one for each accepted recipient, then one for all. */
  withPrdr(): void {
    const { accepted, content } = this.#transaction
    const beginning = this.#ask({ type: 'prdr', usual: usualReply(353), message: this.#message })
    if (beginning.reply?.code !== 353) {
      this.#standsFor(accepted, beginning)
      return
    }
    this.#transaction.prdr = beginning.reply
    for (const recipient of accepted) recipient.awaitsOverall = true
    if (beginning.close || !this.forEach()) return
    const usual = usualOverall(accepted)
    const { reply } = this.#ask({ type: 'content', ...this.#about, usual, overall: true })
    if (reply === undefined) return
    content.push(reply)
    for (const recipient of accepted) recipient.overall = reply
  }

  get #about(): Pick<ContentMoment, 'usual' | 'message'> {
    return { usual: this.#usual, message: this.#message }
  }

  #ask(asked: Parameters<Decide>[0]): Decision {
    const decision = this.#decide(asked)
    this.decisions.push(decision)
    return decision
  }

  #standsFor(recipients: readonly RecipientRecord[], { reply }: Decision): void {
    if (reply === undefined) return
    this.#transaction.content.push(reply)
    for (const recipient of recipients) recipient.content = reply
  }
}

function usualOverall(recipients: readonly RecipientRecord[]): ServerReply {
  const taken = recipients.filter(({ content }) => isPositive(content)).length
  if (taken === 0) return replyOf(550, '5.7.1', 'refused for all recipients')
  return replyOf(250, '2.0.0', taken < recipients.length ? 'taken for some recipients' : 'taken for all recipients')
}
