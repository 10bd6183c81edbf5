import { InvalidArgumentError } from '../errors/index.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const digitOf = new Map([...alphabet].map((character, digit) => [character, digit]))

/** Bytes as base64 with padding and without line breaks (RFC 4648 §4), as AUTH uses it (RFC 4954 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [first = 0, second, third] = bytes.subarray(i, i + 3)
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0)
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    text += second === undefined ? '=' : alphabet.charAt((group >> 6) & 63)
    text += third === undefined ? '=' : alphabet.charAt(group & 63)
  }
  return text
}

/**
 * The bytes of a base64 text. Strict: padding is required and nothing but the alphabet is taken, for RFC 4954 §4
 * forbids the rest.
 *
 * @throws {InvalidArgumentError} when the text is not base64; the text is not shown, it may be a credential
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new InvalidArgumentError('base64', 'must have a multiple of four characters')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let written = 0
  for (let i = 0; i < text.length; i += 4) {
    let group = 0
    for (let j = i; j < i + 4; j += 1) {
      const digit = j < text.length - padding ? digitOf.get(text.charAt(j)) : 0
      if (digit === undefined) throw new InvalidArgumentError('base64', 'has a character outside its alphabet')
      group = (group << 6) | digit
    }
    for (let shift = 16; shift >= 0 && written < bytes.length; shift -= 8) {
      bytes[written] = (group >> shift) & 255
      written += 1
    }
  }
  return bytes
}
