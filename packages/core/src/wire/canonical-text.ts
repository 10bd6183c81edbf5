const lf = 0x0a
const cr = 0x0d
const dot = 0x2e

/**
 * Text in the form that SMTP has for it, piece by piece: every line ending made CRLF (a bare CR or LF is one, RFC 5321
 * §2.3.8), and with `dots` lines that start with a dot given another (§4.5.2). No bare CR or LF leaves it, however the
 * text is split.
 */
export class CanonicalText {
  readonly #dots: boolean
  #atLineStart = true
  /** A CR ended the last piece, and its line with it: an LF that follows adds nothing to that. */
  #afterCr = false

  constructor({ dots }: { readonly dots: boolean }) {
    this.#dots = dots
  }

  /** One that goes on from where this one stands. */
  copy(): CanonicalText {
    const copy = new CanonicalText({ dots: this.#dots })
    copy.#atLineStart = this.#atLineStart
    copy.#afterCr = this.#afterCr
    return copy
  }

  /** Whether the last line has its end. */
  get endsLine(): boolean {
    return this.#atLineStart
  }

  /** Something that is no text of ours stands here: what follows begins anew, as far as is known here. */
  breakOff(): void {
    this.#atLineStart = true
    this.#afterCr = false
  }

  /** The next piece. Where nothing needs changing it is the given array, not a copy. */
  encode(bytes: Uint8Array): Uint8Array {
    const text = this.#afterCr && bytes[0] === lf ? bytes.subarray(1) : bytes
    if (bytes.length > 0) this.#afterCr = bytes[bytes.length - 1] === cr
    if (text.length === 0) return text
    const clean = this.#cleanLength(text)
    const encoded = clean === text.length ? text : this.#rewrite(text, clean)
    this.#atLineStart = this.#afterCr || text[text.length - 1] === lf
    return encoded
  }

  /** How many octets from the start can go out as they are. Found by native search, line by line. */
  #cleanLength(text: Uint8Array): number {
    if (this.#dots && this.#atLineStart && text[0] === dot) return 0
    let lineStart = 0
    for (;;) {
      const nextCr = text.indexOf(cr, lineStart)
      const nextLf = text.indexOf(lf, lineStart)
      if (nextLf === -1) return nextCr === -1 ? text.length : nextCr
      if (nextCr === -1) return nextLf
      if (nextCr !== nextLf - 1) return Math.min(nextCr, nextLf)
      lineStart = nextLf + 1
      if (this.#dots && text[lineStart] === dot) return lineStart
    }
  }

  #rewrite(text: Uint8Array, clean: number): Uint8Array {
    // An octet becomes two at most.
    const encoded = new Uint8Array(clean + 2 * (text.length - clean))
    encoded.set(text.subarray(0, clean))
    let written = clean
    let previous = clean === 0 ? undefined : text[clean - 1]
    let atLineStart = previous === undefined ? this.#atLineStart : previous === lf
    for (let i = clean; i < text.length; i += 1) {
      const octet = text[i] as number
      if (octet === cr || octet === lf) {
        if (octet === cr || previous !== cr) {
          encoded[written++] = cr
          encoded[written++] = lf
        }
        atLineStart = true
      } else {
        if (this.#dots && atLineStart && octet === dot) encoded[written++] = dot
        atLineStart = false
        encoded[written++] = octet
      }
      previous = octet
    }
    return encoded.subarray(0, written)
  }
}
