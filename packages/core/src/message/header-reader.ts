import { InvalidArgumentError } from '../errors/index.ts'
import { decodeUtf8 } from '../wire/index.ts'
import { type FieldStart, Header } from './header.ts'

const lf = 0x0a
const cr = 0x0d
const space = 0x20
const tab = 0x09
const colon = 0x3a

/** A message, split where its header ends. */
export interface SplitMessage {
  readonly header: Header
  /** What of the last piece is body: a view of it, empty when there is none. */
  readonly body: Uint8Array
}

/**
 * Splits a message (RFC 5322 §2.1) into its header, which it keeps, and its body, which it passes on. Feed it pieces
 * of any size until it gives a result.
 *
 * CRLF, a bare CR and a bare LF each end a line, since each becomes CRLF on the wire. A line that is neither a field,
 * nor the continuation of one, nor empty is refused: some receivers skip such a line and read on, so a `Bcc` behind
 * it would be a field to them.
 */
export class HeaderReader {
  readonly #maxLength: number
  #block: Uint8Array = new Uint8Array(4096)
  #length = 0
  #lineStart = 0
  /** A CR ended the line; whether its ending is complete depends on the next octet. */
  #heldCr = false
  readonly #fields: FieldStart[] = []
  #header: Header | undefined

  /** @param maxLength octets that the header may have, with the empty line that ends it; 1 MiB unless given */
  constructor(maxLength = 1_048_576) {
    this.#maxLength = maxLength
  }

  /**
   * Reads the next piece. The array is not kept.
   *
   * @returns `undefined` while the header goes on
   * @throws {InvalidArgumentError} for a line that no header has, or a header that is too long; the reader is of no
   *   use afterwards
   */
  push(bytes: Uint8Array): SplitMessage | undefined {
    if (this.#header !== undefined) return { header: this.#header, body: bytes }
    for (let i = 0; i < bytes.length; i += 1) {
      const octet = bytes[i] as number
      if (this.#heldCr && octet !== lf && this.#endLine(1)) return this.#split(bytes.subarray(i))
      this.#append(octet)
      if (octet === lf && this.#endLine(this.#heldCr ? 2 : 1)) return this.#split(bytes.subarray(i + 1))
      this.#heldCr = octet === cr
    }
    return undefined
  }

  /**
   * The message has ended. If that was within its header, it has no body.
   *
   * @throws {InvalidArgumentError} when its last line is none that a header has
   */
  finish(): SplitMessage {
    if (this.#header === undefined) this.#endLine(this.#heldCr ? 1 : 0)
    return this.#split(new Uint8Array(0))
  }

  #split(body: Uint8Array): SplitMessage {
    this.#header ??= new Header(this.#block.slice(0, this.#length), this.#fields, this.#lineStart)
    return { header: this.#header, body }
  }

  #append(octet: number): void {
    if (this.#length === this.#maxLength) {
      throw new InvalidArgumentError('message', `has a header of more than ${this.#maxLength} octets`)
    }
    if (this.#length === this.#block.length) {
      const larger = new Uint8Array(2 * this.#length)
      larger.set(this.#block)
      this.#block = larger
    }
    this.#block[this.#length] = octet
    this.#length += 1
  }

  /** @returns whether it was the empty line; it is then still the line at `#lineStart` */
  #endLine(endingLength: number): boolean {
    const line = this.#block.subarray(this.#lineStart, this.#length - endingLength)
    if (line.length === 0) return true
    const continues = (line[0] === space || line[0] === tab) && this.#fields.length > 0
    if (!continues) this.#fields.push(this.#fieldStart(line))
    this.#lineStart = this.#length
    return false
  }

  #fieldStart(line: Uint8Array): FieldStart {
    let nameEnd = 0
    while (isNameOctet(line[nameEnd])) nameEnd += 1
    let end = nameEnd
    while (line[end] === space || line[end] === tab) end += 1
    if (nameEnd === 0 || line[end] !== colon) throw this.#notAField(decodeUtf8(line))
    return {
      name: decodeUtf8(line.subarray(0, nameEnd)),
      start: this.#lineStart,
      valueStart: this.#lineStart + end + 1,
    }
  }

  #notAField(line: string): InvalidArgumentError {
    const problem =
      this.#lineStart === 0 && line.startsWith('From ')
        ? "starts with an mbox's From line, which is no part of the message"
        : 'has a line in its header that is neither a field nor the continuation of one'
    return new InvalidArgumentError('message', problem, line)
  }
}

/** RFC 5322 §2.2: printable US-ASCII without the colon. */
function isNameOctet(octet = 0): boolean {
  return octet > space && octet < 0x7f && octet !== colon
}
