import { joined } from '../chunkings.ts'
import type { DirectionPlan } from './network-plan.ts'
import { Rotation } from './rotation.ts'

/** One direction of a connection in memory, without time: what is put in comes out in pieces, up to the cut. */
export class MemoryPipe {
  readonly #cut: DirectionPlan['cut']
  readonly #lengths: Rotation<number>
  #waiting: Uint8Array[] = []
  #room: number
  #ended = false

  constructor({ cut, segmentLengths }: DirectionPlan) {
    this.#cut = cut
    this.#room = cut?.afterOctets ?? Number.POSITIVE_INFINITY
    this.#lengths = new Rotation(segmentLengths)
  }

  /** Whether anything is there to be taken, be it the end. */
  get readable(): boolean {
    return this.#waiting.length > 0 || this.#ended || (this.#room === 0 && this.#cut?.receiver !== 'silence')
  }

  /** Whether it is cut, and the sender is to know. */
  get senderKnows(): boolean {
    return this.#room === 0 && this.#cut?.senderLearnsAfter !== undefined
  }

  /** Beyond the end and the cut bytes are lost. */
  put(bytes: Uint8Array): void {
    const kept = this.#ended ? 0 : Math.min(bytes.length, this.#room)
    if (kept > 0) this.#waiting.push(bytes.slice(0, kept))
    this.#room -= kept
  }

  /** Ends it behind what was put in. */
  end(): void {
    this.#ended = true
  }

  /** The next piece, or how it has ended; `undefined` while there is neither. */
  take(): Uint8Array | 'end' | 'reset' | undefined {
    if (!this.readable) return undefined
    if (this.#waiting.length === 0) return this.#room === 0 && this.#cut?.receiver === 'reset' ? 'reset' : 'end'
    const bytes = joined(this.#waiting)
    const length = this.#lengths.next() || bytes.length
    this.#waiting = length < bytes.length ? [bytes.subarray(length)] : []
    return bytes.subarray(0, length)
  }
}
