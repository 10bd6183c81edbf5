import type { BadOctet } from './line-reader.ts'

const lf = 0x0a
const cr = 0x0d

/** RFC 5321 §4.5.3.1.6: a text line has 1,000 octets with its CRLF, a stuffed dot not counted. */
const maxTextLine = 998

/** What content was announced as. */
export interface Announced {
  /** Octets beyond US-ASCII are fine (RFC 6152, 6531). */
  readonly eightBit: boolean
  /** Anything is fine (RFC 3030 §3). */
  readonly binary: boolean
}

/** Judges content octet by octet, dots unstuffed, over the borders of chunks. */
export class TextJudge {
  readonly #announced: Announced
  readonly #badOctet: BadOctet
  #lineLength = 0
  /** Where the last octet was, if it was a CR: what follows it may be in another chunk. */
  #cr: number | undefined
  #eightBitSeen = false

  constructor(announced: Announced, badOctet: BadOctet) {
    this.#announced = announced
    this.#badOctet = badOctet
  }

  accept(octet: number, position: number): void {
    if (this.#announced.binary) return
    if (octet !== lf) this.finish()
    else if (this.#cr === undefined) this.#badOctet('BARE_LF', lf, position)
    if (octet === 0) this.#badOctet('NUL', octet, position)
    if (octet > 0x7f && !this.#announced.eightBit && !this.#eightBitSeen) {
      this.#eightBitSeen = true
      this.#badOctet('EIGHT_BIT_CONTENT', octet, position)
    }
    this.#cr = octet === cr ? position : undefined
    this.#measure(octet, position)
  }

  /** No LF follows any more. */
  finish(): void {
    if (this.#cr !== undefined) this.#badOctet('BARE_CR', cr, this.#cr)
    this.#cr = undefined
  }

  #measure(octet: number, position: number): void {
    if (octet === lf) this.#lineLength = 0
    else if (octet !== cr) this.#lineLength += 1
    if (this.#lineLength === maxTextLine + 1 && octet !== cr) this.#badOctet('TEXT_LINE_TOO_LONG', octet, position)
  }
}
