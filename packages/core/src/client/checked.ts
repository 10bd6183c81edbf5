import { InvalidArgumentError } from '../errors/index.ts'
import { type Issue, type Schema, string } from './schema.ts'

/**
 * The value, if the schema takes it.
 *
 * @param kind what the value is, which names it in errors
 * @throws {InvalidArgumentError} which names the field; its value is not shown, it may be a credential
 */
export function checked<Value>(schema: Schema<Value>, value: unknown, kind: string): Value {
  const result = schema().safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0] as Issue
  if (issue.keys !== undefined) {
    throw new InvalidArgumentError(fieldOf([...issue.path, ...issue.keys.slice(0, 1)]), `is not known in ${kind}`)
  }
  throw new InvalidArgumentError(issue.path.length > 0 ? fieldOf(issue.path) : kind, issue.message)
}

const text = string('must be a string')

/** @throws {InvalidArgumentError} when it is no string; the value is not shown */
export function checkedText(value: unknown, field: string): string {
  return checked(text, value, field)
}

/** Such as `tlsOptions.ca[1]`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('')
}
