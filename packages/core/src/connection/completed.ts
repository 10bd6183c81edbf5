import { InvalidArgumentError } from '../errors/index.ts'

/**
 * Numbers by name, those that were given in place of the defaults.
 *
 * @param field names them all in errors, such as `limits`
 * @param check throws an {@link InvalidArgumentError} when a number is not one that may be given
 * @throws {InvalidArgumentError} when a name is not among the defaults
 */
export function completed<Numbers extends Readonly<Record<keyof Numbers, number>>>(
  defaults: Numbers,
  given: Partial<Numbers>,
  field: string,
  check: (field: string, value: number) => void,
): Numbers {
  for (const [name, value] of Object.entries<number>(given as Record<string, number>)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new InvalidArgumentError(field, `knows only ${Object.keys(defaults).join(', ')}`, name)
    }
    check(`${field}.${name}`, value)
  }
  return { ...defaults, ...given }
}
