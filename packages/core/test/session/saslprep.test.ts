import arabicLetters from '@unicode/unicode-3.2.0/Bidi_Class/Arabic_Letter/ranges.mjs'
import leftToRight from '@unicode/unicode-3.2.0/Bidi_Class/Left_To_Right/ranges.mjs'
import rightToLeft from '@unicode/unicode-3.2.0/Bidi_Class/Right_To_Left/ranges.mjs'
import nonCharacters from '@unicode/unicode-3.2.0/Binary_Property/Noncharacter_Code_Point/ranges.mjs'
import controls from '@unicode/unicode-3.2.0/General_Category/Control/ranges.mjs'
import privateUse from '@unicode/unicode-3.2.0/General_Category/Private_Use/ranges.mjs'
import blanks from '@unicode/unicode-3.2.0/General_Category/Space_Separator/ranges.mjs'
import surrogates from '@unicode/unicode-3.2.0/General_Category/Surrogate/ranges.mjs'
import unassigned from '@unicode/unicode-3.2.0/General_Category/Unassigned/ranges.mjs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CodePointSet, setOfGaps, setOfRanges } from '../../src/session/sasl/code-point-set.ts'
import { checkTrace, saslprep } from '../../src/session/sasl/saslprep.ts'
import * as tables from '../../src/session/sasl/stringprep-tables.ts'

const last = 0x10ffff
const refusal = expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'auth.pass' })
const stored = (text: string) => saslprep('auth.pass', text, 'stored')
const query = (text: string) => saslprep('auth.user', text, 'query')

interface Range {
  readonly begin: number
  readonly end: number
}

function codePointsOf(...lists: readonly (readonly Range[])[]): Set<number> {
  const codePoints = new Set<number>()
  for (const { begin, end } of lists.flat()) for (let i = begin; i < end; i += 1) codePoints.add(i)
  return codePoints
}

function without(codePoints: ReadonlySet<number>, others: ReadonlySet<number>): Set<number> {
  return new Set([...codePoints].filter((codePoint) => !others.has(codePoint)))
}

function membersOf(table: CodePointSet): Set<number> {
  const members = new Set<number>()
  for (let i = 0; i <= last; i += 1) if (table.has(i)) members.add(i)
  return members
}

function gapOf(gap: number, more: number): string {
  return `${gap.toString(36)}-${more.toString(36)}`
}

describe('a set of code points', () => {
  test('holds the ends of its ranges and what is between them, and nothing beside', () => {
    const set = setOfRanges('0003-0005 0007 0009-000A 10FFFF')
    expect([...membersOf(set)]).toEqual([3, 4, 5, 7, 9, 10, last])
  })

  test('is the same from gaps as from ranges', () => {
    expect(membersOf(setOfGaps(' 4g\n673-b '))).toEqual(membersOf(setOfRanges('00A0 2000-200B')))
  })

  test('of any ranges holds what they hold', () => {
    const ranges = fc
      .uniqueArray(fc.nat(last), { minLength: 2, maxLength: 40 })
      .map((ends) => ends.sort((a, b) => a - b))
    fc.assert(
      fc.property(ranges, fc.nat(last), (ends, probe) => {
        const pairs = Array.from(
          { length: ends.length >> 1 },
          (_, i) => [ends[2 * i], ends[2 * i + 1]] as [number, number],
        )
        const sets = [
          setOfRanges(pairs.map((pair) => pair.map((end) => end.toString(16)).join('-')).join(' ')),
          setOfGaps(pairs.map(([low, high], i) => gapOf(low - 1 - (pairs[i - 1]?.[1] ?? -1), high - low)).join(' ')),
        ]
        for (const codePoint of [probe, ...ends, ...ends.map((end) => end + 1)]) {
          const held = pairs.some(([low, high]) => codePoint >= low && codePoint <= high)
          expect(sets.map((set) => set.has(codePoint))).toEqual([held, held])
        }
      }),
    )
  })
})

