import type { ClientViolationCode } from './client-violation.ts'
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
  /** The last octet, if it was a CR: what follows it may be in another chunk. */
  #cr: { readonly position: number | undefined } | undefined
  #eightBitSeen = false

  constructor(announced: Announced, badOctet: BadOctet) {
    this.#announced = announced
    this.#badOctet = badOctet
  }

  /** @param position none for an octet that is not the client's, and can't be held against it */
  accept(octet: number, position: number | undefined): void {
    if (this.#announced.binary) return
    if (octet !== lf) this.finish()
    else if (this.#cr === undefined) this.#found('BARE_LF', lf, position)
    if (octet === 0) this.#found('NUL', octet, position)
    if (octet > 0x7f && !this.#announced.eightBit && !this.#eightBitSeen && position !== undefined) {
      this.#eightBitSeen = true
      this.#found('EIGHT_BIT_CONTENT', octet, position)
    }
    this.#cr = octet === cr ? { position } : undefined
    this.#measure(octet, position)
  }

  /** No LF follows any more. */
  finish(): void {
    if (this.#cr !== undefined) this.#found('BARE_CR', cr, this.#cr.position)
    this.#cr = undefined
  }

  #measure(octet: number, position: number | undefined): void {
    if (octet === lf) this.#lineLength = 0
    else if (octet !== cr) this.#lineLength += 1
    if (this.#lineLength === maxTextLine + 1 && octet !== cr) this.#found('TEXT_LINE_TOO_LONG', octet, position)
  }

  #found(code: ClientViolationCode, octet: number, position: number | undefined): void {
    if (position !== undefined) this.#badOctet(code, octet, position)
  }
}
