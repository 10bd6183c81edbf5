import fc from 'fast-check'

/** Tries a property as often as is configured. */
export function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property)
}
