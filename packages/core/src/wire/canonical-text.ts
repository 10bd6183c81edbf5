import { octetsBefore } from './octets-before.ts'

const lf = 0x0a
const cr = 0x0d
const dot = 0x2e
/** As it is read, the first octet as the lowest. */
const crlf = 0x0a0d
const twoDots = 0x2e2e

/** Enough for any change of 64 kB. */
const sharedLength = 131_072

/** Where text stands: at the start of a line, and behind a CR that may be followed by its LF. */
export interface TextPosition {
  readonly atLineStart: boolean
  readonly afterCr: boolean
}

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

  /** Where it stands, to go back to. */
  get position(): TextPosition {
    return { atLineStart: this.#atLineStart, afterCr: this.#afterCr }
  }

  goBackTo({ atLineStart, afterCr }: TextPosition): void {
    this.#atLineStart = atLineStart
    this.#afterCr = afterCr
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

  /** How many octets from the start can go out as they are. Four octets are looked at together, eight a turn. */
  #cleanLength(text: Uint8Array): number {
    const { length } = text
    const dots = this.#dots
    if (dots && this.#atLineStart && text[0] === dot) return 0
    const view = viewOf(text)
    let at = 0
    // So that behind eight octets there is a CR, an LF and a dot to look for.
    for (const last = length - 12; at <= last; ) {
      let octets = view.getInt32(at, true)
      let controls = (octets - 0x20202020) & ~octets & 0x80808080
      if (controls === 0) {
        at += 4
        octets = view.getInt32(at, true)
        controls = (octets - 0x20202020) & ~octets & 0x80808080
        if (controls === 0) {
          at += 4
          continue
        }
      }
      at += octetsBefore(controls)
      octets = view.getInt32(at, true)
      if ((octets & 0xffff) === crlf) {
        at += 2
        if (dots && (octets & 0xff0000) === dot << 16) return at
      } else {
        const octet = octets & 0xff
        if (octet === cr || octet === lf) return at
        at += 1
      }
    }
    for (; at < length; at += 1) {
      const octet = text[at]
      if (octet === lf || (octet === cr && text[at + 1] !== lf)) return at
      if (octet !== cr) continue
      at += 1
      if (dots && text[at + 1] === dot) return at + 1
    }
    return length
  }

  #rewrite(text: Uint8Array, clean: number): Uint8Array {
    const { length } = text
    const dots = this.#dots
    // An octet becomes two at most.
    const room = roomFor(clean + 2 * (length - clean))
    room.set(text.subarray(0, clean))
    const from = viewOf(text)
    const to = viewOf(room)
    let at = clean
    let written = clean
    // What is not clean begins with a line's end, or with a dot where a line starts.
    if (dots && text[at] === dot) room[written++] = dot
    for (const last = length - 12; at < length; ) {
      if (at <= last) {
        // Eight octets are copied in any case: what is behind a control is overwritten.
        let octets = from.getInt32(at, true)
        to.setInt32(written, octets, true)
        let controls = (octets - 0x20202020) & ~octets & 0x80808080
        if (controls === 0) {
          at += 4
          written += 4
          octets = from.getInt32(at, true)
          to.setInt32(written, octets, true)
          controls = (octets - 0x20202020) & ~octets & 0x80808080
          if (controls === 0) {
            at += 4
            written += 4
            continue
          }
        }
        at += octetsBefore(controls)
        written += octetsBefore(controls)
        octets = from.getInt32(at, true)
        if ((octets & 0xffff) === crlf) {
          at += 2
          to.setInt16(written, crlf, true)
          written += 2
          if (dots && (octets & 0xff0000) === dot << 16) {
            at += 1
            to.setInt16(written, twoDots, true)
            written += 2
          }
          continue
        }
      }
      const octet = text[at++] as number
      if (octet !== cr && octet !== lf) {
        room[written++] = octet
        continue
      }
      if (octet === cr && text[at] === lf) at += 1
      to.setInt16(written, crlf, true)
      written += 2
      if (dots && text[at] === dot) room[written++] = dot
    }
    return room.slice(0, written)
  }
}

/** Text is rewritten here, so that what leaves has no more room than it needs, and nothing is made for that but itself. */
let shared = new Uint8Array(0)

function roomFor(octets: number): Uint8Array {
  if (octets > sharedLength) return new Uint8Array(octets)
  if (shared.length === 0) shared = new Uint8Array(sharedLength)
  return shared
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
