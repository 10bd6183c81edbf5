import { InvalidArgumentError } from '../../errors/index.ts'
import { encodeXtext } from '../xtext.ts'

/**
 * A text as xtext (RFC 3461 §4).
 *
 * @throws {InvalidArgumentError} when it is empty, or not printable US-ASCII, which is all that notifications can hold
 * (§4.2, §4.4)
 */
export function xtextValue(text: string, field: string): string {
  if (!/^[\x20-\x7e]+$/.test(text)) {
    throw new InvalidArgumentError(field, 'must be printable US-ASCII, and not empty', text)
  }
  return encodeXtext(text)
}

/** @throws {InvalidArgumentError} when the encoded value is longer than servers must take (RFC 3461 §5.4) */
export function checkEncodedLength(encoded: string, limit: number, field: string, given: string): void {
  if (encoded.length > limit) {
    throw new InvalidArgumentError(field, `must have ${limit} characters at most as it is encoded`, given)
  }
}
