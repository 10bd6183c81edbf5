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

  /** Line by line: a long line is searched and copied natively, a short one costs less octet by octet. */
  #rewrite(text: Uint8Array, clean: number): Uint8Array {
    const { length } = text
    // An octet becomes two at most.
    const encoded = new Uint8Array(clean + 2 * (length - clean))
    encoded.set(text.subarray(0, clean))
    let written = clean
    let at = clean
    // What is not clean begins with a line's end, or with a dot where a line starts.
    let atLineStart = clean > 0 || this.#atLineStart
    let nextCr = -1
    // As the line before, so probably the next.
    let lineLength = longLine
    while (at < length) {
      if (atLineStart && this.#dots && text[at] === dot) encoded[written++] = dot
      const lineStart = at
      if (lineLength < longLine) {
        for (; at < length; at += 1) {
          const octet = text[at] as number
          if (octet <= cr && (octet === lf || octet === cr)) break
          encoded[written++] = octet
        }
      } else {
        if (nextCr < at) nextCr = indexOrEnd(text, cr, at)
        at = Math.min(nextCr, indexOrEnd(text, lf, at))
        encoded.set(text.subarray(lineStart, at), written)
        written += at - lineStart
      }
      if (at === length) break
      lineLength = at - lineStart
      at += text[at] === cr && text[at + 1] === lf ? 2 : 1
      encoded[written++] = cr
      encoded[written++] = lf
      atLineStart = true
    }
    return encoded.subarray(0, written)
  }
}

/** From so many octets on native search and copying pay. */
const longLine = 32

function indexOrEnd(text: Uint8Array, octet: number, from: number): number {
  const found = text.indexOf(octet, from)
  return found === -1 ? text.length : found
}
