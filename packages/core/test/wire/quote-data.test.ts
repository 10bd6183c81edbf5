import { DataEncoder, quoteData } from '@sansmtp/core'
import { arbitraries, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { latin1, octets } from './normalised.ts'

/** The same, done the plain way. */
function quoted(message: string): string {
  return message.replace(/\r\n|\r|\n/g, '\r\n').replace(/(^|\n)\./g, '$1..')
}

describe('quoted data', () => {
  // As CPython's smtplib.quotedata gives them.
  test.each([
    ['', ''],
    ['.', '..'],
    ['a', 'a'],
    ['a\r\n', 'a\r\n'],
    ['a\r', 'a\r\n'],
    ['\r', '\r\n'],
    ['a\n', 'a\r\n'],
    ['a\n.b', 'a\r\n..b'],
    ['\r.\r.', '\r\n..\r\n..'],
    ['\r\n.\r\n', '\r\n..\r\n'],
    ['a\r\r\n', 'a\r\n\r\n'],
    ['a\u2028.b', 'a\u2028.b'],
    ['\ufeff.é', '\ufeff.é'],
  ])('of %j is %j', (message, data) => {
    expect(quoteData(message)).toBe(data)
    expect(Buffer.from(quoteData(Buffer.from(message))).toString()).toBe(data)
  })

  const character = fc.oneof(
    fc.constantFrom(...'\r\n.'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    arbitraries.characterBeyondAscii,
  )

  test('of any text has CRLF line endings and doubled dots, and nothing else is changed', () => {
    holds(
      fc.property(fc.string({ unit: character, maxLength: 20 }), (message) => {
        expect(quoteData(message)).toBe(quoted(message))
      }),
    )
  })

  test('of any bytes is what DATA sends, less its end', () => {
    const octet = fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x2e), fc.nat(255))
    holds(
      fc.property(fc.array(octet, { maxLength: 20 }), (message) => {
        const bytes = Uint8Array.from(message)
        const data = quoteData(bytes)
        expect(latin1(data)).toBe(quoted(latin1(bytes)))
        const encoder = new DataEncoder()
        const sent = latin1(joined([encoder.encode(bytes), encoder.finish()]))
        const end = data.length === 0 || latin1(data).endsWith('\r\n') ? '.\r\n' : '\r\n.\r\n'
        expect(sent).toBe(latin1(data) + end)
        expect([...bytes]).toEqual(message)
      }),
    )
  })

  test('is not copied where nothing changes', () => {
    const bytes = octets('a\r\nb')
    expect(quoteData(bytes)).toBe(bytes)
  })

  test('has U+FFFD for half of a surrogate pair, as it would be sent', () => {
    expect(quoteData('a\ud83d')).toBe('a\ufffd')
  })
})
