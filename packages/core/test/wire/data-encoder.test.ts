import { DataEncoder } from '@sansmtp/core'
import { arbitraries, type Chunks, chunkings, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { holds } from './holds.ts'
import { latin1, normalised, octets, received } from './normalised.ts'

function encoded(chunks: Chunks): Uint8Array {
  const encoder = new DataEncoder()
  return joined([...chunks.map((chunk) => encoder.encode(chunk)), encoder.finish()])
}

describe('content for DATA', () => {
  const vectors: readonly [string, string, string][] = [
    ['an empty message', '', '.\r\n'],
    ['one line', 'a\r\n', 'a\r\n.\r\n'],
    ['a header and a body', 'Subject: x\r\n\r\nbody\r\n', 'Subject: x\r\n\r\nbody\r\n.\r\n'],
    ['no final line ending', 'a', 'a\r\n.\r\n'],
    ['no final line ending behind a line', 'a\r\nb', 'a\r\nb\r\n.\r\n'],
    ['empty lines', '\r\n\r\n', '\r\n\r\n.\r\n'],
    ['a dot first (RFC 5321 §4.5.2)', '.a\r\n', '..a\r\n.\r\n'],
    ['a dot alone', '.', '..\r\n.\r\n'],
    ['a dot alone in its line', '.\r\n', '..\r\n.\r\n'],
    ['two dots', '..\r\n', '...\r\n.\r\n'],
    ['a dot behind CRLF', 'a\r\n.b\r\n', 'a\r\n..b\r\n.\r\n'],
    ['a dot behind a bare LF', 'a\n.b\n', 'a\r\n..b\r\n.\r\n'],
    ['a dot behind a bare CR', 'a\r.b\r', 'a\r\n..b\r\n.\r\n'],
    ['a dot behind LF CR', 'a\n\r.b', 'a\r\n\r\n..b\r\n.\r\n'],
    ['dots that start no line', 'a.b\r\nc.', 'a.b\r\nc.\r\n.\r\n'],
    ['dots in line after line', '.\r\n.\r\n.', '..\r\n..\r\n..\r\n.\r\n'],
    ['a bare LF', 'a\nb', 'a\r\nb\r\n.\r\n'],
    ['a bare CR', 'a\rb', 'a\r\nb\r\n.\r\n'],
    ['a bare LF last', 'a\n', 'a\r\n.\r\n'],
    ['a bare CR last', 'a\r', 'a\r\n.\r\n'],
    ['a bare CR alone', '\r', '\r\n.\r\n'],
    ['a bare LF alone', '\n', '\r\n.\r\n'],
    ['two bare CR', '\r\r', '\r\n\r\n.\r\n'],
    ['two bare LF', '\n\n', '\r\n\r\n.\r\n'],
    ['CR CR LF', 'a\r\r\nb', 'a\r\n\r\nb\r\n.\r\n'],
    ['CR LF LF', 'a\r\n\nb', 'a\r\n\r\nb\r\n.\r\n'],
    ['LF CR', 'a\n\rb', 'a\r\n\r\nb\r\n.\r\n'],
    ['CRLF and a bare CR last', 'a\r\n\r', 'a\r\n\r\n.\r\n'],
    ['CRLF.CRLF', 'a\r\n.\r\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['LF.LF', 'a\n.\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['LF.CRLF', 'a\n.\r\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['CRLF.LF', 'a\r\n.\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['CR.CR', 'a\r.\rMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['CR.CRLF', 'a\r.\r\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['CRLF.CR', 'a\r\n.\rMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['CRLF NUL.CRLF', 'a\r\n\0.\r\nMAIL', 'a\r\n\0.\r\nMAIL\r\n.\r\n'],
    ['octets with the high bit set', '\xff.\x8d\x8a\xe9', '\xff.\x8d\x8a\xe9\r\n.\r\n'],
  ]

  test.each(vectors)('of %s is encoded the same however it is split', (_, message, wire) => {
    for (const chunks of chunkings(octets(message))) expect(latin1(encoded(chunks))).toBe(wire)
  })

  test('has one line ending where a CR ends a chunk and an LF begins the next', () => {
    const split = (...chunks: string[]) => latin1(encoded(chunks.map(octets)))
    expect(split('a\r', '\nb')).toBe('a\r\nb\r\n.\r\n')
    expect(split('a\r', 'b')).toBe('a\r\nb\r\n.\r\n')
    expect(split('a\r', '\r\nb')).toBe('a\r\n\r\nb\r\n.\r\n')
    expect(split('a\r', '\r', '\n', '.')).toBe('a\r\n\r\n..\r\n.\r\n')
    expect(split('a\r', '.b')).toBe('a\r\n..b\r\n.\r\n')
    expect(split('a\r', '\n', '.b')).toBe('a\r\n..b\r\n.\r\n')
    expect(split('a\r', '', '\nb')).toBe('a\r\nb\r\n.\r\n')
    expect(split('a\r', '', '')).toBe('a\r\n.\r\n')
    expect(split('a\r\n', '', '.b')).toBe('a\r\n..b\r\n.\r\n')
    expect(split('a', '.b')).toBe('a.b\r\n.\r\n')
  })

  const anyMessage = fc.oneof(
    arbitraries.chunkedMessage(),
    arbitraries.chunked(arbitraries.message().map((bytes) => ({ bytes }))),
  )

  test('reaches its receiver as the message with every line ending CRLF, however it is split', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        const wire = encoded(chunks)
        expect(received(wire)).toEqual({ message: normalised(bytes), length: wire.length })
      }),
    )
  })

  test('has no bare CR or LF, and its end nowhere but at the end, for any receiver', () => {
    holds(
      fc.property(anyMessage, ({ chunks }) => {
        const wire = `\r\n${latin1(encoded(chunks))}`
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        expect(wire.search(/[\r\n]\.[\r\n]/)).toBe(wire.length - '\n.\r\n'.length)
      }),
    )
  })

  test('is the same for every chunking', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        expect(encoded(chunks)).toEqual(encoded([bytes]))
      }),
    )
  })

  test('is encoded without changing what the caller gave', () => {
    holds(
      fc.property(anyMessage, ({ bytes, chunks }) => {
        const before = bytes.slice()
        encoded(chunks)
        expect(bytes).toEqual(before)
      }),
    )
  })
})

