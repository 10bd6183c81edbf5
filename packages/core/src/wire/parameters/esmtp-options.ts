import { noParameters, type Parameters } from '../command.ts'
import { namedInCapitals, parseParameters } from '../parse-parameters.ts'

/**
 * ESMTP parameters: by keyword, `{ BODY: '8BITMIME', SMTPUTF8: true }`, or as they are written,
 * `['BODY=8BITMIME', 'SMTPUTF8']`.
 */
export type EsmtpOptions = Parameters | readonly string[]

/**
 * The parameters, their keywords in capitals; none where none are given.
 *
 * @throws {InvalidArgumentError} when a parameter comes twice, or a written one holds a control character
 */
export function parametersGiven(options: EsmtpOptions | undefined, field: string): Parameters {
  if (options === undefined) return noParameters
  return isWritten(options) ? parseParameters(options, field) : namedInCapitals(Object.entries(options), field)
}

function isWritten(options: EsmtpOptions): options is readonly string[] {
  return Array.isArray(options)
}
