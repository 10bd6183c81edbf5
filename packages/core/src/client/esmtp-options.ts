import * as z from 'zod/mini'
import { namedInCapitals, type Parameters, parseParameters } from '../wire/index.ts'
import { checked } from './checked.ts'

/**
 * ESMTP parameters: by keyword, `{ BODY: '8BITMIME', SMTPUTF8: true }`, or as they are written,
 * `['BODY=8BITMIME', 'SMTPUTF8']`.
 */
export type EsmtpOptions = Parameters | readonly string[]

const list = z.array(z.string())
const record = z.record(z.string(), z.union([z.string(), z.number(), z.literal(true)]))
const schema = z.union([list, record], "must be an object such as { SMTPUTF8: true }, or a list such as ['SMTPUTF8']")

/**
 * The parameters, their keywords in capitals.
 *
 * @throws {InvalidArgumentError} when they are malformed or a parameter comes twice
 */
export function parametersOf(options: EsmtpOptions = {}, field = 'parameters'): Parameters {
  const given = checked(schema, options, field)
  return Array.isArray(given) ? parseParameters(given, field) : namedInCapitals(Object.entries(given), field)
}
