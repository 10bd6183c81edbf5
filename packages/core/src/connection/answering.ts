import { RemoteProtocolError, type Violation } from '../errors/index.ts'
import { DataEncoder, type Reply } from '../wire/index.ts'
import type { Dialect } from './dialect.ts'
import type { Exchange, ExchangeQueue } from './exchange-queue.ts'
import type { Limits } from './limits.ts'
import type { ContentFate, Event } from './output.ts'
import type { SessionFacts } from './session-facts.ts'
import { type State, stateAfterReply } from './state-table.ts'
import type { TransactionRecord } from './transaction-record.ts'

/** What a reply brings about. */
export interface Consequences {
  readonly events: readonly Event[]
  /** How the connection ends with it, if it does. */
  readonly end?: 'close' | { readonly error: RemoteProtocolError; readonly delivery: ContentFate }
}

/** Gives each reply to the exchange that it answers, and lets the table decide what follows. */
export class Answering {
  readonly #dialect: Dialect
  readonly #limits: Limits
  readonly #queue: ExchangeQueue
  readonly #facts: SessionFacts
  readonly #transaction: TransactionRecord
  #challenges = 0

  constructor(
    dialect: Dialect,
    limits: Limits,
    queue: ExchangeQueue,
    facts: SessionFacts,
    transaction: TransactionRecord,
  ) {
    this.#dialect = dialect
    this.#limits = limits
    this.#queue = queue
    this.#facts = facts
    this.#transaction = transaction
  }

  receive(reply: Reply): Consequences {
    const exchange = this.#queue.awaited ?? this.#contentUnderWay()
    if (reply.code === 421) {
      const answer = exchange === undefined ? [] : [this.#answer(exchange, reply, 'closing')]
      return { events: [...answer, { type: 'ServerClosing', reply, delivery: this.#queue.delivery }], end: 'close' }
    }
    if (exchange === undefined) {
      return this.#violation('UNSOLICITED_REPLY', 'the server sent a reply that nothing asked for', reply)
    }
    const next = stateAfterReply(exchange.name, this.#queue.settled, reply.code)
    if (next === undefined) {
      const message = `the server may not answer ${exchange.name} so in state ${this.#queue.settled}`
      // An acceptance ahead of the content's end: who knows what the server has accepted.
      const accepting = exchange.name === 'CONTENT' && reply.severity === 2
      return this.#violation('UNEXPECTED_REPLY', message, reply, accepting ? 'unknown' : this.#queue.delivery)
    }
    const answer = this.#answer(exchange, reply, next)
    if (next === 'closing') return { events: [answer], end: 'close' }
    if (next === 'auth') return this.#challenge(exchange, answer)
    return { events: [answer, ...this.#effects(exchange, reply, next)] }
  }

  /** While content goes out no reply is awaited yet; one that comes all the same answers the content. */
  #contentUnderWay(): Exchange | undefined {
    const { content, accepted } = this.#transaction
    if (this.#queue.settled !== 'data' || content === undefined) return undefined
    const due = this.#dialect.contentReplies === 'perRecipient' ? { recipientsDue: accepted.slice(0, 1) } : {}
    return { id: content.id, name: 'CONTENT', ...due }
  }

  /** The exchange is over now unless, as with LMTP content, more replies to it are due. */
  #answer({ id, name, recipientsDue = [] }: Exchange, reply: Reply, next: State): Event {
    const recipient = recipientsDue.shift()
    if (recipientsDue.length === 0) this.#queue.settle(next)
    if (name === 'GREETING') return { type: 'GreetingReceived', reply }
    return { type: 'ReplyReceived', id, exchange: name, reply, ...(recipient !== undefined && { recipient }) }
  }

  #challenge({ name }: Exchange, answer: Event): Consequences {
    this.#challenges = name === 'AUTH' ? 1 : this.#challenges + 1
    const { maxChallenges } = this.#limits
    if (this.#challenges <= maxChallenges) return { events: [answer] }
    const violation = this.#violation('TOO_MANY_CHALLENGES', `the server sent more than ${maxChallenges} challenges`)
    return { ...violation, events: [answer] }
  }

  #effects({ id, name, recipient }: Exchange, reply: Reply, next: State): readonly Event[] {
    if (next === 'data') {
      this.#transaction.content = { id, encoder: new DataEncoder() }
      return [{ type: 'BodyRequested', id }]
    }
    this.#transaction.follow(name, reply, recipient)
    if (reply.severity !== 2) return []
    const learned = this.#facts.learn(name, reply)
    return learned ? [{ type: 'CapabilitiesChanged', capabilities: this.#facts.capabilities }] : []
  }

  #violation(violation: Violation, message: string, reply?: Reply, delivery = this.#queue.delivery): Consequences {
    return { events: [], end: { error: new RemoteProtocolError(violation, message, reply?.toString()), delivery } }
  }
}
