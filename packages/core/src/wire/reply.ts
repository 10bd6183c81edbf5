import { decodeUtf8 } from './utf8.ts'

const lf = 0x0a
const cr = 0x0d
const enhancedCodeSyntax = /^([245])\.(\d{1,3})\.(\d{1,3})(?:[ \t]|$)/

/**
 * One SMTP reply (RFC 5321 §4.2). The octets are kept as they came; text is decoded when it is looked at, as
 * UTF-8 (RFC 6531 §3.7.4), invalid octets as U+FFFD.
 */
export class Reply {
  /** The three-digit reply code, 200 to 599. */
  readonly code: number
  readonly #buffer: Uint8Array
  readonly #start: number
  readonly #end: number
  #lines: readonly string[] | undefined

  /**
   * From `start` to `end` are the whole lines of one valid reply. The reply keeps the buffer, so that must not change.
   */
  constructor(code: number, buffer: Uint8Array, start: number = 0, end: number = buffer.length) {
    this.code = code
    this.#buffer = buffer
    this.#start = start
    this.#end = end
  }

  /** The first digit, which alone decides what a client does (RFC 5321 §4.3.2). */
  get severity(): 2 | 3 | 4 | 5 {
    return Math.floor(this.code / 100) as 2 | 3 | 4 | 5
  }

  /** The text of each line, without code, separator and line ending. */
  get lines(): readonly string[] {
    this.#lines ??= textOfLines(this.#buffer.subarray(this.#start, this.#end))
    return this.#lines
  }

  /** All text: the lines trimmed of blanks at both ends and joined by LF. */
  get text(): string {
    return this.lines.map(withoutOuterBlanks).join('\n')
  }

  /**
   * The enhanced status code (RFC 2034, 3463) such as `5.1.1`. `undefined` where there is none or where its class
   * contradicts the reply code, which makes it untrustworthy.
   */
  get enhancedCode(): string | undefined {
    const found = enhancedCodeSyntax.exec(this.lines[0] ?? '')
    return found?.[1] === String(this.severity) ? `${found[1]}.${found[2]}.${found[3]}` : undefined
  }

  /** The octets as they came from the server, line endings included. A copy. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(this.#start, this.#end))
  }

  toJSON(): { code: number; enhancedCode?: string; lines: readonly string[] } {
    const { code, enhancedCode, lines } = this
    return enhancedCode === undefined ? { code, lines } : { code, enhancedCode, lines }
  }

  toString(): string {
    return this.lines.map((line, i) => `${this.code}${i < this.lines.length - 1 ? '-' : ' '}${line}`).join('\n')
  }
}

function textOfLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  let start = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(lf, start)
    const end = found === -1 ? bytes.length : found
    const textEnd = bytes[end - 1] === cr ? end - 1 : end
    lines.push(decodeUtf8(bytes.subarray(Math.min(start + 4, textEnd), textEnd)))
    start = end + 1
  }
  return lines
}

/** As smtplib strips them. `trim` would take no-break spaces and byte order marks too. */
function withoutOuterBlanks(line: string): string {
  let start = 0
  let end = line.length
  while (start < end && isBlank(line.charAt(start))) start += 1
  while (end > start && isBlank(line.charAt(end - 1))) end -= 1
  return line.slice(start, end)
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r'
}
