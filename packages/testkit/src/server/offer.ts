import { attributeTable } from './attribute-table.ts'
import { defaultExtensions, type Extensions } from './extensions.ts'
import { type ParameterRule, parameterTable } from './parameter-table.ts'
import type { Quirks } from './quirks.ts'

/** Octets in a command line with its CRLF (RFC 5321 §4.5.3.1.4). */
const maxCommandLine = 512
/** RFC 4954 §4.5. */
const maxAuthLine = 12_288

/** What decides what has a place. */
interface Standing {
  readonly protocol: 'smtp' | 'lmtp'
  readonly secure: boolean
  readonly authOnlyWithTls: boolean
}

/** What a server offers at a given moment. */
export class Offer {
  /** Nothing: before EHLO, and after HELO. */
  static readonly nothing: Offer = new Offer(new Map())
  readonly #extensions: ReadonlyMap<string, readonly string[]>

  private constructor(extensions: ReadonlyMap<string, readonly string[]>) {
    this.#extensions = extensions
  }

  /** All that is switched on, less what has no place. */
  static of(extensions: Extensions, { protocol, secure, authOnlyWithTls }: Standing): Offer {
    const misplaced: Readonly<Record<string, boolean>> = {
      STARTTLS: secure,
      AUTH: authOnlyWithTls && !secure,
      // LMTP has replies for each recipient of itself.
      PRDR: protocol === 'lmtp',
    }
    const offered = new Map<string, readonly string[]>()
    for (const [name, setting] of Object.entries(extensions)) {
      const keyword = name.toUpperCase()
      if (setting === undefined || setting === false || misplaced[keyword]) continue
      offered.set(keyword, parametersOf(setting))
    }
    return new Offer(offered)
  }

  /** What an EHLO reply offers by its lines behind the first, whoever wrote them. */
  static fromLines(lines: readonly string[]): Offer {
    return new Offer(
      new Map(
        lines.map((line) => {
          const [keyword = '', ...parameters] = line.replace(/^AUTH=/i, 'AUTH ').split(' ')
          return [keyword.toUpperCase(), parameters]
        }),
      ),
    )
  }

  has(keyword: string): boolean {
    return this.#extensions.has(keyword)
  }

  /** Whether a parameter is offered with its extension, or with another. */
  brings({ extension, alsoBy = extension }: ParameterRule): boolean {
    return this.has(extension) || this.has(alsoBy)
  }

  /** What stands behind a keyword; nothing where it is not offered. */
  parameters(keyword: string): readonly string[] {
    // A setting may hold several in one text.
    return (this.#extensions.get(keyword) ?? []).flatMap((parameter) => parameter.split(' '))
  }

  /** The SASL mechanisms. */
  get mechanisms(): readonly string[] {
    return (this.#extensions.get('AUTH') ?? []).map((name) => name.toUpperCase())
  }

  /** The longest line that a command may have, its CRLF included. */
  maxLine(verb: string): number {
    if (verb === 'AUTH' || verb === 'AUTH-RESPONSE') return maxAuthLine
    const added = Object.values(parameterTable).filter((rule) => rule.verb === verb && this.brings(rule))
    return added.reduce((sum, rule) => sum + rule.adds, maxCommandLine)
  }

  /** The lines of the EHLO reply behind the first one (RFC 5321 §4.1.1.1). */
  lines({ spellsAuthTheOldWay = false, offersInLowerCase = false }: Quirks): readonly string[] {
    return Array.from(this.#extensions, ([name, parameters]) => {
      const keyword = offersInLowerCase ? name.toLowerCase() : name
      const glue = spellsAuthTheOldWay && name === 'AUTH' ? '=' : ' '
      return parameters.length === 0 ? keyword : keyword + glue + parameters.join(' ')
    })
  }
}

/** The default extensions with changes. What can't be without another extension is off with it, unless named. */
export function completeExtensions(changes: Extensions = {}, hasUsers: boolean): Extensions {
  return {
    ...defaultExtensions,
    // RFC 3030 §3 (3), RFC 6531 §3.1.
    BINARYMIME: changes.CHUNKING !== false,
    SMTPUTF8: changes['8BITMIME'] !== false,
    AUTH: hasUsers && ['PLAIN', 'LOGIN'],
    ...changes,
    ...(changes['XCLIENT'] === true && { XCLIENT: Object.keys(attributeTable.XCLIENT) }),
    ...(changes['XFORWARD'] === true && { XFORWARD: Object.keys(attributeTable.XFORWARD) }),
  }
}

function parametersOf(setting: true | number | string | readonly string[]): readonly string[] {
  if (setting === true) return []
  return typeof setting === 'object' ? setting : [String(setting)]
}
