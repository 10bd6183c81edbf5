import { RemoteProtocolError, type Violation } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import type { ContentInHand } from './content-in-hand.ts'
import type { Dialect } from './dialect.ts'
import type { Exchange, ExchangeQueue } from './exchange-queue.ts'
import type { Limits } from './limits.ts'
import type { ContentFate, Event, Output } from './output.ts'
import type { SessionFacts } from './session-facts.ts'
import type { State } from './state-table.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { stateAfterReply } from './transitions.ts'

/** How a connection ends with a reply. */
export type EndByReply = 'close' | { readonly error: RemoteProtocolError; readonly delivery: ContentFate }

export interface AnsweringParts {
  readonly dialect: Dialect
  readonly limits: Limits
  readonly queue: ExchangeQueue
  readonly facts: SessionFacts
  readonly transaction: TransactionRecord
  readonly content: ContentInHand
}

/** Gives each reply to the exchange that it answers, and lets the table decide what follows. */
export class Answering {
  readonly #parts: AnsweringParts
  #challenges = 0
  /** Whom the replies to content are for that are still due, once the first has come; `undefined` stands for all. */
  #due: (number | undefined)[] = []
  /** One of the recipients to whom replies have come was accepted. */
  #reached = false

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  /** Adds what there is to tell of it to the outputs; returns how the connection ends with it, if it does. */
  receive(reply: Reply, outputs: Output[]): EndByReply | undefined {
    const { queue, content } = this.#parts
    const { awaited } = queue
    const amid = awaited === undefined ? content.underWay : undefined
    const exchange = awaited ?? amid
    if (reply.code === 421) {
      if (exchange !== undefined) outputs.push(this.#answer(exchange, reply, 'closing'))
      outputs.push({ type: 'ServerClosing', reply, delivery: queue.delivery })
      return 'close'
    }
    if (exchange === undefined) {
      return this.#violation('UNSOLICITED_REPLY', 'the server sent a reply that nothing asked for', reply)
    }
    const from = amid === undefined ? queue.settled : 'data'
    const next = this.#mayAnswer(exchange, reply) ? stateAfterReply(exchange.name, from, reply.code) : undefined
    if (next === undefined) {
      const message = `the server may not answer ${exchange.name} so in state ${from}`
      // An acceptance ahead of the content's end: who knows what the server has accepted.
      const accepting = exchange.name === 'CONTENT' && reply.severity === 2
      return this.#violation('UNEXPECTED_REPLY', message, reply, accepting ? 'unknown' : queue.delivery)
    }
    outputs.push(this.#answer(exchange, reply, next))
    if (next === 'closing' || this.#isUncountable(exchange, next)) return 'close'
    if (next === 'auth') return this.#challenge(exchange)
    this.#takeEffect(exchange, reply, next, outputs)
    this.settleUnanswered()
    return undefined
  }

  /** RFC 2033 §4.2: a reply to content for each recipient accepted, so none at all where there is none. */
  settleUnanswered(): void {
    while (
      this.#parts.queue.awaited?.name === 'CONTENT' &&
      this.#perRecipient &&
      this.#parts.transaction.accepted.length === 0
    ) {
      this.#parts.queue.settle(this.#parts.queue.settled === 'dataSent' ? 'ready' : 'resetDue')
    }
  }

  /**
   * Whether nobody knows how many replies are still due: LMTP servers differ in whether they answer the last chunk for
   * each recipient where one before it was refused.
   */
  #isUncountable({ id, name }: Exchange, next: State): boolean {
    const refused = name === 'CHUNK' && next === 'resetDue'
    return (
      refused && this.#perRecipient && this.#parts.transaction.accepted.length > 1 && this.#parts.queue.owesContent(id)
    )
  }

  get #perRecipient(): boolean {
    return this.#parts.dialect.contentReplies === 'perRecipient'
  }

  /** 353 comes once, and where MAIL has asked for PRDR. */
  #mayAnswer({ name, prdr }: Exchange, { code }: Reply): boolean {
    return name !== 'CONTENT' || code !== 353 || (prdr === true && this.#due.length === 0)
  }

  /** The exchange is over now unless more replies to it are due. */
  #answer({ id, name }: Exchange, reply: Reply, next: State): Event {
    const recipient = name === 'CONTENT' ? this.#recipientOf(reply) : undefined
    this.#reached ||= recipient !== undefined && reply.severity === 2
    if (this.#due.length === 0) {
      // With LMTP the content has failed only where it has reached nobody.
      this.#parts.queue.settle(this.#perRecipient && this.#reached ? 'ready' : next)
      this.#reached = false
    }
    // RFC 3030 §2: no chunk may follow one that is refused.
    if (name === 'CHUNK' && next === 'resetDue') this.#parts.content.drop(id)
    if (name === 'GREETING') return { type: 'GreetingReceived', reply }
    return recipient === undefined
      ? { type: 'ReplyReceived', id, exchange: name, reply }
      : { type: 'ReplyReceived', id, exchange: name, reply, recipient }
  }

  /** Whom a reply to content is for. */
  #recipientOf({ code }: Reply): number | undefined {
    const { accepted } = this.#parts.transaction
    if (code === 353) {
      this.#due = [...accepted, undefined]
      return undefined
    }
    if (this.#due.length === 0 && this.#perRecipient) this.#due = [...accepted]
    return this.#due.shift()
  }

  #challenge({ name }: Exchange): EndByReply | undefined {
    this.#challenges = name === 'AUTH' ? 1 : this.#challenges + 1
    const { maxChallenges } = this.#parts.limits
    if (this.#challenges <= maxChallenges) return undefined
    return this.#violation('TOO_MANY_CHALLENGES', `the server sent more than ${maxChallenges} challenges`)
  }

  #takeEffect(exchange: Exchange, reply: Reply, next: State, outputs: Output[]): void {
    const { id, name, recipient } = exchange
    const { content, transaction, facts } = this.#parts
    if (next === 'data') {
      content.openData(exchange)
      outputs.push({ type: 'BodyRequested', id })
      return
    }
    transaction.follow(name, reply, recipient)
    if (reply.severity === 2 && facts.learn(name, reply)) {
      outputs.push({ type: 'CapabilitiesChanged', capabilities: facts.capabilities })
    }
  }

  #violation(violation: Violation, message: string, reply?: Reply, delivery = this.#parts.queue.delivery): EndByReply {
    return { error: new RemoteProtocolError(violation, message, reply?.toString()), delivery }
  }
}
