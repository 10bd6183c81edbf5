import { decodeXtext, encodeXtext } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const ascii = fc.string({ unit: 'binary-ascii' })

describe('xtext', () => {
  test.each([
    ['', ''],
    ['QQ314159', 'QQ314159'],
    ['Carol@Ivory.EDU', 'Carol@Ivory.EDU'],
    ['e+mc2@example.com', 'e+2Bmc2@example.com'],
    ['e=mc2@example.com', 'e+3Dmc2@example.com'],
    ['a b', 'a+20b'],
    ['\r\n\t\0\x7f', '+0D+0A+09+00+7F'],
    ['!~', '!~'],
  ])('of %j is %j (RFC 3461 §4, RFC 4954 §5)', (text, encoded) => {
    expect(encodeXtext(text)).toBe(encoded)
    expect(decodeXtext(encoded)).toBe(text)
  })

  test('holds only what a parameter can hold, and decodes to the same text', () => {
    holds(
      fc.property(ascii, (text) => {
        const encoded = encodeXtext(text)
        expect(encoded).toMatch(/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/)
        expect(decodeXtext(encoded)).toBe(text)
      }),
    )
  })

  test('decodes to what encodes again, whatever was needlessly encoded', () => {
    holds(
      fc.property(fc.string({ unit: fc.constantFrom(...'a+=2B3Df '), maxLength: 8 }), (encoded) => {
        let text: string
        try {
          text = decodeXtext(encoded)
        } catch {
          return
        }
        expect(decodeXtext(encodeXtext(text))).toBe(text)
      }),
    )
  })

  test('cannot hold what is beyond US-ASCII', () => {
    holds(
      fc.property(ascii, arbitraries.characterBeyondAscii, ascii, (before, character, after) => {
        expect(thrownBy(() => encodeXtext(before + character + after)).field).toBe('xtext')
      }),
    )
  })

  test.each([
    '+',
    '+2',
    'a+2',
    '+2b',
    '+2G',
    '+ 2',
    '++2B',
    '+-1',
    'a=b',
    'a b',
    'a\r\nb',
    '\0',
    '\x7f',
    'é',
    '+2B=',
    '+80',
    '+FF',
    '+２０',
  ])('is not %j', (encoded) => {
    expect(thrownBy(() => decodeXtext(encoded)).message).not.toMatch(/[\r\n\0]/)
  })
})
