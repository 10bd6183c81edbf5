import { InvalidArgumentError } from '../../errors/index.ts'

/** RFC 3865 §2.2. */
const maxLength = 1000
const keyword = /^[A-Za-z][A-Za-z0-9._:-]*$/

/**
 * The value of SOLICIT (RFC 3865 §2.2), such as `org.example:ADV:ADLT,net.example:ADV`.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeSolicitation(keywords: readonly string[], field: string): string {
  for (const [i, each] of keywords.entries()) {
    if (!keyword.test(each)) {
      throw new InvalidArgumentError(`${field}[${i}]`, 'must be a keyword such as org.example:ADV', String(each))
    }
  }
  const value = keywords.join(',')
  if (keywords.length === 0 || value.length > maxLength) {
    throw new InvalidArgumentError(field, `must be 1 to ${maxLength} characters in all`, value)
  }
  return value
}
