const lf = 0x0a
const cr = 0x0d

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
  let added = 0
  let seen = 0
  let previous = 0
  let i = 0
  for (let lineEmpty = true; i < length; i += 1) {
    const octet = bytes[i] as number
    const endsLine = octet === lf ? previous !== cr : octet === cr
    if (endsLine && lineEmpty) break
    seen |= octet
    if (octet === lf ? endsLine : previous === cr) added += 1
    lineEmpty = endsLine || octet === lf
    previous = octet
  }
  const eightBitHeader = seen > 0x7f
  for (; i < length; i += 1) {
    const octet = bytes[i] as number
    seen |= octet
    if (octet === lf ? previous !== cr : previous === cr) added += 1
    previous = octet
  }
  if (length > 0 && previous !== lf) added += previous === cr ? 1 : 2
  return { size: length + added, octets: length, eightBit: seen > 0x7f, eightBitHeader }
}
