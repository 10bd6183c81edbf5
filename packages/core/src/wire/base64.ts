import { InvalidArgumentError } from '../errors/index.ts'

/** Bytes as base64 with padding and without line breaks (RFC 4648 §4), as AUTH uses it (RFC 4954 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let octets = ''
  for (const octet of bytes) octets += String.fromCharCode(octet)
  return btoa(octets)
}

/**
 * The bytes of a base64 text. Strict: padding is required and nothing but the alphabet is taken, for RFC 4954 §4
 * forbids the rest.
 *
 * @throws {InvalidArgumentError} when the text is not base64; the text is not shown, it may be a credential
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new InvalidArgumentError('base64', 'must have a multiple of four characters')
  // Of itself `atob` takes blanks, and a text without its padding.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new InvalidArgumentError('base64', 'has a character outside its alphabet')
  }
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
