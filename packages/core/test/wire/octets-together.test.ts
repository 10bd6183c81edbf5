import { DataEncoder, surveyContent } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { latin1, octets } from './normalised.ts'

/**
 * Encoder and survey look at several octets together: runs of any length between octets at the bounds of what is looked
 * for, somewhere in a buffer whose other octets would be line ends and dots.
 */
const anywhere: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.nat(20).map((length) => 'x'.repeat(length)),
        fc.constantFrom('\r\n', '\r\n.', '\r\n\r\n', '.', '\r', '\n', '\n.'),
        fc.constantFrom(
          '\0',
          '\t',
          '\x0b',
          '\x0c',
          '\x0e',
          '\x1f',
          ' ',
          '\x7f',
          '\x80',
          '\x8a',
          '\x8d',
          '\x9f',
          '\xff',
        ),
      ),
      { maxLength: 24 },
    ),
    fc.nat(8),
  )
  .map(([runs, before]) => {
    const text = octets(runs.join(''))
    const around = new Uint8Array(before + text.length + 8).map((_, i) => [0x0d, 0x0a, 0x2e][i % 3] as number)
    around.set(text, before)
    return around.subarray(before, before + text.length)
  })

/** As the encoder is to do it, octet by octet. */
function encodedPlainly(text: Uint8Array): string {
  let encoded = ''
  let atLineStart = true
  for (let i = 0; i < text.length; i += 1) {
    const octet = String.fromCharCode(text[i] as number)
    if (octet === '\n' && text[i - 1] === 0x0d) continue
    const endsLine = octet === '\r' || octet === '\n'
    if (atLineStart && octet === '.') encoded += '.'
    encoded += endsLine ? '\r\n' : octet
    atLineStart = endsLine
  }
  return encoded
}

/** As the survey is to do it. */
function surveyedPlainly(text: Uint8Array) {
  const lines = latin1(text).split(/\r\n|\r|\n/)
  const unfinished = lines.at(-1) === '' ? 0 : 2
  const size = lines.join('').length + 2 * (lines.length - 1) + unfinished
  const header = lines.includes('') ? lines.slice(0, lines.indexOf('')) : lines
  const eightBit = (from: readonly string[]) => /[\x80-\xff]/.test(from.join(''))
  return { size, octets: text.length, eightBit: eightBit(lines), eightBitHeader: eightBit(header) }
}

describe('wherever a line ends', () => {
  test('a message is encoded as octet by octet, and passed on uncopied where that is the same', () => {
    holds(
      fc.property(anywhere, (text) => {
        const before = latin1(text)
        const encoded = new DataEncoder().encode(text)
        expect(latin1(encoded)).toBe(encodedPlainly(text))
        expect(encoded === text).toBe(latin1(encoded) === before)
        expect(latin1(text)).toBe(before)
      }),
    )
  })

  test('a message is surveyed as octet by octet', () => {
    holds(
      fc.property(anywhere, (text) => {
        expect(surveyContent(text)).toEqual(surveyedPlainly(text))
      }),
    )
  })
})

test('what was rewritten stays as it is when more is', () => {
  const encoder = new DataEncoder()
  const first = encoder.encode(octets('a\n'))
  expect(latin1(encoder.encode(octets('b\n')))).toBe('b\r\n')
  expect(latin1(first)).toBe('a\r\n')
  // With nothing of what others were rewritten to behind it, where somebody could look.
  expect(first.buffer.byteLength).toBe(3)
})

test('a message whose buffer was transferred to somebody else is surveyed as an empty one', () => {
  const message = octets('a')
  structuredClone(message.buffer, { transfer: [message.buffer] })
  expect(surveyContent(message)).toEqual({ size: 0, octets: 0, eightBit: false, eightBitHeader: false })
})
