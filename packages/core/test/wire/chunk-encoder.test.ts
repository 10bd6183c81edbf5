import { ChunkEncoder, surveyContent } from '@sansmtp/core'
import { arbitraries, type Chunks, chunkings, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { holds } from './holds.ts'
import { latin1, normalised, octets } from './normalised.ts'

function encoded(chunks: Chunks, { binary = false } = {}): Uint8Array {
  const encoder = new ChunkEncoder({ binary })
  return joined([...chunks.map((chunk) => encoder.encode(chunk)), encoder.finish()])
}

const anyMessage = fc.oneof(
  arbitraries.chunkedMessage(),
  arbitraries.chunked(arbitraries.message().map((bytes) => ({ bytes }))),
)

describe('text for BDAT', () => {
  const vectors: readonly [string, string, string][] = [
    ['an empty message', '', ''],
    ['one line', 'a\r\n', 'a\r\n'],
    ['no final line ending', 'a', 'a\r\n'],
    ['a dot alone in its line', '.\r\n', '.\r\n'],
    ['a dot behind a bare LF', 'a\n.b\n', 'a\r\n.b\r\n'],
    ['what ends DATA', 'a\r\n.\r\nb', 'a\r\n.\r\nb\r\n'],
    ['a bare LF', 'a\nb', 'a\r\nb\r\n'],
    ['a bare CR', 'a\rb', 'a\r\nb\r\n'],
    ['a bare CR last', 'a\r', 'a\r\n'],
    ['a bare CR alone', '\r', '\r\n'],
    ['a bare LF alone', '\n', '\r\n'],
    ['CR CR LF', 'a\r\r\nb', 'a\r\n\r\nb\r\n'],
    ['LF CR', 'a\n\rb', 'a\r\n\r\nb\r\n'],
    ['CR LF LF', 'a\r\n\nb', 'a\r\n\r\nb\r\n'],
    ['NUL and octets with the high bit set', '\0\xff\n', '\0\xff\r\n'],
  ]

  test.each(vectors)('of %s is encoded the same however it is split', (_, message, wire) => {
    for (const chunks of chunkings(octets(message))) expect(latin1(encoded(chunks))).toBe(wire)
  })

  test('is the message with every line ending CRLF, however it is split', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        expect(encoded(chunks)).toEqual(normalised(bytes))
      }),
    )
  })

  test('has as many octets as its survey says, so that they can be announced', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        expect(encoded(chunks)).toHaveLength(surveyContent(bytes).size)
      }),
    )
  })

  test('ends each line in the piece that has its ending, so that no chunk ends amid one', () => {
    holds(
      fc.property(anyMessage, ({ chunks }) => {
        const encoder = new ChunkEncoder({ binary: false })
        for (const chunk of chunks) expect(latin1(encoder.encode(chunk))).not.toMatch(/\r$|^\n/)
      }),
    )
  })

  test('is not changed where the caller has it', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        const before = bytes.slice()
        encoded(chunks)
        expect(bytes).toEqual(before)
      }),
    )
  })

  test.each(['a', 'a\r\n', '.\r\n.', ''])('that needs no change is passed on uncopied, such as %j', (text) => {
    const chunk = octets(text)
    expect(new ChunkEncoder({ binary: false }).encode(chunk)).toBe(chunk)
  })

  test('ends in an array of its own each time, so that a transport may detach it', () => {
    const ends = [0, 1].map(() => {
      const encoder = new ChunkEncoder({ binary: false })
      encoder.encode(octets('a'))
      return encoder.finish()
    })
    ends[0]?.fill(0)
    expect(latin1(ends[1] as Uint8Array)).toBe('\r\n')
  })
})

describe('binary content for BDAT', () => {
  test('goes as it is, uncopied', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        const encoder = new ChunkEncoder({ binary: true })
        for (const chunk of chunks) expect(encoder.encode(chunk)).toBe(chunk)
        expect(encoder.finish()).toHaveLength(0)
        expect(encoded(chunks, { binary: true })).toEqual(bytes)
      }),
    )
  })

  test('goes on as it is where something else came between', () => {
    const encoder = new ChunkEncoder({ binary: true })
    encoder.encode(octets('a\r'))
    encoder.breakOff()
    expect(latin1(encoder.encode(octets('\nb')))).toBe('\nb')
  })
})

describe('an encoder', () => {
  test('begins anew behind something else: a CR before it and an LF behind it are two line endings', () => {
    const encoder = new ChunkEncoder({ binary: false })
    expect(latin1(encoder.encode(octets('a\r')))).toBe('a\r\n')
    encoder.breakOff()
    expect(latin1(encoder.encode(octets('\nb')))).toBe('\r\nb')
    encoder.breakOff()
    expect(encoder.finish()).toHaveLength(0)
  })

  test('goes on from where it stood as if what was tried meanwhile had never been', () => {
    holds(
      fc.property(anyMessage, fc.boolean(), fc.nat(), ({ bytes, chunks }, binary, at) => {
        const encoder = new ChunkEncoder({ binary })
        const cut = chunks.length === 0 ? 0 : at % chunks.length
        const begun = chunks.slice(0, cut).map((chunk) => encoder.encode(chunk))
        const { position } = encoder
        encoder.encode(octets('something else\r'))
        encoder.goBackTo(position)
        const ended = joined([...begun, ...chunks.slice(cut).map((chunk) => encoder.encode(chunk)), encoder.finish()])
        expect(ended).toEqual(encoded([bytes], { binary }))
      }),
    )
  })
})

describe('a message of many megabytes', () => {
  thorough.each([
    ['short lines', 'line\r\n'],
    ['bare LF', 'line\n'],
    ['bare CR', '\r'],
    ['LF CR', '\n\r'],
  ])('is encoded in linear time: %s', (_, line) => {
    const message = octets(line.repeat(Math.floor(4_000_000 / line.length)))
    expect(encoded([message])).toHaveLength(normalised(message).length)
  })
})
