import type { ClientViolationCode } from './client-violation.ts'
import type { OctetQueue } from './octet-queue.ts'

const lf = 0x0a
const cr = 0x0d

/** The longest line that any extension allows: an AUTH response (RFC 4954 §4.5). More of a line is not kept. */
export const maxKeptLine = 12_288

/** A line that ended. */
export interface ReceivedLine {
  /** Without its ending; the beginning of a line that is longer than any may be. */
  readonly octets: Uint8Array
  /** Its length on the wire, its ending included. */
  readonly length: number
  readonly position: number
}

/** Told of an octet that may not be where it is. */
export type BadOctet = (code: ClientViolationCode, octet: number, position: number) => void

/** Cuts the octets of commands into lines. A line ends with CRLF, and with nothing else (RFC 5321 §2.3.8). */
export class LineReader {
  readonly #bareLineFeeds: boolean
  #kept: number[] = []
  #length = 0
  #heldCr = false

  constructor(options: { readonly bareLineFeeds: boolean }) {
    this.#bareLineFeeds = options.bareLineFeeds
  }

  /** Octets of a line that has not ended. */
  get unfinished(): number {
    return this.#length
  }

  /** The next whole line, or `undefined` when all octets are taken in. */
  next(input: OctetQueue, badOctet: BadOctet): ReceivedLine | undefined {
    for (let octet = input.shift(); octet !== undefined; octet = input.shift()) {
      const position = input.position - 1
      const ended = octet === lf && (this.#heldCr || this.#bareLineFeeds)
      if (this.#heldCr && octet !== lf) {
        badOctet('BARE_CR', cr, position - 1)
        this.#keep(cr)
      }
      if (octet === lf && !this.#heldCr) badOctet('BARE_LF', lf, position)
      if (octet === 0) badOctet('NUL', octet, position)
      this.#heldCr = octet === cr
      this.#length += 1
      if (ended) return this.#finish(input.position)
      if (!this.#heldCr) this.#keep(octet)
    }
    return undefined
  }

  #keep(octet: number): void {
    if (this.#kept.length < maxKeptLine) this.#kept.push(octet)
  }

  #finish(end: number): ReceivedLine {
    const line = { octets: Uint8Array.from(this.#kept), length: this.#length, position: end - this.#length }
    this.#kept = []
    this.#length = 0
    return line
  }
}
