import type { EsmtpOptions, Parameters } from '../wire/index.ts'
import { parametersGiven } from '../wire/parameters/index.ts'
import { checked } from './checked.ts'
import { isRecord } from './is-record.ts'
import * as z from './schema.ts'

export type { EsmtpOptions } from '../wire/index.ts'

/** The schema of every option with ESMTP parameters. */
export const esmtpOptionsSchema: z.Schema<EsmtpOptions> = z.custom<EsmtpOptions>(
  isEsmtpOptions,
  "must be an object such as { SMTPUTF8: true }, or a list such as ['SMTPUTF8']",
)

function isEsmtpOptions(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string')
  return (
    isRecord(value) && Object.values(value).every((each) => each === true || /^(?:string|number)$/.test(typeof each))
  )
}

/**
 * The parameters, their keywords in capitals.
 *
 * @throws {InvalidArgumentError} when they are malformed or a parameter comes twice
 */
export function parametersOf(options: EsmtpOptions = {}, field = 'parameters'): Parameters {
  return parametersGiven(checked(esmtpOptionsSchema, options, field), field)
}
