import { inCapitals } from '../in-capitals.ts'
import { mailParameterTable, rcptParameterTable } from './parameter-table.ts'

const rows = [...Object.values(mailParameterTable), ...Object.values(rcptParameterTable)]
const byKeyword: ReadonlyMap<string, readonly [string, ...string[]]> = new Map(
  rows.map(({ keyword, extension, alsoBy }) => [keyword, alsoBy === undefined ? [extension] : [extension, alsoBy]]),
)

/**
 * The extensions that a parameter of MAIL or RCPT belongs to, by their EHLO keywords, its own one first: it may be sent
 * where one of them is offered. `undefined` for a parameter that this library does not know.
 */
export function parameterExtensions(
  keyword: string,
  value: string | number | true,
): readonly [string, ...string[]] | undefined {
  const name = inCapitals(keyword)
  // RFC 3030 §3 (5): a value of BODY that another extension adds.
  if (name === 'BODY' && inCapitals(String(value)) === 'BINARYMIME') return ['BINARYMIME']
  return byKeyword.get(name)
}

/** The extensions that parameters belong to. */
export const extensionsWithParameters: ReadonlySet<string> = new Set(rows.map(({ extension }) => extension))
