import { inCapitals } from './in-capitals.ts'
import type { Reply } from './reply.ts'

/**
 * What the server offers, as its EHLO or LHLO reply said it (RFC 5321 §4.1.1.1). Keywords are compared without
 * case. Unknown ones are kept, with their parameters.
 */
export class Capabilities {
  /** Nothing offered: before EHLO, after HELO, and again after STARTTLS. */
  static readonly none: Capabilities = new Capabilities('', new Map())

  /** The name by which the server greets, or an empty text. Not an extension, whatever it looks like. */
  readonly serverName: string
  readonly #parameters: ReadonlyMap<string, readonly string[]>

  /** Whether the server knows extensions at all: it has accepted EHLO or LHLO, and not HELO since. */
  get extended(): boolean {
    return this !== Capabilities.none
  }

  private constructor(serverName: string, parameters: ReadonlyMap<string, readonly string[]>) {
    this.serverName = serverName
    this.#parameters = parameters
  }

  static fromReply(reply: Reply): Capabilities {
    const [greeting = '', ...lines] = reply.lines
    const parameters = new Map<string, Set<string>>()
    for (const line of lines) {
      const [word = '', ...words] = wordsOf(line)
      // The spelling of servers older than RFC 4954: AUTH=PLAIN LOGIN.
      const oldAuth = inCapitals(word.slice(0, 5)) === 'AUTH='
      const keyword = oldAuth ? 'AUTH' : inCapitals(word)
      if (keyword === '') continue
      if (oldAuth && word.length > 5) words.unshift(word.slice(5))
      const known = parameters.get(keyword)
      if (known === undefined) parameters.set(keyword, new Set(words))
      else for (const candidate of words) known.add(candidate)
    }
    const arrays = Array.from(parameters, ([keyword, words]) => [keyword, [...words]] as const)
    return new Capabilities(wordsOf(greeting)[0] ?? '', new Map(arrays))
  }

  /** Whether the keyword was offered, such as `PIPELINING`. */
  has(keyword: string): boolean {
    return this.#parameters.has(inCapitals(keyword))
  }

  /** The words behind the keyword as the server wrote them, each once, or `undefined` where it is not offered. */
  parameters(keyword: string): readonly string[] | undefined {
    return this.#parameters.get(inCapitals(keyword))
  }

  /** Every keyword offered, in upper case and in the server's order. */
  get keywords(): readonly string[] {
    return [...this.#parameters.keys()]
  }

  /** The SASL mechanisms offered (RFC 4954 §3), in upper case, each once. */
  get authMechanisms(): readonly string[] {
    return [...new Set((this.parameters('AUTH') ?? []).map(inCapitals))]
  }

  /** The largest message that the server takes, in octets (RFC 1870 §4); `undefined` where it names none. */
  get maxMessageSize(): number | undefined {
    const word = this.parameters('SIZE')?.[0] ?? ''
    const size = /^\d{1,20}$/.test(word) ? Number(word) : 0
    return size > 0 ? size : undefined
  }

  toJSON(): Record<string, readonly string[]> {
    return Object.fromEntries(this.#parameters)
  }
}

function wordsOf(line: string): string[] {
  return line.split(/[ \t]/).filter((word) => word !== '')
}
