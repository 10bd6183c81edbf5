import type { ClientConnection } from '../connection/index.ts'
import { AbortedError } from '../errors/index.ts'
import type { Wait } from './demand.ts'
import type { FlowEvent } from './flow.ts'
import type { ServerTraits } from './server-traits.ts'

/** Of ten servers tried, the slowest to answer what rode behind content took 44 ms longer than for the content. */
const patience: Wait = { type: 'wait', milliseconds: 250, replyTimes: 4 }

/**
 * Finds out whether a server takes what rides behind content, as RFC 2920 §3.1 has it: a NOOP goes behind the first
 * content, alone, since there are servers that hang up on more. Where a whole window of messages is to ride, it is RSET
 * and NOOP, so that those are found out as well. Nothing else is in flight then, so nothing can be lost.
 */
export class RideProbe {
  readonly #connection: ClientConnection
  readonly #traits: ServerTraits
  #reset: number | undefined
  #noop: number | undefined
  #refused = false
  #pending = false
  #waiting = false
  #failed = false
  /** How many MAIL commands there had been. */
  #begunAfter: number | undefined
  #inDoubt = false

  constructor(connection: ClientConnection, traits: ServerTraits) {
    this.#connection = connection
    this.#traits = traits
  }

  /** Whether it is not known yet. */
  get pending(): boolean {
    return this.#pending
  }

  /** Whether it has just turned out that the server does not take it: nothing was sent since. */
  get failed(): boolean {
    return this.#failed && this.#isLatest
  }

  /** Whether a reply may still come, or not: which reply answers what is not certain any more. */
  get inDoubt(): boolean {
    return this.#inDoubt
  }

  /** Whether RSET has ridden, and nothing was sent since: the server may have forgotten who it talks to. */
  get hasReset(): boolean {
    return this.#reset !== undefined && this.#isLatest
  }

  begin({ reset }: { readonly reset: boolean }): void {
    if (reset) this.#reset = this.#connection.send({ verb: 'RSET' })
    this.#noop = this.#connection.send({ verb: 'NOOP' })
    this.#begunAfter = this.#connection.mailCommands
    this.#pending = true
  }

  /** To be demanded once the content is answered and this is not. */
  demand(): Wait | undefined {
    if (!this.#pending || this.#waiting) return undefined
    this.#waiting = true
    return patience
  }

  receive(event: FlowEvent): void {
    if (!this.#pending) return
    if (event.type === 'ReplyReceived') {
      if (event.id !== this.#reset && event.id !== this.#noop) return
      this.#refused ||= event.reply.severity !== 2
      if (event.id === this.#noop) this.#decide()
    } else if (event.type === 'Failed' && event.error instanceof AbortedError) {
      this.#pending = false
    } else if (event.type === 'Waited' || event.type === 'Failed' || event.type === 'Closed') {
      this.#pending = false
      this.#fail(true)
    }
  }

  get #isLatest(): boolean {
    return this.#begunAfter === this.#connection.mailCommands
  }

  #decide(): void {
    this.#pending = false
    if (!this.#refused) this.#traits.ridesBehindContent ??= true
    // Or the content was refused and is executed, and what came are the replies to its first lines.
    else this.#fail(this.#connection.state === 'resetDue')
  }

  #fail(inDoubt: boolean): void {
    this.#traits.ridesBehindContent = false
    this.#failed = true
    this.#inDoubt = inDoubt
  }
}
