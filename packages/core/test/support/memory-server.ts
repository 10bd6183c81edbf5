import type { TlsInfo } from '@sansmtp/core'
import type { Transport } from '@sansmtp/core/client'

export interface MemoryServerOptions {
  readonly protocol?: 'smtp' | 'lmtp'
  readonly greeting?: string
  /** Keywords that it offers; `after` those that it offers once TLS stands. */
  readonly keywords?: readonly string[]
  readonly keywordsAfterTls?: readonly string[]
  /** What it answers to a command line; `undefined` for its usual answer. `null` for silence. */
  readonly answer?: (line: string) => string | null | undefined
  /** What it answers to content, for a recipient in LMTP. */
  readonly content?: (recipient: string) => string
  /** Octets that it hands out in one read. */
  readonly readLength?: number
  /** The stream ends after that many octets from the server, or from the client. */
  readonly cutAfterSent?: number
  readonly cutAfterReceived?: number
}

/** What a server has done with a recipient, as far as it knows itself. */
export interface Truth {
  readonly recipient: string
  /** Its reply to RCPT. */
  readonly rcpt: number
  /** Its reply to the content, if it came to that. */
  content?: number
}

const encoder = new TextEncoder()

/** A server in memory, strict and small, that remembers what it said, and whose connection can be cut anywhere. */
export class MemoryServer implements Transport {
  readonly truths: Truth[] = []
  readonly lines: string[] = []
  /** The contents as they came, still with their dots. */
  readonly contents: string[] = []
  writes = 0
  closed = false
  readonly #options: MemoryServerOptions
  #received = ''
  #inContent = false
  #secure = false
  #transaction: Truth[] = []
  #outbox: number[] = []
  #sentOctets = 0
  #receivedOctets = 0
  #ended = false
  #waiting: ((bytes: Uint8Array | null) => void) | undefined

  constructor(options: MemoryServerOptions = {}) {
    this.#options = options
    this.#say(options.greeting ?? '220 memory.example ready')
  }

  read(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#deliver()
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.closed) throw new Error('EPIPE')
    this.writes += 1
    const { cutAfterReceived = Number.POSITIVE_INFINITY } = this.#options
    const taken = bytes.subarray(0, Math.max(0, cutAfterReceived - this.#receivedOctets))
    this.#receivedOctets += bytes.length
    this.#received += Buffer.from(taken).toString('latin1')
    this.#work()
    if (this.#receivedOctets >= cutAfterReceived) this.end()
  }

  async startTls(): Promise<TlsInfo> {
    this.#secure = true
    return { protocol: 'TLSv1.3', authorized: true }
  }

  close(): void {
    this.closed = true
    this.end()
  }

  /** Ends the stream behind what was said. */
  end(): void {
    this.#ended = true
    this.#deliver()
  }

  /** Says something unasked. */
  say(lines: string): void {
    this.#say(lines)
  }

  #say(lines: string): void {
    for (const octet of encoder.encode(`${lines.replaceAll('\n', '\r\n')}\r\n`)) this.#outbox.push(octet)
    this.#deliver()
  }

  #deliver(): void {
    if (this.#waiting === undefined) return
    const { readLength = Number.POSITIVE_INFINITY, cutAfterSent = Number.POSITIVE_INFINITY } = this.#options
    const length = Math.min(readLength, this.#outbox.length, cutAfterSent - this.#sentOctets)
    if (length > 0) {
      this.#sentOctets += length
      this.#settle(Uint8Array.from(this.#outbox.splice(0, length)))
    } else if (this.#ended || this.#sentOctets >= cutAfterSent) {
      this.#ended = true
      this.#settle(null)
    }
  }

  #settle(bytes: Uint8Array | null): void {
    const resolve = this.#waiting
    this.#waiting = undefined
    resolve?.(bytes)
  }

  #work(): void {
    for (;;) {
      if (this.#inContent) {
        const end = this.#received.startsWith('.\r\n') ? -2 : this.#received.indexOf('\r\n.\r\n')
        if (end === -1) return
        this.contents.push(this.#received.slice(0, end + 2))
        this.#received = this.#received.slice(end + 5)
        this.#inContent = false
        this.#answerContent()
      } else {
        const end = this.#received.indexOf('\r\n')
        if (end === -1) return
        const line = this.#received.slice(0, end)
        this.#received = this.#received.slice(end + 2)
        this.lines.push(line)
        const answer = this.#options.answer?.(line)
        if (answer !== null) this.#execute(line, answer)
      }
    }
  }

  #execute(line: string, answer: string | undefined): void {
    const verb = (line.split(' ')[0] ?? '').toUpperCase()
    const said = answer ?? this.#usual(verb)
    this.#say(said)
    const code = Number(said.slice(0, 3))
    if (verb === 'MAIL' || verb === 'RSET') this.#transaction = []
    if (verb === 'RCPT') {
      const truth = { recipient: line.slice(line.indexOf('<') + 1, line.lastIndexOf('>')), rcpt: code }
      this.truths.push(truth)
      if (code < 300) this.#transaction.push(truth)
    }
    if (verb === 'DATA' && code === 354) this.#inContent = true
    if (verb === 'QUIT' || code === 421) this.end()
  }

  #usual(verb: string): string {
    const { protocol = 'smtp', keywords = ['PIPELINING', '8BITMIME', 'SIZE 1000000', 'ENHANCEDSTATUSCODES'] } =
      this.#options
    const offered = this.#secure ? (this.#options.keywordsAfterTls ?? keywords) : keywords
    switch (verb) {
      case protocol === 'smtp' ? 'EHLO' : 'LHLO':
        return ['memory.example', ...offered].map((word, i) => `250${i < offered.length ? '-' : ' '}${word}`).join('\n')
      case 'DATA':
        return this.#transaction.length > 0 ? '354 go' : '503 5.5.1 no valid recipients'
      case 'AUTH':
        return '235 2.7.0 welcome'
      case 'STARTTLS':
        return '220 go'
      case 'QUIT':
        return '221 bye'
      case 'HELO':
      case 'MAIL':
      case 'RCPT':
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 ok'
      default:
        return '502 5.5.1 unknown'
    }
  }

  #answerContent(): void {
    const { protocol = 'smtp', content = () => '250 2.0.0 stored' } = this.#options
    const all = this.#transaction
    this.#transaction = []
    if (protocol === 'lmtp') {
      for (const truth of all) this.#answerFor([truth], content(truth.recipient))
    } else {
      this.#answerFor(all, all[0] === undefined ? '554 5.5.1 nobody' : content(all[0].recipient))
    }
  }

  #answerFor(truths: readonly Truth[], answer: string): void {
    for (const truth of truths) truth.content = Number(answer.slice(0, 3))
    this.#say(answer)
    if (answer.startsWith('421')) this.end()
  }
}
