import { encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'
import { between, characterBeyondAscii, letterOrDigit, oneOf } from './characters.ts'
import { addressLiteral, domain, joinedBy, longestDomain } from './domains.ts'

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3, in octets. */
const maxLocalPartLength = 64
const maxPathLength = 256

export interface MailboxOptions {
  /** Whether it may go beyond US-ASCII, as SMTPUTF8 allows (RFC 6531 §3.3). Default false. */
  readonly utf8?: boolean
}

/**
 * A mailbox valid by RFC 5321 §4.1.2 and within its limits of length: dot-strings and quoted strings at domains and
 * address literals, lengths at the limit now and then. Without angle brackets.
 */
export function mailbox(options: MailboxOptions = {}): fc.Arbitrary<string> {
  const place = fc.oneof({ weight: 4, arbitrary: domain(options) }, { weight: 1, arbitrary: addressLiteral() })
  const any = fc
    .tuple(localPart(options), place)
    .map(([local, place]) => `${local}@${place}`)
    .filter((mailbox) => encodeUtf8(mailbox).length + 2 <= maxPathLength)
  const longest = `ab@${longestDomain.slice(4)}`
  return fc.oneof({ weight: 40, arbitrary: any }, { weight: 1, arbitrary: fc.constant(longest) })
}

/** Local-part: what stands before the `@`. */
export function localPart(options: MailboxOptions = {}): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 8, arbitrary: dotString(options) },
      { weight: 4, arbitrary: quotedString(options) },
      { weight: 1, arbitrary: fc.constant('x'.repeat(maxLocalPartLength)) },
      { weight: 1, arbitrary: fc.constant(`"${'x y '.repeat(15)}x"`) },
    )
    .filter((local) => encodeUtf8(local).length <= maxLocalPartLength)
}

/** Dot-string: atoms with single dots between. */
export function dotString(options: MailboxOptions = {}): fc.Arbitrary<string> {
  const atext = orBeyondAscii(fc.oneof(letterOrDigit, oneOf("!#$%&'*+-/=?^_`{|}~")), options)
  return joinedBy('.', fc.string({ unit: atext, minLength: 1, maxLength: 10 }), 4)
}

/** Quoted-string, its quotes included; it may be empty and hold blanks, `@`, and escaped quotes and backslashes. */
export function quotedString(options: MailboxOptions = {}): fc.Arbitrary<string> {
  const qtext = orBeyondAscii(fc.oneof(between(' ', '!'), between('#', '['), between(']', '~')), options)
  const quotedPair = between(' ', '~').map((character) => `\\${character}`)
  const content = fc.oneof({ weight: 4, arbitrary: qtext }, { weight: 1, arbitrary: quotedPair })
  return fc.array(content, { maxLength: 20 }).map((contents) => `"${contents.join('')}"`)
}

function orBeyondAscii(ascii: fc.Arbitrary<string>, { utf8 = false }: MailboxOptions): fc.Arbitrary<string> {
  return utf8 ? fc.oneof({ weight: 3, arbitrary: ascii }, { weight: 1, arbitrary: characterBeyondAscii }) : ascii
}
