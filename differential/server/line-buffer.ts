/** What a client sent and nobody has looked at yet, one character an octet. */
export class LineBuffer {
  #text = ''

  get rest(): string {
    return this.#text
  }

  add(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1')
  }

  /** The next line without its CRLF. */
  takeLine(): string | undefined {
    return this.#takeUntil(this.#text.indexOf('\r\n'), 2)
  }

  /** A message up to its final dot, its lines still stuffed as they came. */
  takeContent(): string | undefined {
    if (this.#text.startsWith('.\r\n')) return this.#takeUntil(0, 3)
    const end = this.#text.indexOf('\r\n.\r\n')
    // The CRLF before the dot is the message's own (RFC 5321 §4.1.1.4).
    return this.#takeUntil(end === -1 ? -1 : end + 2, 3)
  }

  #takeUntil(end: number, skip: number): string | undefined {
    if (end === -1) return undefined
    const taken = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + skip)
    return taken
  }
}
