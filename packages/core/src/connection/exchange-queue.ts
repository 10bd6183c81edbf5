import type { EncodedCommand } from '../wire/index.ts'
import type { ContentFate } from './output.ts'
import { type ExchangeName, type State, stateExpected, stateTable } from './state-table.ts'
import type { TimeoutPhase } from './timeouts.ts'

/** Something that the server owes a reply, or will owe one once it is sent. */
export interface Exchange {
  readonly id: number
  readonly name: ExchangeName
  /** Absent for the greeting and for content. */
  readonly encoded?: EncodedCommand
  /** For RCPT: its position among the recipients of the transaction. */
  readonly recipient?: number
  /** For LMTP content: the recipients whose replies are due, in order. */
  readonly recipientsDue?: number[]
}

/**
 * The exchanges that are queued or under way, in order, and the states that their success would lead to. Which
 * commands may leave together is decided here (RFC 2920 §3.1).
 */
export class ExchangeQueue {
  /** The state as the replies so far have made it. */
  settled: State = 'greeting'
  readonly #sent: Exchange[] = []
  readonly #unsent: Exchange[] = []
  /** The states once all that was sent, and all that is queued, has succeeded; worked out when they are asked for. */
  #afterSent: State | undefined
  #afterQueued: State | undefined
  /** The last MAIL was skipped. What follows must not get into the transaction that was open instead. */
  #withoutMail = false

  /** The state in which a command added now would be executed, if all before it succeeds. */
  get expected(): State {
    this.#afterQueued ??= this.#unsent.reduce(expect, this.#expectedAfterSent)
    return this.#afterQueued
  }

  get pending(): number {
    return this.#sent.length + this.#unsent.length
  }

  /** The exchange that the next reply answers. */
  get awaited(): Exchange | undefined {
    return this.#sent[0]
  }

  /** What becomes of content if the connection ends now. */
  get delivery(): ContentFate {
    return this.#sent.some((exchange) => exchange.name === 'CONTENT') ? 'unknown' : 'notSent'
  }

  /** What is waited for now, if anything. */
  get phase(): TimeoutPhase | undefined {
    if (this.awaited !== undefined) return stateTable[this.awaited.name].phase
    if (this.settled === 'data') return 'content'
    return this.settled === 'startTls' ? 'tls' : undefined
  }

  add(exchange: Exchange): void {
    this.#afterQueued = expect(this.expected, exchange)
    this.#unsent.push(exchange)
  }

  /** Notes an exchange that is under way without having been queued. */
  addSent(exchange: Exchange): void {
    this.#sent.push(exchange)
    this.#forgetExpectations()
  }

  /**
   * The next command that may leave now, with `skip` set where a refusal has made it illegal meanwhile. It counts
   * as sent unless it is to be skipped.
   */
  take(pipelining: boolean): { exchange: Exchange; skip: boolean } | undefined {
    const exchange = this.#unsent[0]
    if (exchange === undefined) {
      // What is queued from now on knows where it gets.
      this.#withoutMail = false
      return undefined
    }
    const last = this.#sent.at(-1)
    if (last !== undefined && (!pipelining || stateTable[last.name].endsGroup)) return undefined
    this.#unsent.shift()
    const afterSent = this.#expectedAfterSent
    const { legalIn, ofTransaction = false } = stateTable[exchange.name]
    const skip = !legalIn.includes(afterSent) || (ofTransaction && this.#withoutMail)
    if (exchange.name === 'MAIL') this.#withoutMail = skip
    if (skip) {
      this.#afterQueued = undefined
    } else {
      this.#sent.push(exchange)
      this.#afterSent = expect(afterSent, exchange)
    }
    return { exchange, skip }
  }

  /** The awaited exchange is answered for good, and the state is now `state`. */
  settle(state: State): void {
    const answered = this.#sent.shift()
    const asExpected = answered !== undefined && stateExpected(answered.name, this.settled) === state
    this.settled = state
    if (!asExpected) this.#forgetExpectations()
  }

  /** Sets the state from outside the exchanges. */
  move(state: State): void {
    this.settled = state
    this.#forgetExpectations()
  }

  /** Forgets all that is pending: no reply to it will come. */
  clear(): void {
    this.#sent.length = 0
    this.#unsent.length = 0
  }

  get #expectedAfterSent(): State {
    this.#afterSent ??= this.#sent.reduce(expect, this.settled)
    return this.#afterSent
  }

  #forgetExpectations(): void {
    this.#afterSent = undefined
    this.#afterQueued = undefined
  }
}

function expect(state: State, exchange: Exchange): State {
  return stateExpected(exchange.name, state)
}
