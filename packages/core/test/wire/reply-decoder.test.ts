import { encodeUtf8, RemoteProtocolError, type Reply, ReplyDecoder } from '@sansmtp/core'
import { arbitraries, byteByByte, chunkings, everySplit } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoded, smtplibLimits } from './decoded.ts'
import { holds } from './holds.ts'

const tightLimits = { maxLineLength: 40, maxReplyLines: 8, maxReplyLength: 200 }

/** What of a result must not depend on the chunking: all but what an error leaves unread. */
function comparable({ replies, violation, message, left }: ReturnType<typeof decoded>) {
  return { replies: replies.map((reply) => [reply.code, ...reply.lines]), violation, message, left }
}

describe('replies', () => {
  const vectors: readonly [string, string, readonly (readonly [number, ...string[]])[]][] = [
    ['of one line', '220 mx.example.org ESMTP\r\n', [[220, 'mx.example.org ESMTP']]],
    [
      'of several lines (RFC 5321 §4.2.1)',
      '250-First line\r\n250-Second line\r\n250-234 Text beginning with numbers\r\n250 The last line\r\n',
      [[250, 'First line', 'Second line', '234 Text beginning with numbers', 'The last line']],
    ],
    ['with bare LF', '250-a\n250 b\n', [[250, 'a', 'b']]],
    ['with both line endings', '250-a\n250-b\r\n250 c\n', [[250, 'a', 'b', 'c']]],
    ['with a code and no text', '250\r\n', [[250, '']]],
    ['with a code and no text, by bare LF', '250\n', [[250, '']]],
    ['with a code, a space and no text', '250 \r\n', [[250, '']]],
    ['with empty lines before the last', '250-\r\n250-\r\n250\r\n', [[250, '', '', '']]],
    ['with blanks at the ends of the text', '250  two \t\r\n', [[250, ' two \t']]],
    ['with UTF-8', '550 Postfach für 例 unbekannt\r\n', [[550, 'Postfach für 例 unbekannt']]],
    ['with a CR within the text', '250 a\rb\r\n', [[250, 'a\rb']]],
    ['with two CR before the LF', '250 a\r\r\n', [[250, 'a\r']]],
    [
      'with the lowest and the highest code',
      '200 a\r\n599 b\r\n',
      [
        [200, 'a'],
        [599, 'b'],
      ],
    ],
    [
      'behind one another',
      '250 a\r\n354-b\r\n354 c\r\n550\r\n',
      [
        [250, 'a'],
        [354, 'b', 'c'],
        [550, ''],
      ],
    ],
  ]

  test.each(vectors)('%s are read, however the stream is split', (_, text, replies) => {
    for (const chunks of chunkings(encodeUtf8(text))) {
      expect(comparable(decoded(chunks))).toEqual({ replies, violation: undefined, message: undefined, left: 0 })
    }
  })

  test('are read as they were written, however the stream is split', () => {
    holds(
      fc.property(arbitraries.chunked(arbitraries.replies()), ({ bytes, chunks, replies: written }) => {
        const { replies, violation, left } = decoded(chunks)
        expect({ violation, left }).toEqual({ violation: undefined, left: 0 })
        expect(replies.map(({ code, lines, enhancedCode }) => ({ code, lines, enhancedCode }))).toEqual(
          written.map(({ code, lines, enhancedCode }) => ({ code, lines, enhancedCode })),
        )
        expect(replies.flatMap((reply) => [...reply.bytes])).toEqual([...bytes])
      }),
    )
  })

  test('that are not whole are awaited', () => {
    for (const text of ['', '2', '250', '250 ok', '250 ok\r', '250-a\r\n', '250-a\r\n250 b']) {
      for (const chunks of chunkings(encodeUtf8(text))) {
        expect(comparable(decoded(chunks))).toMatchObject({ replies: [], violation: undefined, left: text.length })
      }
    }
  })

  test('are given out one a call, so that what lies behind one stays unread', () => {
    const decoder = new ReplyDecoder(smtplibLimits)
    decoder.push(encodeUtf8('220 go ahead\r\nnot a reply\r\n'))
    expect(decoder.next()?.code).toBe(220)
    expect(decoder.bufferedBytes).toBe('not a reply\r\n'.length)
  })

  test('do not change when the caller uses its buffer again', () => {
    const decoder = new ReplyDecoder(smtplibLimits)
    const buffer = encodeUtf8('250-a\r\n250 b\r\n251 c')
    decoder.push(buffer)
    buffer.fill(0x78)
    const reply = decoder.next()
    buffer.set(encodeUtf8('\r\n'))
    decoder.push(buffer.subarray(0, 2))
    buffer.fill(0x79)
    expect([reply?.lines, decoder.next()?.lines]).toEqual([['a', 'b'], ['c']])
  })

  test('do not change when later octets come', () => {
    holds(
      fc.property(arbitraries.chunked(arbitraries.replies()), ({ chunks, replies: written }) => {
        const decoder = new ReplyDecoder(smtplibLimits)
        const replies: Reply[] = []
        for (const chunk of chunks) {
          const buffer = chunk.slice()
          decoder.push(buffer)
          buffer.fill(0x78)
          for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) replies.push(reply)
        }
        expect(replies.map(({ lines }) => lines)).toEqual(written.map(({ lines }) => lines))
      }),
    )
  })
})

