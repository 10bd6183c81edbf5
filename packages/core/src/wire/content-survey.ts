import { octetsBefore } from './octets-before.ts'

const lf = 0x0a
const cr = 0x0d
const highBits = 0x80808080

/** What must be known of a message before it is announced. */
export interface ContentSurvey {
  /** Octets with every line ending as CRLF and a final one, before dot-stuffing: RFC 1870 §5's message size. */
  readonly size: number
  /** Octets as they are, which is the size of a message that is no text (RFC 3030 §3). */
  readonly octets: number
  /** Whether an octet has its high bit set, so that 7BIT would be untrue (RFC 6152). */
  readonly eightBit: boolean
  /** Whether such an octet comes before the first empty line, so that the header needs SMTPUTF8 (RFC 6531 §3.4). */
  readonly eightBitHeader: boolean
}

/** Surveys a whole message in memory. */
export function surveyContent(bytes: Uint8Array): ContentSurvey {
  const { length } = bytes
  // Of a buffer that was transferred to somebody else there is no view.
  if (length === 0) return { size: 0, octets: 0, eightBit: false, eightBitHeader: false }
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  let size = length
  /** All octets or'ed, four at a time. */
  let seen = 0
  let seenInHeader: number | undefined
  let lineStart = 0
  let at = 0
  for (const last = length - 8; at < length; ) {
    if (at <= last) {
      let octets = view.getInt32(at, true)
      let controls = (octets - 0x20202020) & ~octets & 0x80808080
      if (controls === 0) {
        seen |= octets
        at += 4
        octets = view.getInt32(at, true)
        controls = (octets - 0x20202020) & ~octets & 0x80808080
        if (controls === 0) {
          seen |= octets
          at += 4
          continue
        }
      }
      const before = octetsBefore(controls)
      seen |= octets & ((1 << (8 * before)) - 1)
      at += before
    }
    const octet = bytes[at] as number
    if (octet !== cr && octet !== lf) {
      seen |= octet
      at += 1
      continue
    }
    if (at === lineStart) seenInHeader ??= seen
    if (octet === cr && bytes[at + 1] === lf) {
      at += 2
    } else {
      at += 1
      size += 1
    }
    lineStart = at
  }
  if (lineStart < length) size += 2
  const eightBitHeader = ((seenInHeader ?? seen) & highBits) !== 0
  return { size, octets: length, eightBit: (seen & highBits) !== 0, eightBitHeader }
}
