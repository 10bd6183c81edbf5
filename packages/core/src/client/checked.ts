import * as z from 'zod/mini'
import { InvalidArgumentError } from '../errors/index.ts'

/**
 * The value, if the schema takes it.
 *
 * @param kind what the value is, which names it in errors
 * @throws {InvalidArgumentError} which names the field; its value is not shown, it may be a credential
 */
export function checked<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, kind: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  if (issue.code === 'unrecognized_keys') {
    throw new InvalidArgumentError(fieldOf([...issue.path, ...issue.keys.slice(0, 1)]), `is not known in ${kind}`)
  }
  throw new InvalidArgumentError(issue.path.length > 0 ? fieldOf(issue.path) : kind, issue.message)
}

const text = z.string('must be a string')

/** @throws {InvalidArgumentError} when it is no string; the value is not shown */
export function checkedText(value: unknown, field: string): string {
  return checked(text, value, field)
}

/** Such as `tlsOptions.ca[1]`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('')
}
