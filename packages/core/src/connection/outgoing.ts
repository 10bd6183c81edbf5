import { type EncodedCommand, encodeUtf8, merged } from '../wire/index.ts'
import type { Output, SendBytes } from './output.ts'

/**
 * Gathers what is to be sent, so that what is contiguous leaves as one `SendBytes`; content, commands and
 * credentials stay apart, since they are logged differently.
 */
export class Outgoing {
  readonly #gathered: SendBytes[] = []
  #content: Uint8Array[] = []
  #lines = ''

  /** Whether nothing was gathered. */
  get empty(): boolean {
    return this.#gathered.length === 0 && this.#content.length === 0 && this.#lines === ''
  }

  addContent(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#endLines()
    this.#content.push(bytes)
  }

  addCommand({ line, redacted }: EncodedCommand): void {
    this.#endContent()
    if (redacted === undefined) {
      this.#lines += `${line}\r\n`
    } else {
      this.#endLines()
      const bytes = encodeUtf8(`${line}\r\n`)
      this.#gathered.push({ type: 'SendBytes', bytes, content: false, sensitive: true, redacted })
    }
  }

  /** Adds all that was gathered, in order, to the outputs, and is then empty; true when there was something. */
  takeInto(outputs: Output[]): boolean {
    this.#endContent()
    this.#endLines()
    if (this.#gathered.length === 0) return false
    for (const each of this.#gathered) outputs.push(each)
    this.#gathered.length = 0
    return true
  }

  #endLines(): void {
    if (this.#lines === '') return
    const bytes = encodeUtf8(this.#lines)
    this.#lines = ''
    this.#gathered.push({ type: 'SendBytes', bytes, content: false, sensitive: false })
  }

  #endContent(): void {
    if (this.#content.length === 0) return
    for (const bytes of merged(this.#content)) {
      this.#gathered.push({ type: 'SendBytes', bytes, content: true, sensitive: false })
    }
    this.#content = []
  }
}
