import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CanonicalText } from '../../src/wire/canonical-text.ts'
import { holds } from './holds.ts'
import { latin1, octets } from './normalised.ts'

/** The pieces encoded one by one, and whether the last line had its end behind each. */
function encoded(pieces: readonly string[], { dots = false } = {}): [string, boolean][] {
  const text = new CanonicalText({ dots })
  return pieces.map((piece) => [latin1(text.encode(octets(piece))), text.endsLine])
}

describe('canonical text', () => {
  test('has its last line ended before anything is in it', () => {
    expect(new CanonicalText({ dots: true }).endsLine).toBe(true)
  })

  test('says of each piece whether it leaves a line unfinished', () => {
    expect(encoded(['a', '\r', '\n', '', 'b\n', 'c\r\n', 'd'])).toEqual([
      ['a', false],
      ['\r\n', true],
      ['', true],
      ['', true],
      ['b\r\n', true],
      ['c\r\n', true],
      ['d', false],
    ])
  })

  test('ends a line at once with its CR, and leaves out an LF that belongs to it', () => {
    expect(encoded(['a\r', '\nb\r', '\r', '\n\n', 'c\r', 'd']).map(([piece]) => piece)).toEqual([
      'a\r\n',
      'b\r\n',
      '\r\n',
      '\r\n',
      'c\r\n',
      'd',
    ])
  })

  test('keeps in mind through empty pieces where it stands', () => {
    expect(encoded(['a\r', '', '\nb']).map(([piece]) => piece)).toEqual(['a\r\n', '', 'b'])
    expect(encoded(['a\n', '', '.b'], { dots: true }).map(([piece]) => piece)).toEqual(['a\r\n', '', '..b'])
  })

  test.each([
    [['.'], ['..']],
    [
      ['a', '.'],
      ['a', '.'],
    ],
    [
      ['a\r', '.'],
      ['a\r\n', '..'],
    ],
    [
      ['a\r', '\n', '.'],
      ['a\r\n', '', '..'],
    ],
    [
      ['a\r', '\n.'],
      ['a\r\n', '..'],
    ],
    [
      ['a\r\n', '.\n.\r.'],
      ['a\r\n', '..\r\n..\r\n..'],
    ],
    [['a\r\n.b'], ['a\r\n..b']],
    [
      ['x', 'a\r\nb\n.c'],
      ['x', 'a\r\nb\r\n..c'],
    ],
  ])('gives a dot to each line that starts with one: %j', (pieces, wire) => {
    expect(encoded(pieces, { dots: true }).map(([piece]) => piece)).toEqual(wire)
    expect(encoded(pieces).map(([piece]) => piece)).toEqual(wire.map((piece) => piece.replaceAll('..', '.')))
  })

  test('begins anew where it is broken off', () => {
    const text = new CanonicalText({ dots: true })
    text.encode(octets('a'))
    text.breakOff()
    expect(text.endsLine).toBe(true)
    expect(latin1(text.encode(octets('.\r')))).toBe('..\r\n')
    text.breakOff()
    expect(latin1(text.encode(octets('\n')))).toBe('\r\n')
  })

  test('goes back to where it stood', () => {
    const text = new CanonicalText({ dots: true })
    text.encode(octets('a\r'))
    const { position } = text
    for (let time = 0; time < 2; time += 1) {
      expect(latin1(text.encode(octets('\n.')))).toBe('..')
      expect(text.endsLine).toBe(false)
      text.goBackTo(position)
      expect(text.endsLine).toBe(true)
    }
  })

  test('has no bare CR or LF, and is not longer than twice the text', () => {
    holds(
      fc.property(arbitraries.chunkedMessage(), fc.boolean(), ({ bytes, chunks }, dots) => {
        const text = new CanonicalText({ dots })
        const wire = chunks.map((chunk) => latin1(text.encode(chunk))).join('')
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        expect(wire.length).toBeLessThanOrEqual(2 * bytes.length)
        expect(text.endsLine).toBe(wire === '' || wire.endsWith('\r\n'))
      }),
    )
  })
})
