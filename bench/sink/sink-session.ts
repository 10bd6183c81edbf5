/** What has arrived. */
export interface SinkCounts {
  messages: number
  recipients: number
  /** Of content, as it stood on the wire, the final dot left out. */
  octets: number
}

export const greeting = '220 sink.example ready\r\n'

const extensions = ['PIPELINING', 'CHUNKING', '8BITMIME', 'SMTPUTF8', 'SIZE 0']
const hello = `250-sink.example\r\n${extensions.map((name, i) => `250${i < extensions.length - 1 ? '-' : ' '}${name}\r\n`).join('')}`
const ok = '250 2.0.0 Ok\r\n'
const go = '354 End with a dot on a line by itself\r\n'
const bye = '221 2.0.0 Bye\r\n'
const outOfOrder = '503 5.5.1 Out of order\r\n'
const unknown = '500 5.5.2 What?\r\n'
const syntax = '501 5.5.4 BDAT takes a size\r\n'
const noRecipients = '554 5.5.1 No recipients\r\n'

const lf = 0x0a
const cr = 0x0d
const end = '\r\n.\r\n'
/** Searched for in its place: in ordinary text it is rarer than a CR by far, and native search passes over all else. */
const endOfEnd = Buffer.from('.\r\n')

/** The first four octets of a command in capitals, as a number. */
const verb = (name: string) => Buffer.from(name).readInt32BE(0)
const [ehlo, helo, mail, rcpt, data, bdat, rset, noop, quit] = [
  ...[verb('EHLO'), verb('HELO'), verb('MAIL'), verb('RCPT'), verb('DATA')],
  ...[verb('BDAT'), verb('RSET'), verb('NOOP'), verb('QUIT')],
] as const
/** Clears what makes a letter a small one. */
const capitals = 0xdfdfdfdf | 0

/**
 * A server's side that takes everything and keeps nothing. It does as little as it can, so that what is measured is the
 * client: octets are looked for by native search, and all replies to what has come at once are one text.
 */
export class SinkSession {
  readonly #counts: SinkCounts
  #partialLine: Buffer | undefined
  #inTransaction = false
  #recipients = 0
  #octets = 0
  #inData = false
  /** Within DATA, the last octets of what has come. A line begins where it begins. */
  #tail = '\r\n'
  /** Octets that are still to come of a chunk. */
  #chunkLeft = 0
  #lastChunk = false
  #ended = false

  constructor(counts: SinkCounts) {
    this.#counts = counts
  }

  /** Whether the client has said QUIT. */
  get ended(): boolean {
    return this.#ended
  }

  /** Takes what has come, and returns the replies to it. */
  receive(bytes: Buffer): string {
    let replies = ''
    let at = 0
    while (at < bytes.length) {
      if (this.#chunkLeft > 0) {
        const taken = Math.min(this.#chunkLeft, bytes.length - at)
        at += taken
        this.#chunkLeft -= taken
        if (this.#chunkLeft === 0) replies += this.#endChunk()
      } else if (this.#inData) {
        at = this.#readData(bytes, at)
        if (!this.#inData) replies += this.#endMessage()
      } else {
        const found = bytes.indexOf(lf, at)
        if (found === -1) {
          this.#partialLine = Buffer.concat([this.#partialLine ?? Buffer.alloc(0), bytes.subarray(at)])
          break
        }
        replies += this.#command(bytes, at, found + 1)
        at = found + 1
      }
    }
    return replies
  }

  #command(bytes: Buffer, start: number, end: number): string {
    if (this.#partialLine === undefined) return this.#obey(bytes, start, end)
    const line = Buffer.concat([this.#partialLine, bytes.subarray(start, end)])
    this.#partialLine = undefined
    return this.#obey(line, 0, line.length)
  }

  #obey(bytes: Buffer, start: number, end: number): string {
    if (end - start < 6) return unknown
    switch (bytes.readInt32BE(start) & capitals) {
      case ehlo:
        this.#reset()
        return hello
      case helo:
        this.#reset()
        return ok
      case mail:
        if (this.#inTransaction) return outOfOrder
        this.#inTransaction = true
        return ok
      case rcpt:
        if (!this.#inTransaction) return outOfOrder
        this.#recipients += 1
        return ok
      case data:
        if (this.#recipients === 0) return noRecipients
        this.#inData = true
        this.#tail = '\r\n'
        return go
      case bdat:
        return this.#beginChunk(bytes.toString('latin1', start + 4, end))
      case rset:
        this.#reset()
        return ok
      case noop:
        return ok
      case quit:
        this.#ended = true
        return bye
      default:
        return unknown
    }
  }

  #beginChunk(parameters: string): string {
    const size = Number.parseInt(parameters, 10)
    if (!(size >= 0)) return syntax
    this.#chunkLeft = size
    this.#octets += size
    this.#lastChunk = /last\s*$/i.test(parameters)
    return size === 0 ? this.#endChunk() : ''
  }

  #endChunk(): string {
    if (this.#recipients === 0) {
      this.#reset()
      return noRecipients
    }
    return this.#lastChunk ? this.#endMessage() : ok
  }

  /** Returns where commands begin again, or the end of what has come. */
  #readData(bytes: Buffer, start: number): number {
    const seam = this.#tail + bytes.toString('latin1', start, start + end.length - 1)
    const across = seam.indexOf(end)
    if (across !== -1) return this.#endData(start, start + across + end.length - this.#tail.length)
    for (let dot = bytes.indexOf(endOfEnd, start); dot !== -1; dot = bytes.indexOf(endOfEnd, dot + 1)) {
      const behindLine = dot - start >= 2 && bytes[dot - 1] === lf && bytes[dot - 2] === cr
      if (behindLine) return this.#endData(start, dot + endOfEnd.length)
    }
    const rest = bytes.length - start
    this.#octets += rest
    const tail = end.length - 1
    this.#tail = rest >= tail ? bytes.toString('latin1', bytes.length - tail) : seam.slice(-tail)
    return bytes.length
  }

  #endData(start: number, behind: number): number {
    this.#octets += behind - start - endOfEnd.length
    this.#inData = false
    return behind
  }

  #endMessage(): string {
    this.#counts.messages += 1
    this.#counts.recipients += this.#recipients
    this.#counts.octets += this.#octets
    this.#reset()
    return ok
  }

  #reset(): void {
    this.#inTransaction = false
    this.#recipients = 0
    this.#octets = 0
  }
}
