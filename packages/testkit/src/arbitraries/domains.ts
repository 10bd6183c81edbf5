import { encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'
import { letterBeyondAscii, letterOrDigit, oneOf } from './characters.ts'

/** RFC 5321 §4.5.3.1.2 and RFC 1035 §2.3.4, in octets. */
const maxDomainLength = 255
const maxLabelLength = 63

export interface DomainOptions {
  /** Whether labels may be U-labels (RFC 6531 §3.3). Default false. */
  readonly utf8?: boolean
}

/** A domain within the limits of length, the longest ones now and then. */
export function domain({ utf8 = false }: DomainOptions = {}): fc.Arbitrary<string> {
  const part = utf8 ? fc.oneof(label(), uLabel()) : label()
  return fc.oneof(
    { weight: 20, arbitrary: joinedBy('.', part, 5).filter((name) => encodeUtf8(name).length <= maxDomainLength) },
    { weight: 1, arbitrary: fc.constantFrom(longestDomain, longestDomain.slice(2)) },
  )
}

/** The domain of 255 octets, in four labels of 63. */
export const longestDomain: string = Array.from('abcd', (letter) => letter.repeat(maxLabelLength)).join('.')

/** sub-domain (RFC 5321 §4.1.2): letters, digits and, not at its ends, hyphens. */
export function label(): fc.Arbitrary<string> {
  const inner = fc.oneof({ weight: 5, arbitrary: letterOrDigit }, { weight: 1, arbitrary: fc.constant('-') })
  const rest = fc.tuple(fc.string({ unit: inner, maxLength: maxLabelLength - 2 }), letterOrDigit)
  return fc
    .tuple(letterOrDigit, fc.option(rest, { nil: undefined }))
    .map(([first, rest]) => first + (rest === undefined ? '' : rest.join('')))
}

/** A U-label (RFC 5890 §2.3.2.1): lower case, and never more than its A-label has room for. */
export function uLabel(): fc.Arbitrary<string> {
  return fc
    .tuple(
      letterBeyondAscii,
      fc.string({
        unit: fc.oneof(
          letterBeyondAscii,
          letterOrDigit.map((c) => c.toLowerCase()),
        ),
        maxLength: 9,
      }),
    )
    .map(([first, rest]) => first + rest)
}

/** An address literal (RFC 5321 §4.1.3), brackets included. */
export function addressLiteral(): fc.Arbitrary<string> {
  return fc
    .oneof(
      ipv4(),
      ipv6().map((address) => `IPv6:${address}`),
    )
    .map((address) => `[${address}]`)
}

export function ipv4(): fc.Arbitrary<string> {
  return fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((octets) => octets.join('.'))
}

/** IPv6-addr (RFC 5321 §4.1.3) in its four forms. There `::` stands for two groups at least. */
export function ipv6(): fc.Arbitrary<string> {
  const group = fc.string({ unit: oneOf('0123456789abcdefABCDEF'), minLength: 1, maxLength: 4 })
  const groups = (count: number) => fc.array(group, { minLength: count, maxLength: count })
  const compressed = (most: number) =>
    fc
      .tuple(fc.array(group, { maxLength: most }), fc.nat(most))
      .map(([all, at]) => [all.slice(0, at), all.slice(at)] as const)
  return fc.oneof(
    groups(8).map((all) => all.join(':')),
    compressed(6).map(([before, after]) => `${before.join(':')}::${after.join(':')}`),
    fc.tuple(groups(6), ipv4()).map(([all, tail]) => [...all, tail].join(':')),
    fc
      .tuple(compressed(4), ipv4())
      .map(([[before, after], tail]) => `${before.join(':')}::${[...after, tail].join(':')}`),
  )
}

/** One to `most` parts with the separator between. */
export function joinedBy(separator: string, part: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> {
  return fc.array(part, { minLength: 1, maxLength: most }).map((parts) => parts.join(separator))
}
