import type { DialogueLine } from './dialogue.ts'

/** One chunk of content on its way (RFC 3030 §2). */
export class ChunkRecording {
  readonly #last: boolean
  #left: number
  /** Octets that its lines show. */
  #shown = 0
  /** The line that announces it. Where its octets are not kept, its size is that of what stands in for them. */
  readonly line: { text: string; readonly at: number }

  private constructor(size: number, last: boolean) {
    this.#left = size
    this.#last = last
    this.line = { text: this.#announcement(), at: 0 }
  }

  /** `undefined` for a line that announces none. */
  static announcedBy(line: string): ChunkRecording | undefined {
    const [, size, last] = /^BDAT +(\d{1,15})( +LAST)?$/i.exec(line) ?? []
    return size === undefined ? undefined : new ChunkRecording(Number(size), last !== undefined)
  }

  /** Octets that have not been seen yet. */
  get left(): number {
    return this.#left
  }

  /** Takes in that some of them were. */
  seen(octets: number): void {
    this.#left -= octets
  }

  /** Takes in what is shown for what was seen. */
  shown(lines: readonly DialogueLine[], octetsOf: (line: DialogueLine) => Uint8Array): void {
    for (const line of lines) this.#shown += octetsOf(line).length
    this.line.text = this.#announcement()
  }

  #announcement(): string {
    return `BDAT ${this.#shown + this.#left}${this.#last ? ' LAST' : ''}`
  }
}
