import { byteByByte, chunkings, everySplit, joined } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'

const bytes = Uint8Array.of(1, 2, 3)

describe('chunkings', () => {
  test('cut byte by byte', () => {
    expect(byteByByte(bytes)).toEqual([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
  })

  test('cut in two at every place, the ends included', () => {
    expect([...everySplit(bytes)].map((parts) => parts.map((part) => [...part]))).toEqual([
      [[], [1, 2, 3]],
      [[1], [2, 3]],
      [[1, 2], [3]],
      [[1, 2, 3], []],
    ])
  })

  test('are the whole, every split and byte by byte', () => {
    expect([...chunkings(bytes)]).toEqual([[bytes], ...everySplit(bytes), byteByByte(bytes)])
  })

  test('of nothing are nothing', () => {
    for (const chunks of chunkings(new Uint8Array(0))) expect(joined(chunks)).toEqual(new Uint8Array(0))
    expect(byteByByte(new Uint8Array(0))).toEqual([])
  })

  test('join to what was cut', () => {
    for (const chunks of chunkings(bytes)) expect(joined(chunks)).toEqual(bytes)
  })
})