describe('octets that are no reply', () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ['a word', 'hello\r\n', 'REPLY_SYNTAX'],
    ['an empty line', '\r\n', 'REPLY_SYNTAX'],
    ['an empty line between replies', '250 a\r\n\r\n250 b\r\n', 'REPLY_SYNTAX'],
    ['a line feed alone', '\n', 'REPLY_SYNTAX'],
    ['two digits', '25\r\n', 'REPLY_SYNTAX'],
    ['four digits', '2500 ok\r\n', 'REPLY_SYNTAX'],
    ['a letter behind the code', '250ok\r\n', 'REPLY_SYNTAX'],
    ['a tab behind the code', '250\tok\r\n', 'REPLY_SYNTAX'],
    ['a NUL behind the code', '250\0ok\r\n', 'REPLY_SYNTAX'],
    ['a blank before the code', ' 250 ok\r\n', 'REPLY_SYNTAX'],
    ['a sign before the code', '+25 ok\r\n', 'REPLY_SYNTAX'],
    ['digits that are not US-ASCII', '２５０ ok\r\n', 'REPLY_SYNTAX'],
    ['a code of class 0', '050 ok\r\n', 'REPLY_SYNTAX'],
    ['a code of class 1', '150 ok\r\n', 'REPLY_SYNTAX'],
    ['a code of class 6', '650 ok\r\n', 'REPLY_SYNTAX'],
    ['a code of class 9', '999 ok\r\n', 'REPLY_SYNTAX'],
    ['an answer of HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'REPLY_SYNTAX'],
    ['a byte order mark', '\ufeff220 hello\r\n', 'REPLY_SYNTAX'],
    ['another code in the next line', '250-a\r\n251 b\r\n', 'REPLY_CODES_DIFFER'],
    ['another code in a line without text', '250-a\r\n251\r\n', 'REPLY_CODES_DIFFER'],
    ['another code behind several lines', '250-a\r\n250-b\r\n550 c\r\n', 'REPLY_CODES_DIFFER'],
    ['text between lines', '250-a\r\nb\r\n250 c\r\n', 'REPLY_SYNTAX'],
  ]

  test.each(broken)('such as %s are refused, however the stream is split', (_, text, violation) => {
    const bytes = encodeUtf8(text)
    const whole = comparable(decoded([bytes]))
    expect(whole.violation).toBe(violation)
    for (const chunks of chunkings(bytes)) expect(comparable(decoded(chunks))).toEqual(whole)
  })

  test('are told from replies, however the stream is split', () => {
    holds(
      fc.property(arbitraries.chunked(arbitraries.brokenReply()), ({ bytes, chunks, violation }) => {
        const whole = comparable(decoded([bytes]))
        expect(whole).toMatchObject({ replies: [], violation })
        expect(comparable(decoded(chunks))).toEqual(whole)
      }),
    )
  })

  test('never give anything but replies and typed errors, the same however they are split', () => {
    const octet = fc.oneof(fc.constantFrom(...encodeUtf8('2345 -\r\n\n\n')), fc.integer({ min: 0, max: 255 }))
    const octets = fc.array(octet, { maxLength: 120 }).map((values) => ({ bytes: Uint8Array.from(values) }))
    holds(
      fc.property(arbitraries.chunked(octets), ({ bytes, chunks }) => {
        expect(comparable(decoded(chunks, tightLimits))).toEqual(comparable(decoded([bytes], tightLimits)))
      }),
    )
  })

  test('let the replies before them through', () => {
    for (const chunks of chunkings(encodeUtf8('250 a\r\n250 b\r\nrubbish\r\n'))) {
      const { replies, violation } = decoded(chunks)
      expect([replies.length, violation]).toEqual([2, 'REPLY_SYNTAX'])
    }
  })

  test('are shown escaped and cut in the error', () => {
    const { message } = decoded([encodeUtf8(`\x1b[2Jx\ty${'z'.repeat(500)}\r\n`)])
    expect(message).toBe(`the server sent a line that is not a reply: '\\u{1b}[2Jx\\ty${'z'.repeat(53)}'`)
  })

  test('keep being refused when read again', () => {
    for (const text of [
      'rubbish\r\n250 ok\r\n',
      '250-a\r\n251 b\r\n250 ok\r\n',
      `250 ${'x'.repeat(50)}\r\n250 ok\r\n`,
    ]) {
      const decoder = new ReplyDecoder(tightLimits)
      decoder.push(encodeUtf8(text))
      for (let i = 0; i < 3; i += 1) expect(() => decoder.next()).toThrow(RemoteProtocolError)
    }
  })
})

