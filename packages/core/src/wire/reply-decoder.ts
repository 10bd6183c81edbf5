import { RemoteProtocolError } from '../errors/index.ts'
import { Reply } from './reply.ts'
import { decodeUtf8 } from './utf8.ts'

const lf = 0x0a
const cr = 0x0d
const space = 0x20
const hyphen = 0x2d

/** Octets. The replies of several flights share a buffer, which lives as long as one of them. */
const leastBufferLength = 1024

/** How much of a reply is taken before the server is held to be broken or hostile. Octets and counts. */
export interface ReplyLimits {
  /** Octets in one line, its ending included. RFC 5321 §4.5.3.1.5 asks for 512; smtplib takes 8,192. */
  readonly maxLineLength: number
  readonly maxReplyLines: number
  /** Octets in all lines of one reply. */
  readonly maxReplyLength: number
}

/**
 * Cuts a stream of octets into replies, wherever the stream is split. Lines may end in CRLF or, as some servers
 * do, in a bare LF.
 */
export class ReplyDecoder {
  readonly #limits: ReplyLimits
  /** Octets `#start` to `#end` are not yet part of a reply. What lies before may belong to replies given out. */
  #buffer = new Uint8Array(0)
  #start = 0
  #end = 0
  /** Within the reply being read: where the next line starts, and what its lines so far said. */
  #lineStart = 0
  #scanned = 0
  #lines = 0
  #code = 0

  constructor(limits: ReplyLimits) {
    this.#limits = limits
  }

  /** Octets taken in that are not yet part of a reply given out. */
  get bufferedBytes(): number {
    return this.#end - this.#start
  }

  /** Takes a copy, so the caller may use its buffer again. */
  push(bytes: Uint8Array): void {
    const needed = this.#end + bytes.length
    if (needed > this.#buffer.length) {
      const pending = this.#buffer.subarray(this.#start, this.#end)
      // Replies keep views of the old buffer, so it is left alone and a new one begins with what is pending.
      this.#buffer = new Uint8Array(Math.max(leastBufferLength, 2 * pending.length + bytes.length))
      this.#buffer.set(pending)
      this.#lineStart -= this.#start
      this.#scanned -= this.#start
      this.#end -= this.#start
      this.#start = 0
    }
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /**
   * The next whole reply, or `undefined` when more octets are needed.
   *
   * @throws {RemoteProtocolError} when the octets can't be a reply or pass a limit; the decoder is then of no
   * further use
   */
  next(): Reply | undefined {
    for (;;) {
      const found = this.#nextLineFeed()
      if (found === -1) {
        this.#scanned = this.#end
        this.#checkLineLength(this.#end - this.#lineStart + 1)
        return undefined
      }
      this.#checkLineLength(found + 1 - this.#lineStart)
      const last = this.#readLine(found)
      this.#lineStart = found + 1
      this.#scanned = found + 1
      if (last) return this.#finishReply()
    }
  }

  /** Lines are short, so that this costs less than a native search. */
  #nextLineFeed(): number {
    const buffer = this.#buffer
    const end = this.#end
    for (let at = this.#scanned; at < end; at += 1) if (buffer[at] === lf) return at
    return -1
  }

  #finishReply(): Reply {
    const reply = new Reply(this.#code, this.#buffer, this.#start, this.#lineStart)
    this.#start = this.#lineStart
    this.#lines = 0
    return reply
  }

  /** Checks the line that ends with the LF at `lineFeed`; true when it is the reply's last one. */
  #readLine(lineFeed: number): boolean {
    const buffer = this.#buffer
    const start = this.#lineStart
    const textEnd = lineFeed > start && buffer[lineFeed - 1] === cr ? lineFeed - 1 : lineFeed
    const code = readCode(buffer, start)
    const separator = textEnd - start > 3 ? buffer[start + 3] : space
    if (code === undefined || (separator !== space && separator !== hyphen)) {
      throw this.#violation('REPLY_SYNTAX', 'the server sent a line that is not a reply', textEnd)
    }
    this.#lines += 1
    if (this.#lines > 1 && code !== this.#code) {
      throw this.#violation('REPLY_CODES_DIFFER', 'the server sent different codes within one reply', textEnd)
    }
    this.#code = code
    const { maxReplyLines, maxReplyLength } = this.#limits
    if (this.#lines > maxReplyLines) {
      throw this.#violation('TOO_MANY_LINES', `the server sent a reply of more than ${maxReplyLines} lines`, textEnd)
    }
    if (lineFeed + 1 - this.#start > maxReplyLength) {
      throw this.#violation('REPLY_TOO_LONG', `the server sent a reply of more than ${maxReplyLength} octets`, textEnd)
    }
    return separator === space
  }

  #checkLineLength(length: number): void {
    const { maxLineLength } = this.#limits
    if (length > maxLineLength) {
      throw this.#violation(
        'LINE_TOO_LONG',
        `the server sent a line of more than ${maxLineLength} octets`,
        this.#lineStart + maxLineLength,
      )
    }
  }

  #violation(
    violation: ConstructorParameters<typeof RemoteProtocolError>[0],
    message: string,
    lineEnd: number,
  ): RemoteProtocolError {
    // Only the beginning of the line: the same octets are at hand however the stream was split.
    const shownEnd = Math.min(lineEnd, this.#lineStart + 60)
    return new RemoteProtocolError(violation, message, decodeUtf8(this.#buffer.subarray(this.#lineStart, shownEnd)))
  }
}

/** The code at the start of a line, 200 to 599 (RFC 5321 §4.2 knows no other first digit). */
function readCode(buffer: Uint8Array, start: number): number | undefined {
  // Where the line is shorter its ending is met here, which is no digit.
  const hundreds = digit(buffer[start])
  const tens = digit(buffer[start + 1])
  const ones = digit(buffer[start + 2])
  if (hundreds < 2 || hundreds > 5 || tens < 0 || ones < 0) return undefined
  return hundreds * 100 + tens * 10 + ones
}

/** The value of an ASCII digit, or −1. */
function digit(octet: number | undefined): number {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39 ? octet - 0x30 : -1
}
