import type { EncodedCommand, Verb } from '../wire/index.ts'
import type { Answering } from './answering.ts'
import type { ContentInHand } from './content-in-hand.ts'
import type { ExchangeQueue } from './exchange-queue.ts'
import type { Outgoing } from './outgoing.ts'
import type { Output } from './output.ts'
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

  /** Adds all that may leave now, and what there is to tell of it, to the outputs; true when anything does leave. */
  leave(outputs: Output[]): boolean {
    const { queue, outgoing, content, answering } = this.#parts
    if (queue.allSent && outgoing.empty) return false
    const { capabilities } = this.#parts.facts
    const pipelining = capabilities.has('PIPELINING')
    // Nothing can leave behind what opens content, so that there is one at most.
    let opened: number | undefined
    for (let taken = queue.take(pipelining); taken !== undefined; taken = queue.take(pipelining)) {
      const { exchange, skip } = taken
      const { id, encoded, opens } = exchange
      if (skip) {
        outputs.push({ type: 'CommandSkipped', id, exchange: exchange.name as Verb })
      } else if (opens === undefined) {
        outgoing.addCommand(encoded as EncodedCommand)
      } else {
        const { size, binary } = opens
        content.openChunks(exchange, { size, binary, pipelining, maxMessageSize: capabilities.maxMessageSize })
        opened = id
      }
    }
    answering.settleUnanswered()
    const left = outgoing.takeInto(outputs) || opened !== undefined
    if (opened !== undefined) outputs.push({ type: 'BodyRequested', id: opened })
    return left
  }
}
