import { escapeForDisplay } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from '../wire/holds.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.oneof(
      arbitraries.control(),
      arbitraries.loneSurrogate(),
      fc.constantFrom(...'a\'"\\…é🙂\u2028\u202e\u00ad'),
    ),
  }),
)

describe('a value shown in an error', () => {
  test.each([
    ['', "''"],
    ['ann@example.org', "'ann@example.org'"],
    ['a\r\nb', "'a\\r\\nb'"],
    ['\t\0', "'\\t\\0'"],
    ['\x1b[2J', "'\\u{1b}[2J'"],
    ['\x7f\x9b', "'\\u{7f}\\u{9b}'"],
    ["it's", "'it\\'s'"],
    ['C:\\n', "'C:\\\\n'"],
    ['\u2028\u2029', "'\\u{2028}\\u{2029}'"],
    ['\u202eevil\u200b\ufeff\u00ad', "'\\u{202e}evil\\u{200b}\\u{feff}\\u{ad}'"],
    ['\ud83d', "'\\u{d83d}'"],
    ['\u{e0001}', "'\\u{e0001}'"],
    ['ü 例 🙂', "'ü 例 🙂'"],
  ])('is in quotes, with what can not be seen escaped: %j', (value, shown) => {
    expect(escapeForDisplay(value)).toBe(shown)
  })

  test('has no control, invisible format character, line separator or lone surrogate left', () => {
    holds(
      fc.property(anyText, (value) => {
        expect(escapeForDisplay(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test('ends at its closing quote and nowhere before', () => {
    holds(
      fc.property(anyText, (value) => {
        expect(escapeForDisplay(value)).toMatch(/^'(?:[^'\\]|\\.)*'$/u)
      }),
    )
  })

  test('tells different values apart while they are short', () => {
    const shortText = fc.string({ unit: fc.constantFrom(..."\\'rn\r\nu{}0d\0"), maxLength: 5 })
    holds(
      fc.property(shortText, shortText, (one, other) => {
        expect(escapeForDisplay(one) === escapeForDisplay(other)).toBe(one === other)
      }),
    )
  })

  test('is whole up to 120 characters and cut behind them', () => {
    expect(escapeForDisplay('x'.repeat(120))).toBe(`'${'x'.repeat(120)}'`)
    expect(escapeForDisplay('x'.repeat(121))).toBe(`'${'x'.repeat(120)}…'`)
    expect(escapeForDisplay('\n'.repeat(1_000_000))).toBe(`'${'\\n'.repeat(120)}…'`)
  })
})
