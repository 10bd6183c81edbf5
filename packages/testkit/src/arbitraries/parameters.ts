import type { Parameters } from '@sansmtp/core'
import fc from 'fast-check'
import { between, characterBeyondAscii, letterOrDigit, oneOf } from './characters.ts'

/** esmtp-keyword (RFC 5321 §4.1.2): registered ones and others. */
export function parameterKeyword(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('SIZE', 'BODY', 'RET', 'ENVID', 'NOTIFY', 'ORCPT', 'SMTPUTF8', 'REQUIRETLS', 'MT-PRIORITY', 'X-1'),
    fc
      .tuple(letterOrDigit, fc.string({ unit: fc.oneof(letterOrDigit, oneOf('-')), maxLength: 12 }))
      .map(([first, rest]) => first + rest),
  )
}

/** esmtp-value (RFC 5321 §4.1.2), beyond US-ASCII where RFC 6531 §3.3 lets it. */
export function parameterValue({ utf8 = false }: { readonly utf8?: boolean } = {}): fc.Arbitrary<string> {
  const ascii = fc.oneof(between('!', '<'), between('>', '~'))
  const character = utf8
    ? fc.oneof({ weight: 3, arbitrary: ascii }, { weight: 1, arbitrary: characterBeyondAscii })
    : ascii
  return fc.string({ unit: character, minLength: 1, maxLength: 20 })
}

/** Parameters of MAIL or RCPT, no keyword twice whatever its case. */
export function parameters(options: { readonly utf8?: boolean } = {}): fc.Arbitrary<Parameters> {
  const value = fc.oneof(parameterValue(options), fc.maxSafeNat(), fc.constant(true as const))
  return fc
    .uniqueArray(fc.tuple(parameterKeyword(), value), { maxLength: 5, selector: ([keyword]) => keyword.toUpperCase() })
    .map((entries) => Object.fromEntries(entries))
}
