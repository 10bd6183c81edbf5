import type { BdatCommand, EncodedCommand } from '../wire/index.ts'
import type { ContentFate } from './output.ts'
import { type ExchangeName, type State, stateTable } from './state-table.ts'
import type { TimeoutPhase } from './timeouts.ts'
import { isLegal, stateExpected } from './transitions.ts'

/** Something that the server owes a reply, or will owe one once it is sent. */
export interface Exchange {
  readonly id: number
  readonly name: ExchangeName
  /** Absent for the greeting and for content. */
  readonly encoded?: EncodedCommand | undefined
  /** What content it opens. */
  readonly opens?: BdatCommand | undefined
  /** For RCPT: its position among the recipients of the transaction. */
  readonly recipient?: number | undefined
  /** For DATA, BDAT and content: MAIL asked for a reply to the content for each recipient. */
  readonly prdr?: true | undefined
  /** No command leaves before the reply to this one, whatever its name says. */
  readonly endsGroup?: true | undefined
}

/**
 * The exchanges that are queued or under way, in order, and the states that their success would lead to. Which
 * commands may leave together is decided here (RFC 2920 §3.1).
 */
export class ExchangeQueue {
  /** The state as the replies so far have made it. */
  settled: State = 'greeting'
  /** Content that no reply had to ask for has begun and not ended: nothing else may leave. */
  #sendingContent = false
  readonly #sent: Exchange[] = []
  /** Content that was handed over, and leaves with all that leaves next. */
  readonly #leaving: Exchange[] = []
  readonly #unsent: Exchange[] = []
  /**
   * The states once all that was sent, and all that is queued, has succeeded; worked out when they are asked for, and
   * kept as long as all goes as expected, since much may be under way. The first leaves out content that is being sent.
   */
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
    return this.#sent.length + this.#leaving.length + this.#unsent.length
  }

  /** Whether nothing is left to leave. */
  get allSent(): boolean {
    return this.#leaving.length === 0 && this.#unsent.length === 0
  }

  /** The exchange that the next reply answers. */
  get awaited(): Exchange | undefined {
    return this.#sent[0]
  }

  /** Whether a reply is due now, or will be once what was handed over has left. */
  get replyDue(): boolean {
    return this.#sent.length + this.#leaving.length > 0
  }

  /** What becomes of content if the connection ends now. */
  get delivery(): ContentFate {
    return this.#sent.some((exchange) => exchange.name === 'CONTENT') ? 'unknown' : 'notSent'
  }

  /** What is waited for now, if anything. */
  get phase(): TimeoutPhase | undefined {
    if (this.awaited !== undefined) return stateTable[this.awaited.name].phase
    if (this.settled === 'data' || this.#sendingContent) return 'content'
    return this.settled === 'startTls' ? 'tls' : undefined
  }

  /** Whether the end of that content was handed over, and is not answered. */
  owesContent(id: number): boolean {
    return [...this.#sent, ...this.#leaving].some((exchange) => exchange.name === 'CONTENT' && exchange.id === id)
  }

  add(exchange: Exchange): void {
    this.#afterQueued = expect(this.expected, exchange)
    this.#unsent.push(exchange)
  }

  /** The greeting is awaited without anything being sent. */
  awaitGreeting(): void {
    this.#sent.push({ id: 0, name: 'GREETING' })
    this.#forgetExpectations()
  }

  /** Content was handed over for which a reply is due. */
  addLeaving(exchange: Exchange): void {
    this.#afterSent = expect(this.#afterAllSent, exchange)
    this.#afterQueued = undefined
    this.#leaving.push(exchange)
  }

  /** The content that was opened without a reply has ended, or is given up. */
  endContent(): void {
    this.#sendingContent = false
    this.#afterQueued = undefined
  }

  /**
   * The next command that may leave now, behind the content handed over before, with `skip` set where a refusal has
   * made it illegal meanwhile. It counts as sent unless it is to be skipped; one that opens content is under way until
   * `endContent`.
   */
  take(pipelining: boolean): { exchange: Exchange; skip: boolean } | undefined {
    if (this.#leaving.length > 0) this.#sendLeaving()
    const exchange = this.#unsent[0]
    if (exchange === undefined) {
      // What is queued from now on knows where it gets.
      this.#withoutMail = false
      return undefined
    }
    const last = this.#sent.at(-1)
    if (last !== undefined && (!pipelining || (last.endsGroup ?? stateTable[last.name].endsGroup))) return undefined
    this.#unsent.shift()
    const afterSent = this.#expectedAfterSent
    const skip = !isLegal(exchange.name, afterSent) || (this.#withoutMail && isOfTransaction(exchange))
    if (exchange.name === 'MAIL') this.#withoutMail = skip
    if (skip) {
      this.#afterQueued = undefined
    } else if (exchange.opens !== undefined) {
      this.#afterSent = afterSent
      this.#sendingContent = true
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
    this.#leaving.length = 0
    this.#unsent.length = 0
    this.#sendingContent = false
  }

  #sendLeaving(): void {
    for (const exchange of this.#leaving) this.#sent.push(exchange)
    this.#leaving.length = 0
  }

  get #expectedAfterSent(): State {
    return this.#sendingContent ? 'data' : this.#afterAllSent
  }

  get #afterAllSent(): State {
    this.#afterSent ??= [...this.#sent, ...this.#leaving].reduce(expect, this.settled)
    return this.#afterSent
  }

  #forgetExpectations(): void {
    this.#afterSent = undefined
    this.#afterQueued = undefined
  }
}

function isOfTransaction({ name }: Exchange): boolean {
  return stateTable[name].ofTransaction === true
}

function expect(state: State, exchange: Exchange): State {
  return stateExpected(exchange.name, state)
}
