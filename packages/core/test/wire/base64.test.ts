import { decodeBase64, encodeBase64, encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

describe('base64', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
    ['\0tim\0tanstaaftanstaaf', 'AHRpbQB0YW5zdGFhZnRhbnN0YWFm'],
  ])('of %j is %j (RFC 4648 §10, RFC 4616 §4)', (text, encoded) => {
    expect(encodeBase64(encodeUtf8(text))).toBe(encoded)
    expect(decodeBase64(encoded)).toEqual(encodeUtf8(text))
  })

  test('is what Buffer makes of any bytes, and decodes to the same', () => {
    holds(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const encoded = encodeBase64(bytes)
        expect(encoded).toBe(Buffer.from(bytes).toString('base64'))
        expect(decodeBase64(encoded)).toEqual(bytes)
      }),
    )
  })

  test('uses the whole of its alphabet', () => {
    const bytes = Uint8Array.from({ length: 256 * 3 }, (_, i) => (i * 37) % 256)
    expect(new Set(encodeBase64(bytes)).size).toBe(64)
    expect(encodeBase64(Uint8Array.of(0xfb, 0xef, 0xff))).toBe('++//')
  })

  test('is refused unless it is what the standard makes of some bytes, up to the bits behind the last octet', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'AQZgz09+/=='), maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    holds(
      fc.property(text, (text) => {
        let bytes: Uint8Array
        try {
          bytes = decodeBase64(text)
        } catch {
          return
        }
        const padded = text.includes('=')
        const again = Buffer.from(bytes).toString('base64')
        expect(padded ? again.replace(/.(?==*$)/, '') : again).toBe(padded ? text.replace(/.(?==*$)/, '') : text)
      }),
    )
  })

  test.each([
    ['=', 'padding alone'],
    ['====', 'padding alone'],
    ['A', 'one character'],
    ['AA', 'no padding'],
    ['AAA', 'no padding'],
    ['A===', 'too much padding'],
    ['AA=', 'too little padding'],
    ['AAAA=', 'padding too much'],
    ['AAAA====', 'a group of padding'],
    ['AA==AAAA', 'padding within'],
    ['=AAA', 'padding first'],
    ['A=AA', 'padding within'],
    ['AA=A', 'padding within'],
    ['AA-_', 'the URL alphabet'],
    ['AA A', 'a blank'],
    ['AAA\n', 'a line feed'],
    ['AAAA\r\n', 'a line ending'],
    ['AAA\0', 'a NUL'],
    ['ÀAAA', 'a letter beyond US-ASCII'],
  ])('is not %j: %s', (text) => {
    const error = thrownBy(() => decodeBase64(text))
    expect(error.field).toBe('base64')
  })

  test('may set bits behind the last octet, which RFC 4648 §3.5 leaves open', () => {
    expect(decodeBase64('Zh==')).toEqual(encodeUtf8('f'))
    expect(decodeBase64('Zm9=')).toEqual(encodeUtf8('fo'))
  })

  test('is not shown when it is refused, for it may be a credential', () => {
    for (const text of ['c2VjcmV0!A==', 'c2VjcmV0c', 'c2VjcmV0A===']) {
      expect(thrownBy(() => decodeBase64(text)).message).not.toContain('c2VjcmV0')
    }
  })
})
