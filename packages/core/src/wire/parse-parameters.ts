import { InvalidArgumentError } from '../errors/index.ts'
import type { Parameters } from './command.ts'
import { inCapitals } from './in-capitals.ts'

/**
 * ESMTP parameters as they are written, such as `BODY=8BITMIME` and `SMTPUTF8` (RFC 5321 §4.1.2). Their syntax is
 * checked where they are encoded.
 *
 * @throws {InvalidArgumentError} when a parameter comes twice, or any holds a control character
 */
export function parseParameters(words: readonly string[], field: string): Parameters {
  const written = words.join(' ')
  if (/\p{Cc}/u.test(written)) throw new InvalidArgumentError(field, 'must not hold control characters', written)
  const entries = words.map((word) => {
    const [keyword = '', ...value] = word.split('=')
    return [keyword, value.length === 0 ? true : value.join('=')] as const
  })
  return namedInCapitals(entries, field)
}

/**
 * ESMTP parameters under their keywords in capitals, in their order.
 *
 * @throws {InvalidArgumentError} when a parameter comes twice, for keywords have no case
 */
export function namedInCapitals(
  entries: readonly (readonly [keyword: string, value: string | number | true])[],
  field: string,
): Parameters {
  const parameters = new Map<string, string | number | true>()
  for (const [keyword, value] of entries) {
    const name = inCapitals(keyword)
    if (parameters.has(name)) throw new InvalidArgumentError(field, 'has a parameter twice', keyword)
    parameters.set(name, value)
  }
  return Object.fromEntries(parameters)
}
