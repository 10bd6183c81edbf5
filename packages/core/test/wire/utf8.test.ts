import { decodeUtf8, encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'

describe('UTF-8', () => {
  test('is decoded to the text that was encoded', () => {
    holds(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text)
      }),
    )
  })

  test('is decoded from any octets, without an error', () => {
    holds(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeUtf8(bytes)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
      }),
    )
  })

  test('keeps a byte order mark, which is an octet sequence like any other', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })
})
