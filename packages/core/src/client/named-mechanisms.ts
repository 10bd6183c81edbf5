import { InvalidArgumentError } from '../errors/index.ts'
import { knownMechanisms, type SaslMechanism } from '../session/index.ts'
import { inCapitals } from '../wire/index.ts'

/**
 * The mechanism of that name, or the caller's own.
 *
 * @throws {InvalidArgumentError} when none of that name is known; the name is not shown, it may be a password
 */
export function mechanismNamed(mechanism: string | SaslMechanism, field: string): SaslMechanism {
  if (typeof mechanism !== 'string') {
    if (isMechanism(mechanism)) return mechanism
    throw new InvalidArgumentError(field, 'must be a name or a SaslMechanism')
  }
  const found = knownMechanisms.find(({ name }) => name === inCapitals(mechanism))
  if (found !== undefined) return found
  const known = knownMechanisms.map(({ name }) => name).join(', ')
  throw new InvalidArgumentError(field, `is not one of ${known}; pass a SaslMechanism of your own`)
}

function isMechanism(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && 'start' in value
}

/** @throws {InvalidArgumentError} when none of such a name is known, or none is named at all */
export function mechanismsNamed(list: readonly (string | SaslMechanism)[]): readonly SaslMechanism[] {
  if (list.length === 0) throw new InvalidArgumentError('mechanisms', 'must name at least one')
  return list.map((mechanism, i) => mechanismNamed(mechanism, `mechanisms[${i}]`))
}
