import type { ContentEncoder } from './content-encoder.ts'

const lf = 0x0a
const cr = 0x0d
const dot = 0x2e

const endAfterLine = new Uint8Array([dot, cr, lf])
const endAfterText = new Uint8Array([cr, lf, dot, cr, lf])

/**
 * Content as DATA sends it: every line ending made CRLF (a bare CR or LF is one, RFC 5321 §2.3.8), lines that
 * start with a dot given another (§4.5.2), and the final dot. No bare CR or LF leaves it, however the message is
 * split, so nothing in a message can pass for its end.
 */
export class DataEncoder implements ContentEncoder {
  #atLineStart = true
  /** A CR ended the last piece; what it is depends on the next octet, so it was held back. */
  #heldCr = false

  encode(bytes: Uint8Array): Uint8Array {
    const length = bytes.length
    if (length === 0) return bytes
    const clean = this.#cleanLength(bytes)
    if (clean === length) {
      this.#atLineStart = bytes[length - 1] === lf
      return bytes
    }
    if (clean === length - 1 && bytes[clean] === cr && !this.#heldCr) {
      this.#heldCr = true
      return bytes.subarray(0, clean)
    }
    return this.#rewrite(bytes, clean)
  }

  finish(): Uint8Array {
    // A copy: a transport may detach what it is given, as streams of bytes do.
    return (this.#atLineStart && !this.#heldCr ? endAfterLine : endAfterText).slice()
  }

  /** How many octets from the start can go out as they are. Found by native search, line by line. */
  #cleanLength(bytes: Uint8Array): number {
    if (this.#heldCr || (this.#atLineStart && bytes[0] === dot)) return 0
    let lineStart = 0
    for (;;) {
      const nextCr = bytes.indexOf(cr, lineStart)
      const nextLf = bytes.indexOf(lf, lineStart)
      if (nextLf === -1) return nextCr === -1 ? bytes.length : nextCr
      if (nextCr === -1) return nextLf
      if (nextCr !== nextLf - 1) return Math.min(nextCr, nextLf)
      lineStart = nextLf + 1
      if (bytes[lineStart] === dot) return lineStart
    }
  }

  #rewrite(bytes: Uint8Array, clean: number): Uint8Array {
    // An octet becomes two at most, and a CR held back comes before them.
    const encoded = new Uint8Array(clean + 2 * (bytes.length - clean) + 2)
    encoded.set(bytes.subarray(0, clean))
    let written = clean
    let atLineStart = clean === 0 ? this.#atLineStart : bytes[clean - 1] === lf
    let heldCr = this.#heldCr
    for (let i = clean; i < bytes.length; i += 1) {
      const octet = bytes[i] as number
      if (heldCr || octet === lf) {
        encoded[written++] = cr
        encoded[written++] = lf
        atLineStart = true
        heldCr = octet === cr
        if (octet === lf || octet === cr) continue
      } else if (octet === cr) {
        heldCr = true
        continue
      }
      if (atLineStart && octet === dot) encoded[written++] = dot
      atLineStart = false
      encoded[written++] = octet
    }
    this.#atLineStart = atLineStart
    this.#heldCr = heldCr
    return encoded.subarray(0, written)
  }
}
