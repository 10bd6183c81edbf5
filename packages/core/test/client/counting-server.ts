import type { TlsInfo } from '@sansmtp/core'
import type { Transport } from '@sansmtp/core/client'

/** Up to its final dot, or so many octets of a chunk. */
type Content = 'dotted' | { left: number; readonly last: boolean }

/** A server that counts the octets of content, keeps none, and takes each write a turn of the event loop later. */
export class CountingServer implements Transport {
  octets = 0
  /** How content goes on. */
  #content: Content | undefined
  #last = ''
  readonly #hello: string
  readonly #keywords: readonly string[]
  readonly #said: string[] = ['220 hi']
  #wake: () => void = () => {}

  constructor(hello: string, keywords: readonly string[]) {
    this.#hello = hello
    this.#keywords = keywords
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#said.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return Buffer.from(`${this.#said.splice(0).join('\r\n')}\r\n`)
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    let rest: Buffer = Buffer.from(bytes)
    while (rest.length > 0) {
      const content = this.#content
      rest = content === undefined ? this.#takeLine(rest) : this.#takeContent(content, rest)
    }
  }

  async startTls(): Promise<TlsInfo> {
    return {}
  }

  close(): void {}

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\r\n')
    const line = bytes.toString('latin1', 0, end)
    const [, size, last] = /^BDAT (\d+)( LAST)?$/.exec(line) ?? []
    if (size === undefined) this.#say(this.#replyTo(line))
    else this.#content = { left: Number(size), last: last !== undefined }
    if (size === '0') this.#endContent(last !== undefined)
    return bytes.subarray(end + 2)
  }

  #takeContent(content: Content, bytes: Buffer): Buffer {
    if (content !== 'dotted') {
      const taken = Math.min(content.left, bytes.length)
      this.octets += taken
      content.left -= taken
      if (content.left === 0) this.#endContent(content.last)
      return bytes.subarray(taken)
    }
    this.octets += bytes.length
    this.#last = (this.#last + bytes.subarray(-5).toString('latin1')).slice(-5)
    if (this.#last === '\r\n.\r\n') this.#endContent(true)
    return bytes.subarray(bytes.length)
  }

  #endContent(whole: boolean): void {
    this.#content = undefined
    const replies = whole && this.#hello === 'LHLO' ? 2 : 1
    for (let i = 0; i < replies; i += 1) this.#say('250 ok')
  }

  #replyTo(line: string): string {
    if (line.startsWith(this.#hello)) {
      return ['250-foo.example', ...this.#keywords.map((keyword) => `250-${keyword}`), '250 8BITMIME'].join('\r\n')
    }
    if (line !== 'DATA') return '250 ok'
    this.#content = 'dotted'
    return '354 go'
  }

  #say(line: string): void {
    this.#said.push(line)
    this.#wake()
  }
}
