/** In place of Node's: all that can be reached from a value by its properties, hidden ones and causes among them. */
export function inspect(value: unknown): string {
  const seen = new Set<unknown>()
  const shown: string[] = []
  const visit = (each: unknown) => {
    if (typeof each !== 'object' || each === null) {
      shown.push(String(each))
    } else if (!seen.has(each)) {
      seen.add(each)
      if (each instanceof Map || each instanceof Set) visit([...each])
      for (const key of Reflect.ownKeys(each)) {
        shown.push(String(key))
        // Not what getters would make: a look must change nothing.
        visit(Object.getOwnPropertyDescriptor(each, key)?.value)
      }
    }
  }
  visit(value)
  return shown.join(' ')
}