describe('the limit on a line', () => {
  const line = (length: number, ending: string) => encodeUtf8(`250 ${'x'.repeat(length - 4 - ending.length)}${ending}`)

  test.each(['\r\n', '\n'])('lets 8,192 octets with the ending %j through', (ending) => {
    const bytes = line(8192, ending)
    for (const chunks of [[bytes], byteByByte(bytes)]) {
      expect(decoded(chunks)).toMatchObject({ replies: [{ code: 250 }], violation: undefined })
    }
  })

  test.each(['\r\n', '\n'])('refuses 8,193 octets with the ending %j', (ending) => {
    const bytes = line(8193, ending)
    for (const chunks of [[bytes], byteByByte(bytes)]) {
      expect(decoded(chunks)).toMatchObject({ replies: [], violation: 'LINE_TOO_LONG' })
    }
  })

  test('holds exactly at every split', () => {
    for (const ending of ['\r\n', '\n']) {
      for (const chunks of everySplit(line(40, ending))) expect(decoded(chunks, tightLimits).replies).toHaveLength(1)
      for (const chunks of everySplit(line(41, ending))) {
        expect(decoded(chunks, tightLimits).violation).toBe('LINE_TOO_LONG')
      }
    }
  })

  test('is applied before the line has ended', () => {
    expect(decoded([new Uint8Array(39)], tightLimits).violation).toBe(undefined)
    expect(decoded([new Uint8Array(40)], tightLimits).violation).toBe('LINE_TOO_LONG')
  })

  test('is applied to each line of a reply', () => {
    const text = `250-${'x'.repeat(34)}\r\n`
    expect(decoded([encodeUtf8(`${text}${text}250 ok\r\n`)], tightLimits).replies).toHaveLength(1)
    expect(decoded([encodeUtf8(`${text}250-y${text.slice(4)}250 ok\r\n`)], tightLimits).violation).toBe('LINE_TOO_LONG')
  })
})

describe('the limit on the lines of a reply', () => {
  test('lets as many through and refuses one more, at every split', () => {
    const limits = { ...tightLimits, maxReplyLines: 3 }
    for (const chunks of everySplit(encodeUtf8('250-\r\n250-\r\n250\r\n250-\r\n250-\r\n250\r\n'))) {
      expect(decoded(chunks, limits)).toMatchObject({ replies: [{}, {}], violation: undefined })
    }
    for (const chunks of everySplit(encodeUtf8('250-\r\n250-\r\n250-\r\n250\r\n'))) {
      expect(decoded(chunks, limits)).toMatchObject({ replies: [], violation: 'TOO_MANY_LINES' })
    }
  })
})

describe('the limit on the length of a reply', () => {
  test('lets as many octets through and refuses one more, at every split', () => {
    const limits = { ...tightLimits, maxReplyLength: 20 }
    for (const chunks of everySplit(encodeUtf8('250-1234\r\n250 1234\r\n250 1\r\n'))) {
      expect(decoded(chunks, limits)).toMatchObject({ replies: [{}, {}], violation: undefined })
    }
    for (const chunks of everySplit(encodeUtf8('250-1234\r\n250 12345\r\n'))) {
      expect(decoded(chunks, limits)).toMatchObject({ replies: [], violation: 'REPLY_TOO_LONG' })
    }
  })
})

describe('any limit', () => {
  test('names itself in a typed error, however the stream is split', () => {
    holds(
      fc.property(arbitraries.chunked(arbitraries.overlongReply(tightLimits)), ({ bytes, chunks, violation }) => {
        const whole = comparable(decoded([bytes], tightLimits))
        expect(whole).toMatchObject({ replies: [], violation })
        expect(comparable(decoded(chunks, tightLimits))).toEqual(whole)
      }),
    )
  })

  test('keeps what is buffered below the longest reply, whatever the server sends', () => {
    const octet = fc.oneof(fc.constantFrom(...encodeUtf8('250-\r\n')), fc.integer({ min: 0, max: 255 }))
    const piece = fc.oneof(
      fc.constantFrom('250-\r\n', '250-x\n', '250 ok\r\n').map(encodeUtf8),
      fc.array(octet, { maxLength: 8 }).map((octets) => Uint8Array.from(octets)),
    )
    const most = tightLimits.maxReplyLength + tightLimits.maxLineLength
    holds(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const decoder = new ReplyDecoder(tightLimits)
        try {
          for (const bytes of pieces) {
            decoder.push(bytes)
            while (decoder.next() !== undefined);
            expect(decoder.bufferedBytes).toBeLessThan(most)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RemoteProtocolError)
        }
      }),
    )
  })
})
