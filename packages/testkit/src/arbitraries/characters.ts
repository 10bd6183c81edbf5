import fc from 'fast-check'

/** One character of the given ones. */
export function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...characters)
}

/** One ASCII character between two, both included. */
export function between(first: string, last: string): fc.Arbitrary<string> {
  return fc.integer({ min: first.charCodeAt(0), max: last.charCodeAt(0) }).map((code) => String.fromCharCode(code))
}

export const letterOrDigit: fc.Arbitrary<string> = oneOf(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
)

/**
 * A letter outside US-ASCII, of scripts with two, three and four octets a letter in UTF-8. None changes under NFC
 * or lower case, and none is written from right to left, so that in any order they make a U-label (RFC 5891 §4).
 */
export const letterBeyondAscii: fc.Arbitrary<string> = oneOf('äéøžλωдяअ例え中漢字한글𠮷')

/** A character outside US-ASCII that a local part may hold, letters and others. */
export const characterBeyondAscii: fc.Arbitrary<string> = fc.oneof(letterBeyondAscii, oneOf('שع€…☃✉🙂🚀'))

/** A control: C0, DEL or C1. */
export function control(): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.constantFrom(0x0d, 0x0a, 0x00) },
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 0x1f }) },
      { weight: 1, arbitrary: fc.integer({ min: 0x7f, max: 0x9f }) },
    )
    .map((code) => String.fromCharCode(code))
}

/** Half of a surrogate pair: a string may hold one, UTF-8 can't. */
export function loneSurrogate(): fc.Arbitrary<string> {
  return fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code))
}
