import { DataEncoder, surveyContent } from '@sansmtp/core'
import { arbitraries, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { normalised, octets, received } from './normalised.ts'

describe('the size of a message', () => {
  test.each([
    ['', 0],
    ['a\r\n', 3],
    ['a', 3],
    ['a\n', 3],
    ['a\r', 3],
    ['\r', 2],
    ['\n', 2],
    ['\r\r', 4],
    ['\r\r\n', 4],
    ['\n\r', 4],
    ['\r\n', 2],
    ['.', 3],
    ['.\r\n.\r\n', 6],
    ['a\nb\rc\r\nd', 12],
  ])('of %j is %d octets: every line ending two, a final one always, no stuffed dots (RFC 1870 §5)', (text, size) => {
    expect(surveyContent(octets(text)).size).toBe(size)
  })

  test('is that of the message as it is received', () => {
    holds(
      fc.property(arbitraries.message(), (message) => {
        const encoder = new DataEncoder()
        const wire = joined([encoder.encode(message), encoder.finish()])
        expect(surveyContent(message).size).toBe(received(wire).message.length)
      }),
    )
  })

  test('is that of the message done the plain way', () => {
    holds(
      fc.property(arbitraries.message(), (message) => {
        const lines = Buffer.from(normalised(message)).toString('latin1').split('\r\n')
        const header = lines.slice(0, lines.indexOf('')).join('')
        expect(surveyContent(message)).toEqual({
          size: normalised(message).length,
          octets: message.length,
          eightBit: message.some((octet) => octet > 127),
          eightBitHeader: /[\x80-\xff]/.test(header),
        })
      }),
    )
  })
})

describe('a message', () => {
  test.each([
    ['', false],
    ['a\r\n', false],
    ['\x7f\0', false],
    ['\x80', true],
    ['a\xffb', true],
    ['a\r\n\xe9', true],
  ])('such as %j has octets with the high bit set: %j', (text, eightBit) => {
    expect(surveyContent(octets(text)).eightBit).toBe(eightBit)
  })

  test.each([
    ['', false],
    ['a: \x80', true],
    ['a: \x80\r\n\r\nb', true],
    ['a: b\r\n\r\n\x80', false],
    ['a: b\n\n\x80', false],
    ['a: b\r\r\x80', false],
    ['a: b\r\n\r\x80', false],
    ['a: b\r\n\n\x80', false],
    ['a: b\n\r\n\x80', false],
    ['a: b\r\nc: \x80\r\n', true],
    ['a: b\nc: \x80', true],
    ['a: b\rc: \x80', true],
    ['\r\n\x80', false],
    ['\n\x80', false],
    ['\r\x80', false],
  ])('such as %j has such octets before its first empty line: %j', (text, eightBitHeader) => {
    expect(surveyContent(octets(text)).eightBitHeader).toBe(eightBitHeader)
  })
})
