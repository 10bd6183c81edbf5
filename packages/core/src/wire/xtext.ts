import { InvalidArgumentError } from '../errors/index.ts'

const upperHexOfAscii = /^[0-7][0-9A-F]$/

/**
 * A printable US-ASCII value as xtext (RFC 3461 §4): what an ESMTP parameter can't hold, and `+` and `=`, become
 * `+` and two upper-case hexadecimal digits.
 *
 * @throws {InvalidArgumentError} when the text has a character outside US-ASCII
 */
export function encodeXtext(text: string): string {
  let encoded = ''
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) throw new InvalidArgumentError('xtext', 'can hold only US-ASCII', text)
    const plain = unit > 0x20 && unit < 0x7f && unit !== 0x2b && unit !== 0x3d
    encoded += plain ? text.charAt(i) : `+${unit.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/**
 * The text that an xtext stands for (RFC 3461 §4).
 *
 * @throws {InvalidArgumentError} when it is not xtext
 */
export function decodeXtext(encoded: string): string {
  let text = ''
  for (let i = 0; i < encoded.length; i += 1) {
    const unit = encoded.charCodeAt(i)
    if (unit === 0x2b) {
      const digits = encoded.slice(i + 1, i + 3)
      if (!upperHexOfAscii.test(digits))
        throw new InvalidArgumentError('xtext', 'has a + without two hexadecimal digits of US-ASCII', encoded)
      text += String.fromCharCode(Number.parseInt(digits, 16))
      i += 2
    } else if (unit > 0x20 && unit < 0x7f && unit !== 0x3d) {
      text += encoded.charAt(i)
    } else {
      throw new InvalidArgumentError('xtext', 'has a character that must be encoded', encoded)
    }
  }
  return text
}