describe('a chunk that needs no change', () => {
  test.each(['a', 'a\r\n', 'a\r\nb', '\r\n', 'a\r\nb.\r\n', 'a.', ''])('is passed on uncopied, such as %j', (text) => {
    const chunk = octets(text)
    expect(new DataEncoder().encode(chunk)).toBe(chunk)
  })

  test('is passed on uncopied behind others, changed or not', () => {
    const encoder = new DataEncoder()
    for (const text of ['a\nb', 'c\r\n', 'd.', '.e\r\n', 'f\r', 'g\r\n', 'h', 'i\r', '\nj', 'k']) {
      const chunk = octets(text)
      const same = encoder.encode(chunk) === chunk
      expect([text, same]).toEqual([text, ['c\r\n', 'd.', '.e\r\n', 'g\r\n', 'h', 'k'].includes(text)])
    }
  })

  test('is passed on as a view where only an LF at its start belongs to the CR before it', () => {
    const encoder = new DataEncoder()
    encoder.encode(octets('a\r'))
    const chunk = octets('\nb\r\n')
    const passed = encoder.encode(chunk)
    expect(passed.buffer).toBe(chunk.buffer)
    expect(latin1(passed)).toBe('b\r\n')
  })

  test('is passed on uncopied whenever it is normalised and has no dot to stuff', () => {
    holds(
      fc.property(arbitraries.message(), (message) => {
        const chunk = octets(latin1(normalised(message)).replace(/^\.+/gm, ''))
        expect(new DataEncoder().encode(chunk)).toBe(chunk)
      }),
    )
  })
})

describe('the end of content', () => {
  test('is an array of its own each time, so that a transport may detach it', () => {
    for (const text of ['', 'a']) {
      const ends = [0, 1].map(() => {
        const encoder = new DataEncoder()
        encoder.encode(octets(text))
        return encoder.finish()
      })
      ends[0]?.fill(0)
      expect(latin1(ends[1] as Uint8Array)).toBe(text === '' ? '.\r\n' : '\r\n.\r\n')
    }
  })
})

describe('a message of many megabytes', () => {
  thorough.each([
    ['short lines', 'line\r\n'],
    ['bare LF', 'line\n'],
    ['bare CR', '\r'],
    ['dots', '.\r\n'],
    ['no line ending', 'x'],
    ['CRLF', '\r\n'],
    ['LF CR', '\n\r'],
  ])('is encoded in linear time: %s', (_, line) => {
    const message = octets(line.repeat(Math.floor(4_000_000 / line.length)))
    const wire = encoded([message])
    expect(latin1(wire.subarray(-5))).toBe('\r\n.\r\n')
    expect(wire.length).toBeLessThanOrEqual(2 * message.length + 5)
  })
})
