import { encodeDateTime } from './date-time.ts'
import { oneOf } from './plain-values.ts'
import type { ValidSinceOptions } from './rcpt-options.ts'

const otherwise = oneOf('C', 'R')

/**
 * The value of RRVS (RFC 7293 §3.2).
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeValidSince(rrvs: Date | string | ValidSinceOptions, field: string): string {
  if (typeof rrvs === 'string' || isDate(rrvs)) return encodeDateTime(rrvs, field)
  const since = encodeDateTime(rrvs.since, `${field}.since`)
  return rrvs.otherwise === undefined ? since : `${since};${otherwise(rrvs.otherwise, `${field}.otherwise`)}`
}

function isDate(value: Date | ValidSinceOptions): value is Date {
  return 'getTime' in value
}
