import { InvalidArgumentError } from '../../errors/index.ts'
import { oneOf } from './plain-values.ts'

const event = oneOf('NEVER', 'SUCCESS', 'FAILURE', 'DELAY')

/**
 * The value of NOTIFY (RFC 3461 §4.1).
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeNotify(events: readonly string[], field: string): string {
  const value = events.map((each, i) => event(each, `${field}[${i}]`)).join(',')
  if (events.length === 0) throw new InvalidArgumentError(field, 'must name something, or NEVER')
  if (new Set(events).size < events.length) throw new InvalidArgumentError(field, 'names something twice', value)
  if (events.length > 1 && events.includes('NEVER')) {
    throw new InvalidArgumentError(field, 'must name NEVER alone (RFC 3461 §4.1)', value)
  }
  return value
}
