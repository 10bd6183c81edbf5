import type * as z from 'zod/mini'
import { InvalidArgumentError } from '../errors/index.ts'

/**
 * The value, if the schema takes it.
 *
 * @param root names the whole in errors, where no field of it does
 * @throws {InvalidArgumentError} which names the field; the value is not shown, it may be a credential
 */
export function checked<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, root: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map(String)
  if (issue?.code === 'unrecognized_keys') {
    throw new InvalidArgumentError([...path, issue.keys[0]].join('.'), `is not known in ${root}`)
  }
  throw new InvalidArgumentError(
    path.length > 0 ? path.join('.') : root,
    `is not valid: ${issue?.message ?? 'unknown'}`,
  )
}
