import { inCapitals } from '../in-capitals.ts'

/** Such as `['DSN', 'MTRK']`: the extension that a parameter is of, then any other that brings it along. */
type Extensions = readonly [string, ...string[]]

/**
 * The parameters of MAIL and RCPT that this library knows, by keyword, with the EHLO keywords of their extensions. Apart
 * from the table of options, since a connection has to know these and none of their encoders.
 */
const extensionsOf: ReadonlyMap<string, Extensions> = new Map([
  // RFC 1870 §3.
  ['SIZE', ['SIZE']],
  // RFC 6152 §2.
  ['BODY', ['8BITMIME']],
  // RFC 6531 §3.1.
  ['SMTPUTF8', ['SMTPUTF8']],
  // RFC 4954 §5.
  ['AUTH', ['AUTH']],
  // RFC 3885 §3.1.
  ['MTRK', ['MTRK']],
  // RFC 3461 §4; RFC 3885 §2 for the second.
  ['RET', ['DSN']],
  ['ENVID', ['DSN', 'MTRK']],
  ['NOTIFY', ['DSN']],
  ['ORCPT', ['DSN', 'MTRK']],
  // RFC 8689 §2.
  ['REQUIRETLS', ['REQUIRETLS']],
  // RFC 2852 §4.
  ['BY', ['DELIVERBY']],
  // RFC 4865 §3.
  ['HOLDFOR', ['FUTURERELEASE']],
  ['HOLDUNTIL', ['FUTURERELEASE']],
  // RFC 6710 §4.
  ['MT-PRIORITY', ['MT-PRIORITY']],
  // RFC 3865 §2.2.
  ['SOLICIT', ['NO-SOLICITING']],
  // RFC 4141 §4 and §5.
  ['CONPERM', ['CONPERM']],
  ['CONNEG', ['CONNEG']],
  // RFC 7293 §3.2.
  ['RRVS', ['RRVS']],
  // Exim's.
  ['PRDR', ['PRDR']],
])

/**
 * The extensions that a parameter of MAIL or RCPT belongs to, by their EHLO keywords, its own one first: it may be sent
 * where one of them is offered. `undefined` for a parameter that this library does not know.
 */
export function parameterExtensions(keyword: string, value: string | number | true): Extensions | undefined {
  const name = extensionsOf.has(keyword) ? keyword : inCapitals(keyword)
  // RFC 3030 §3 (5): a value of BODY that another extension adds.
  if (name === 'BODY' && inCapitals(String(value)) === 'BINARYMIME') return ['BINARYMIME']
  return extensionsOf.get(name)
}

/** Whether an extension, by its EHLO keyword in capitals, has parameters of its own. */
export function hasParameters(extension: string): boolean {
  return [...extensionsOf.values()].some(([own]) => own === extension)
}
