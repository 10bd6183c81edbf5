import { InvalidArgumentError } from '../../errors/index.ts'
import { isAscii } from '../../wire/index.ts'
import type { CodePointSet } from './code-point-set.ts'
import {
  controls,
  displayChanging,
  leftToRight,
  mappedToNothing,
  noCharacters,
  notCanonical,
  notPlain,
  otherBlanks,
  privateUse,
  rightToLeft,
  surrogates,
  tags,
  unassigned,
} from './stringprep-tables.ts'

/** RFC 4013 §2.3; the blanks of C.1.2 have become U+0020 by then. */
const prohibited = [
  controls,
  privateUse,
  noCharacters,
  surrogates,
  notPlain,
  notCanonical,
  displayChanging,
  tags,
] as const

/** RFC 4505 §3. */
const prohibitedInTraces: readonly CodePointSet[] = prohibited.filter((table) => table !== notCanonical)

/**
 * Prepares a name or a password with the SASLprep profile of stringprep (RFC 4013).
 *
 * @param kind whether characters are taken that Unicode 3.2 does not know: in a `query`, such as a name, yes, in what is
 * `stored`, such as a password, no (RFC 3454 §7, RFC 5802 §2.2)
 * @throws {InvalidArgumentError} which names the field and does not show the value
 */
export function saslprep(field: string, text: string, kind: 'query' | 'stored'): string {
  const mapped = Array.from(text, (character) => (otherBlanks.has(codeOf(character)) ? ' ' : character)).filter(
    (character) => !mappedToNothing.has(codeOf(character)),
  )
  // Before normalization, for the runtime's Unicode may know them and make something else of them.
  if (kind === 'stored' && mapped.some((character) => unassigned.has(codeOf(character)))) {
    throw new InvalidArgumentError(field, 'has a character that is not in Unicode 3.2, which SASLprep does not take')
  }
  const prepared = mapped.join('').normalize('NFKC')
  check(field, prepared, prohibited, 'SASLprep (RFC 4013)')
  return prepared
}

/**
 * Checks what ANONYMOUS tells the server with the trace profile of stringprep (RFC 4505 §3).
 *
 * @throws {InvalidArgumentError}
 */
export function checkTrace(field: string, text: string): void {
  check(field, text, prohibitedInTraces, 'the trace profile (RFC 4505)')
}

function check(field: string, text: string, tables: readonly CodePointSet[], profile: string): void {
  const codes = Array.from(text, codeOf)
  if (codes.some((code) => tables.some((table) => table.has(code)))) {
    throw new InvalidArgumentError(field, `has a character that ${profile} prohibits`)
  }
  if (!isAscii(text) && !isOneWay(codes)) {
    throw new InvalidArgumentError(field, `mixes directions of writing as ${profile} prohibits`)
  }
}

/** RFC 3454 §6. */
function isOneWay(codes: readonly number[]): boolean {
  if (!codes.some((code) => rightToLeft.has(code))) return true
  return (
    !codes.some((code) => leftToRight.has(code)) &&
    rightToLeft.has(codes[0] as number) &&
    rightToLeft.has(codes.at(-1) as number)
  )
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number
}
