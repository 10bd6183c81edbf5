const cr = 0x0d
const lf = 0x0a

/** One field of a header (RFC 5322 §2.2). */
export interface HeaderField {
  /** As it is written, without the blanks that may stand before its colon (§4.5). */
  readonly name: string
  /** The octets behind the colon as they are written, with folding and the last line's ending. */
  readonly value: Uint8Array
}

/** Where a field of a header starts, and its value. */
export interface FieldStart {
  readonly name: string
  readonly start: number
  readonly valueStart: number
}

/** A message's header: its fields, and what of it may be sent to everybody. */
export class Header {
  readonly fields: readonly HeaderField[]
  /**
   * The header with the empty line that ends it, but without the fields `Bcc` and `Resent-Bcc`: whoever gets a
   * message must not learn from it who was to get it unseen (RFC 5322 §3.6.3). All other octets are as they were.
   */
  readonly withoutBcc: Uint8Array

  /**
   * @param block the header's octets, with the empty line where there is one
   * @param fieldsEnd where the empty line starts, or the block's length
   */
  constructor(block: Uint8Array, starts: readonly FieldStart[], fieldsEnd: number) {
    const endOf = (index: number): number => starts[index + 1]?.start ?? fieldsEnd
    this.fields = starts.map(({ name, valueStart }, index) => ({
      name,
      value: block.subarray(valueStart, endOf(index)),
    }))
    // An array of its own: a transport may detach what it is given, and the fields may be read later.
    const kept = new Uint8Array(block.length)
    let length = 0
    const keep = (start: number, end: number): void => {
      kept.set(block.subarray(start, end), length)
      length += end - start
    }
    starts.forEach(({ name, start }, index) => {
      if (!isBcc(name)) keep(start, endOf(index))
    })
    // A field that ends with a bare CR, next to an empty line that is a bare LF, would run on into the body: the two
    // make one line ending. So the LF that ended the removed field stays.
    const merges = kept[length - 1] === cr && block[fieldsEnd] === lf
    keep(merges ? fieldsEnd - 1 : fieldsEnd, block.length)
    this.withoutBcc = kept.subarray(0, length)
  }
}

function isBcc(name: string): boolean {
  return /^(?:resent-)?bcc$/i.test(name)
}
