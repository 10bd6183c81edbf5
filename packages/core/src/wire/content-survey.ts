const lf = 0x0a
const cr = 0x0d

/** What must be known of a message before it is announced. */
export interface ContentSurvey {
  /** Octets with every line ending as CRLF and a final one, before dot-stuffing: RFC 1870 §5's message size. */
  readonly size: number
  /** Whether an octet has its high bit set, so that 7BIT would be untrue (RFC 6152). */
  readonly eightBit: boolean
}

/** Surveys a whole message in memory. */
export function surveyContent(bytes: Uint8Array): ContentSurvey {
  let added = 0
  let seen = 0
  let previous = 0
  for (let i = 0; i < bytes.length; i += 1) {
    const octet = bytes[i] as number
    seen |= octet
    if (octet === lf ? previous !== cr : previous === cr) added += 1
    previous = octet
  }
  if (bytes.length > 0 && previous !== lf) added += previous === cr ? 1 : 2
  return { size: bytes.length + added, eightBit: seen > 0x7f }
}