describe('a table of RFC 3454 is that of Unicode 3.2', () => {
  test('A.1, unassigned', () => {
    expect(membersOf(tables.unassigned)).toEqual(without(codePointsOf(unassigned), codePointsOf(nonCharacters)))
  })

  test('C.1.2, blanks, to which U+200B is added', () => {
    const zeroWidth = { begin: 0x200b, end: 0x200c }
    expect(membersOf(tables.otherBlanks)).toEqual(without(codePointsOf(blanks, [zeroWidth]), new Set([0x20])))
  })

  test('C.2, which has all controls and more', () => {
    expect(without(codePointsOf(controls), membersOf(tables.controls))).toEqual(new Set())
  })

  test.each([
    ['C.3, private use', tables.privateUse, privateUse],
    ['C.4, no characters', tables.noCharacters, nonCharacters],
    ['C.5, surrogates', tables.surrogates, surrogates],
    ['D.2, from left to right', tables.leftToRight, leftToRight],
  ])('%s', (_, table, list) => {
    expect(membersOf(table)).toEqual(codePointsOf(list))
  })

  test('D.1, from right to left', () => {
    expect(membersOf(tables.rightToLeft)).toEqual(codePointsOf(rightToLeft, arabicLetters))
  })
})

describe('SASLprep', () => {
  test.each([
    ['I\u{ad}X', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u{aa}', 'a'],
    ['\u{2168}', 'IX'],
  ])('makes of %j what RFC 4013 §3 says', (text, prepared) => {
    expect(stored(text)).toBe(prepared)
  })

  test.each(['\u0007', '\u{627}1'])('refuses %j, as RFC 4013 §3 does', (text) => {
    expect(() => stored(text)).toThrow(refusal)
  })

  test.each([
    ['½ ´', '1\u20442  \u0301'],
    ['a\u{a0}b\u{3000}c\u{200b}d', 'a b c d'],
    ['p\u{feff}a\u{200d}s\u{fe0f}s', 'pass'],
    ['e\u{301}', 'é'],
    ['\u{627}', '\u{627}'],
    ['\u{5d0}1\u{5d0}', '\u{5d0}1\u{5d0}'],
    ['', ''],
    ['\u{ad}', ''],
    ['𝒜', 'A'],
  ])('makes %j into %j', (text, prepared) => {
    expect(stored(text)).toBe(prepared)
    expect(query(text)).toBe(prepared)
  })

  test.each([
    ['a\u{85}', 'C.2.2'],
    ['\u{e000}', 'C.3'],
    ['\u{fdd0}', 'C.4'],
    ['\u{d800}', 'C.5'],
    ['a\u{dfff}b', 'C.5'],
    ['\u{fffd}', 'C.6'],
    ['\u{2ff0}', 'C.7'],
    ['\u{200e}', 'C.8'],
    ['\u{e0001}', 'C.9'],
    ['\u{5d0}a\u{5d0}', 'both ways'],
    ['\u{5d0}1', 'the end of right to left'],
    ['1\u{5d0}', 'the start of right to left'],
  ])('refuses %j, for %s', (text) => {
    expect(() => stored(text)).toThrow(refusal)
    expect(() => query(text)).toThrow(expect.objectContaining({ field: 'auth.user' }))
  })

  test.each(['😀', '\u{221}', '\u{1f100}'])('takes %j, which Unicode 3.2 does not know, in a query alone', (text) => {
    expect(() => stored(text)).toThrow(refusal)
    expect(query(text)).toBe(text.normalize('NFKC'))
  })

  test('never shows what it refuses', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 })
    fc.assert(
      fc.property(text, (secret) => {
        const password = `begin-${secret}\u0007-end`
        expect(() => stored(password)).toThrow(
          expect.not.objectContaining({ message: expect.stringMatching(/begin|-end/) }),
        )
      }),
    )
  })

  test('of US-ASCII that can be printed changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(stored(text)).toBe(text)
      }),
    )
  })

  test('of what it gave changes nothing more, and gives no character that it would refuse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4 }), (text) => {
        let prepared: string
        try {
          prepared = stored(text)
        } catch (error) {
          expect(error).toEqual(refusal)
          return
        }
        expect(stored(prepared)).toBe(prepared)
      }),
    )
  })
})

describe('the trace profile', () => {
  const trace = (text: string) => checkTrace('auth.user', text)

  test.each(['sirhc', 'a b', 'ann@example.org', '\u{a0}\u{ad}\u{2ff0}', '😀', ''])('takes %j as it is', (text) => {
    expect(() => trace(text)).not.toThrow()
  })

  test.each(['\u0007', '\u{e000}', '\u{fdd0}', '\u{d800}', '\u{fffd}', '\u{200e}', '\u{e0001}', '\u{5d0}a'])(
    'refuses %j',
    (text) => {
      expect(() => trace(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'auth.user' }))
    },
  )
})
