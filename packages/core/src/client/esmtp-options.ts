import * as z from 'zod/mini'
import type { EsmtpOptions, Parameters } from '../wire/index.ts'
import { parametersGiven } from '../wire/parameters/index.ts'
import { checked } from './checked.ts'

export type { EsmtpOptions } from '../wire/index.ts'

const list = z.array(z.string())
const record = z.record(z.string(), z.union([z.string(), z.number(), z.literal(true)]))

/** The schema of every option with ESMTP parameters. */
export const esmtpOptionsSchema: z.ZodMiniType<EsmtpOptions> = z.union(
  [list, record],
  "must be an object such as { SMTPUTF8: true }, or a list such as ['SMTPUTF8']",
)

/**
 * The parameters, their keywords in capitals.
 *
 * @throws {InvalidArgumentError} when they are malformed or a parameter comes twice
 */
export function parametersOf(options: EsmtpOptions = {}, field = 'parameters'): Parameters {
  return parametersGiven(checked(esmtpOptionsSchema, options, field), field)
}
