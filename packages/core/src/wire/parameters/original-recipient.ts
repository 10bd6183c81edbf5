import { InvalidArgumentError } from '../../errors/index.ts'
import { inCapitals } from '../in-capitals.ts'
import { isAscii } from '../utf8.ts'
import type { OriginalRecipient } from './rcpt-options.ts'
import { checkEncodedLength, xtextValue } from './xtext-value.ts'

/** RFC 3461 §5.4. */
const maxLength = 500
/** addr-type (RFC 3461 §4.2). */
const atom = /^[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+$/
/** What ends a line or is not seen, and what is no character at all. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * The value of ORCPT (RFC 3461 §4.2): an address as `rfc822`, one beyond US-ASCII as `utf-8` (RFC 6533 §3), in its
 * form with `\x{…}` where the transaction is not one of SMTPUTF8.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeOriginalRecipient(
  given: string | OriginalRecipient,
  field: string,
  { smtpUtf8 }: { readonly smtpUtf8: boolean },
): string {
  const [{ type, address }, named] = typeof given === 'string' ? [typed(given), field] : [given, `${field}.address`]
  if (!atom.test(type)) throw new InvalidArgumentError(`${field}.type`, 'must be a type of address, an atom', type)
  const encoded =
    inCapitals(type) === 'UTF-8' ? encodeUtf8Address(address, named, smtpUtf8) : xtextValue(address, named)
  const value = `${type};${encoded}`
  checkEncodedLength(value, maxLength, field, address)
  return value
}

function typed(address: string): OriginalRecipient {
  return { type: isAscii(address) ? 'rfc822' : 'utf-8', address }
}

/** utf-8-addr-unitext or, without SMTPUTF8, utf-8-addr-xtext (RFC 6533 §3). */
function encodeUtf8Address(address: string, field: string, smtpUtf8: boolean): string {
  if (address === '' || unprintable.test(address)) {
    throw new InvalidArgumentError(field, 'must be printable, and not empty', address)
  }
  // Blanks of other scripts stand in no ESMTP value as they are.
  const escaped = smtpUtf8 ? /[+=\\\p{Z}\p{C}]/gu : /[+=\\\p{Z}\p{C}]|\P{ASCII}/gu
  return address.replace(escaped, (character) => `\\x{${hexadecimal(character)}}`)
}

function hexadecimal(character: string): string {
  return (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(2, '0')
}
