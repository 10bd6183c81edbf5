import { encodeUtf8, Reply } from '@sansmtp/core'
import { arbitraries, chunkings } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoded } from './decoded.ts'
import { holds } from './holds.ts'

function replyOf(text: string | Uint8Array): Reply {
  const [reply] = decoded([typeof text === 'string' ? encodeUtf8(text) : text]).replies
  if (reply === undefined) throw new Error('the text is no reply')
  return reply
}

describe('the text of a reply', () => {
  test('is its lines, trimmed of blanks and joined by LF', () => {
    expect(replyOf('250-  first\t \r\n250-\r\n250 last  \r\n').text).toBe('first\n\nlast')
  })

  test('is trimmed of a CR too many', () => {
    expect(replyOf('250 a\r\r\n').text).toBe('a')
  })

  test('keeps the blanks in lines', () => {
    expect(replyOf('250-  first\t \r\n250 last  \r\n').lines).toEqual(['  first\t ', 'last  '])
  })

  test('is empty where there is only a code', () => {
    expect(replyOf('250\r\n')).toMatchObject({ text: '', lines: [''] })
  })

  test('keeps white space that is no blank: no-break spaces, vertical tabs and byte order marks', () => {
    expect(replyOf('250 \u00a0\v\ufeffx\ufeff\f\u3000\r\n').text).toBe('\u00a0\v\ufeffx\ufeff\f\u3000')
  })

  test('shows invalid UTF-8 as U+FFFD', () => {
    expect(replyOf(Uint8Array.of(0x32, 0x35, 0x30, 0x20, 0xff, 0x61, 0xc3, 0x0d, 0x0a)).lines).toEqual([
      '\ufffda\ufffd',
    ])
  })

  test('decodes each line by itself: a sequence cut by a line ending does not run on', () => {
    const bytes = Uint8Array.of(...encodeUtf8('250-a'), 0xc3, 0x0a, ...encodeUtf8('250 '), 0xa9, 0x0a)
    expect(replyOf(bytes).lines).toEqual(['a\ufffd', '\ufffd'])
  })
})

describe('the severity of a reply', () => {
  test('is its first digit', () => {
    for (const [text, severity] of [
      ['250 a\n', 2],
      ['354 a\n', 3],
      ['421 a\n', 4],
      ['599 a\n', 5],
    ] as const) {
      expect(replyOf(text).severity).toBe(severity)
    }
  })
})

describe('the enhanced code of a reply', () => {
  test.each([
    ['250 2.1.5 ok\r\n', '2.1.5'],
    ['450 4.2.0 later\r\n', '4.2.0'],
    ['550 5.1.1\r\n', '5.1.1'],
    ['550 5.1.1\tno such user\r\n', '5.1.1'],
    ['550-5.7.1 first line\r\n550 5.7.2 second line\r\n', '5.7.1'],
    ['550 5.123.456 far out\r\n', '5.123.456'],
  ])('is read from %j', (text, code) => {
    for (const chunks of chunkings(encodeUtf8(text))) expect(decoded(chunks).replies[0]?.enhancedCode).toBe(code)
  })

  test.each([
    ['250 ok\r\n', 'there is none'],
    ['250\r\n', 'there is no text'],
    ['550 4.1.1 no such user\r\n', 'its class contradicts the code'],
    ['250 5.1.1 no such user\r\n', 'its class contradicts the code'],
    ['354 2.0.0 go ahead\r\n', 'a 3xx has none'],
    ['354 3.0.0 go ahead\r\n', 'there is no class 3'],
    ['550 5.1.1no such user\r\n', 'no blank ends it'],
    ['550 5.1 no such user\r\n', 'it lacks a part'],
    ['550 5.1.1.1 no such user\r\n', 'it has a part too many'],
    ['550 5.1234.1 no such user\r\n', 'a part is too long'],
    ['550  5.1.1 no such user\r\n', 'it is not at the start'],
    ['550 user 5.1.1\r\n', 'it is not at the start'],
    ['550-no such user\r\n550 5.1.1 sorry\r\n', 'the first line has none'],
  ])('is undefined in %j: %s', (text) => {
    expect(replyOf(text).enhancedCode).toBe(undefined)
  })
})

describe('the octets of a reply', () => {
  test('are those that came, line endings included', () => {
    holds(
      fc.property(arbitraries.reply(), ({ bytes }) => {
        expect(replyOf(bytes).bytes).toEqual(bytes)
      }),
    )
  })

  test('are given as a copy', () => {
    const reply = replyOf('250 ok\r\n')
    reply.bytes.fill(0)
    expect(reply).toMatchObject({ text: 'ok', bytes: encodeUtf8('250 ok\r\n') })
  })
})

describe('a reply made by hand', () => {
  test('from lines without a final line ending is read all the same', () => {
    expect(new Reply(250, encodeUtf8('250-a\r\n250 b')).lines).toEqual(['a', 'b'])
    expect(new Reply(250, encodeUtf8('250')).lines).toEqual([''])
  })

  test('from nothing says nothing', () => {
    const empty = new Reply(250, new Uint8Array(0))
    expect(empty).toMatchObject({ lines: [], text: '', enhancedCode: undefined })
  })

  test('from a Buffer gives a copy of its octets too', () => {
    const reply = new Reply(250, Buffer.from('250 ok\r\n'))
    reply.bytes.fill(0)
    expect(reply.text).toBe('ok')
  })
})

describe('a reply as text', () => {
  test('has each line with code and separator', () => {
    expect(String(replyOf('250-a\n250-\n250 b\r\n'))).toBe('250-a\n250-\n250 b')
  })

  test('reads as the same reply again', () => {
    holds(
      fc.property(arbitraries.reply(), ({ bytes }) => {
        const reply = replyOf(bytes)
        expect(replyOf(`${reply}\r\n`).toJSON()).toEqual(reply.toJSON())
      }),
    )
  })
})

describe('a reply as JSON', () => {
  test('has code, enhanced code and lines', () => {
    expect(JSON.stringify(replyOf('250-2.1.5 a\r\n250 b\r\n'))).toBe(
      '{"code":250,"enhancedCode":"2.1.5","lines":["2.1.5 a","b"]}',
    )
  })

  test('leaves out an enhanced code that is not there', () => {
    expect(replyOf('250 ok\r\n').toJSON()).toStrictEqual({ code: 250, lines: ['ok'] })
  })
})
