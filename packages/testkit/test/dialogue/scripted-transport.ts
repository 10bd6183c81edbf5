import { encodeUtf8, type TlsInfo } from '@sansmtp/core'
import type { Transport } from '@sansmtp/core/client'

/**
 * What a server says to a line that it reads; content is one line, its dot at the end, and a chunk of it is the line
 * that announces it. `undefined`: it hangs up.
 */
export type Script = (line: string) => string | undefined

/** A server in memory that answers each line as it is told, whatever that means to the client. */
export class ScriptedTransport implements Transport {
  readonly local: { readonly hostName: string } = { hostName: 'client.example' }
  closed = false
  #script: Script
  #heard = ''
  #said: Uint8Array[] = []
  #inContent = false
  #ended = false
  #waiting: ((bytes: Uint8Array | null) => void) | undefined

  constructor(greeting: string, script: Script) {
    this.#script = script
    this.#say(greeting)
  }

  /** Whether the client waits and nothing will come any more. Ask when all promises have settled. */
  get silent(): boolean {
    return this.#waiting !== undefined
  }

  read(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#deliver()
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw new Error('the connection is gone')
    this.#heard += Buffer.from(bytes).toString('latin1')
    for (let line = this.#nextLine(); line !== undefined && !this.#ended; line = this.#nextLine()) this.#answer(line)
  }

  async startTls(): Promise<TlsInfo> {
    return { protocol: 'TLSv1.3' }
  }

  close(): void {
    this.closed = true
    this.#ended = true
    this.#deliver()
  }

  #nextLine(): string | undefined {
    const [announced, size] = (!this.#inContent && /^BDAT (\d+)(?: LAST)?\r\n/.exec(this.#heard)) || []
    if (announced !== undefined) {
      const whole = announced.length + Number(size)
      if (this.#heard.length < whole) return undefined
      this.#heard = this.#heard.slice(whole)
      return announced
    }
    const end = this.#inContent ? /(?:^|\r\n)\.\r\n/.exec(this.#heard) : /\r\n/.exec(this.#heard)
    if (end === null) return undefined
    const length = end.index + end[0].length
    const line = this.#heard.slice(0, length)
    this.#heard = this.#heard.slice(length)
    return line
  }

  #answer(line: string): void {
    this.#inContent = false
    const answer = this.#script(line.slice(0, -2))
    if (answer === undefined) this.#ended = true
    else this.#say(answer)
    this.#inContent = answer?.startsWith('354') ?? false
    this.#deliver()
  }

  #say(lines: string): void {
    if (lines !== '') this.#said.push(encodeUtf8(`${lines.replaceAll('\n', '\r\n')}\r\n`))
    this.#deliver()
  }

  #deliver(): void {
    const next = this.#said[0] ?? (this.#ended ? null : undefined)
    if (this.#waiting === undefined || next === undefined) return
    this.#said.shift()
    const resolve = this.#waiting
    this.#waiting = undefined
    resolve(next)
  }
}
