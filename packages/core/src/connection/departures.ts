import type { EncodedCommand, Verb } from '../wire/index.ts'
import type { Answering } from './answering.ts'
import type { ContentInHand } from './content-in-hand.ts'
import type { ExchangeQueue } from './exchange-queue.ts'
import type { Outgoing } from './outgoing.ts'
import type { BodyRequested, CommandSkipped, SendBytes } from './output.ts'
import type { SessionFacts } from './session-facts.ts'

export interface DepartureParts {
  readonly queue: ExchangeQueue
  readonly outgoing: Outgoing
  readonly content: ContentInHand
  readonly answering: Answering
  readonly facts: SessionFacts
}

/** Lets out what may leave: content that was handed over, and the commands queued behind it as far as RFC 2920 goes. */
export class Departures {
  readonly #parts: DepartureParts

  constructor(parts: DepartureParts) {
    this.#parts = parts
  }

  /** All that may leave now, and what there is to tell of it. */
  leave(): readonly (CommandSkipped | SendBytes | BodyRequested)[] {
    const { queue, outgoing, content, answering } = this.#parts
    if (queue.allSent && outgoing.empty) return nothing
    const { capabilities } = this.#parts.facts
    const { maxMessageSize } = capabilities
    const pipelining = capabilities.has('PIPELINING')
    const skipped: CommandSkipped[] = []
    const opened: BodyRequested[] = []
    for (let taken = queue.take(pipelining); taken !== undefined; taken = queue.take(pipelining)) {
      const { exchange, skip } = taken
      const { id, encoded, opens } = exchange
      if (skip) {
        skipped.push({ type: 'CommandSkipped', id, exchange: exchange.name as Verb })
      } else if (opens === undefined) {
        outgoing.addCommand(encoded as EncodedCommand)
      } else {
        content.openChunks(exchange, { ...opens, pipelining, maxMessageSize })
        opened.push({ type: 'BodyRequested', id })
      }
    }
    answering.settleUnanswered()
    return [...skipped, ...outgoing.take(), ...opened]
  }
}

const nothing: readonly never[] = []
