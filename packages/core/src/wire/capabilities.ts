import { dateTimeForm } from './date-time-form.ts'
import { inCapitals } from './in-capitals.ts'
import type { Reply } from './reply.ts'

/** How much the server takes in one session (RFC 9422 §4); what it does not limit is absent. */
export interface SessionLimits {
  /** Transactions in a session. */
  readonly mailMax?: number
  /** Recipients in a transaction. */
  readonly rcptMax?: number
  /** Domains of recipients in a session. */
  readonly rcptDomainMax?: number
}

/**
 * What the server offers, as its EHLO or LHLO reply said it (RFC 5321 §4.1.1.1). Keywords are compared without
 * case. Unknown ones are kept, with their parameters; of a parameter that is malformed nothing is believed.
 */
export class Capabilities {
  /** Nothing offered: before EHLO, after HELO, and again after STARTTLS. */
  static readonly none: Capabilities = new Capabilities([], new Map())

  /** The name by which the server greets, or an empty text. Not an extension, whatever it looks like. */
  readonly serverName: string
  /** The lines of the reply behind the greeting as the server wrote them, without their codes. */
  readonly lines: readonly string[]
  /** The largest message that the server takes, in octets (RFC 1870 §4); `undefined` where it names none. */
  readonly maxMessageSize: number | undefined
  /** RFC 9422. Nothing where LIMITS is not offered. */
  readonly limits: SessionLimits
  readonly #parameters: ReadonlyMap<string, readonly string[]>

  /** Whether the server knows extensions at all: it has accepted EHLO or LHLO, and not HELO since. */
  get extended(): boolean {
    return this !== Capabilities.none
  }

  private constructor(
    [greeting = '', ...lines]: readonly string[],
    parameters: ReadonlyMap<string, readonly string[]>,
  ) {
    this.serverName = wordsOf(greeting)[0] ?? ''
    this.lines = lines
    this.#parameters = parameters
    const size = wholeNumber(this.#word('SIZE'), 20) ?? 0
    this.maxMessageSize = size > 0 ? size : undefined
    this.limits = limitsOf(this.parameters('LIMITS') ?? [])
  }

  static fromReply(reply: Reply): Capabilities {
    const parameters = new Map<string, Set<string>>()
    for (const line of reply.lines.slice(1)) {
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
    return new Capabilities(reply.lines, new Map(arrays))
  }

  /** Whether the keyword was offered, such as `PIPELINING`. */
  has(keyword: string): boolean {
    return this.#parameters.has(keyword) || this.#parameters.has(inCapitals(keyword))
  }

  /** The words behind the keyword as the server wrote them, each once, or `undefined` where it is not offered. */
  parameters(keyword: string): readonly string[] | undefined {
    return this.#parameters.get(keyword) ?? this.#parameters.get(inCapitals(keyword))
  }

  /** Every keyword offered, in upper case and in the server's order. */
  get keywords(): readonly string[] {
    return [...this.#parameters.keys()]
  }

  /** The SASL mechanisms offered (RFC 4954 §3), in upper case, each once. */
  get authMechanisms(): readonly string[] {
    return [...new Set((this.parameters('AUTH') ?? []).map(inCapitals))]
  }

  /**
   * The shortest time that the server takes for a delivery that is else returned, in seconds (RFC 2852 §4);
   * `undefined` where it does not offer DELIVERBY.
   */
  get deliverBy(): { readonly minimum?: number } | undefined {
    if (!this.has('DELIVERBY')) return undefined
    const minimum = wholeNumber(this.#word('DELIVERBY').replace(/,.*/, ''), 9)
    return minimum === undefined ? {} : { minimum }
  }

  /**
   * For how long at most the server holds a message, in seconds, and until when, as RFC 3339 has it (RFC 4865 §3);
   * `undefined` where it does not say both.
   */
  get futureRelease(): { readonly maxInterval: number; readonly maxDateTime: string } | undefined {
    const [interval = '', dateTime = ''] = this.parameters('FUTURERELEASE') ?? []
    const maxInterval = wholeNumber(interval, 9)
    return maxInterval === undefined || !dateTimeForm.test(dateTime)
      ? undefined
      : { maxInterval, maxDateTime: dateTime }
  }

  /** The name of the server's priority profile, if it gives one (RFC 6710 §3); `undefined` without MT-PRIORITY. */
  get mtPriority(): { readonly profile?: string } | undefined {
    if (!this.has('MT-PRIORITY')) return undefined
    const profile = this.#word('MT-PRIORITY')
    return profile === '' ? {} : { profile }
  }

  /** The kinds of solicitation that the server does not take, by keyword (RFC 3865 §2); they may be none. */
  get noSoliciting(): readonly string[] {
    return (this.parameters('NO-SOLICITING') ?? []).flatMap((word) => word.split(',')).filter((word) => word !== '')
  }

  /** What URLs of BURL may be, as the server has it: schemes, and prefixes that it trusts (RFC 4468 §3.3). */
  get burl(): readonly string[] {
    return this.parameters('BURL') ?? []
  }

  /** The attributes that Postfix's XCLIENT takes, in upper case. */
  get xclient(): readonly string[] {
    return (this.parameters('XCLIENT') ?? []).map(inCapitals)
  }

  /** The attributes that Postfix's XFORWARD takes, in upper case. */
  get xforward(): readonly string[] {
    return (this.parameters('XFORWARD') ?? []).map(inCapitals)
  }

  toJSON(): Record<string, readonly string[]> {
    return Object.fromEntries(this.#parameters)
  }

  /** The first word behind a keyword, empty where there is none. */
  #word(keyword: string): string {
    return this.parameters(keyword)?.[0] ?? ''
  }
}

const limitNames: ReadonlyMap<string, keyof SessionLimits> = new Map([
  ['MAILMAX', 'mailMax'],
  ['RCPTMAX', 'rcptMax'],
  ['RCPTDOMAINMAX', 'rcptDomainMax'],
])

function limitsOf(words: readonly string[]): SessionLimits {
  const limits: { -readonly [Name in keyof SessionLimits]: SessionLimits[Name] } = {}
  for (const word of words) {
    const [name = '', value = ''] = word.split('=')
    const limit = limitNames.get(inCapitals(name))
    const most = wholeNumber(value, 6) ?? 0
    // The first one counts, as with parameters that are said twice.
    if (limit !== undefined && most > 0) limits[limit] ??= most
  }
  return limits
}

function wholeNumber(word: string, maxDigits: number): number | undefined {
  return /^\d+$/.test(word) && word.length <= maxDigits ? Number(word) : undefined
}

function wordsOf(line: string): string[] {
  return line.split(/[ \t]/).filter((word) => word !== '')
}
