import fc from 'fast-check'

/** Tries a property a thousand times. */
export function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: 1000 })
}
