import { encodeUtf8 } from '@sansmtp/core'
import { byteByByte, type Chunks, chunkings } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeForDisplay } from '../../src/errors/index.ts'
import { HeaderReader } from '../../src/message/index.ts'
import { thorough } from '../support/thorough.ts'
import { holds } from '../wire/holds.ts'
import { latin1, octets } from '../wire/normalised.ts'
import { thrownBy } from '../wire/thrown-by.ts'
import { anyEnding, headerSoup, properMessage } from './header-texts.ts'
import { type SplitText, splitText } from './split-message.ts'

describe('a message', () => {
  type Fields = SplitText['fields']

  test.each<[string, header: string, body: string, Fields]>([
    ['of nothing', '', '', []],
    ['of a field', 'To: a\r\n\r\n', '', [['To', ' a\r\n']]],
    ['of a field without a line ending', 'To: a', '', [['To', ' a']]],
    ['of a field with half a line ending', 'To: a\r', '', [['To', ' a\r']]],
    ['of an empty field', 'To:', '', [['To', '']]],
    ['of a header and a body', 'A: b\r\n\r\n', 'Bcc: c\r\n', [['A', ' b\r\n']]],
    ['of a header and a body, by LF', 'A: b\n\n', 'Bcc: c\n', [['A', ' b\n']]],
    ['of a header and a body, by CR', 'A: b\r\r', 'Bcc: c\r', [['A', ' b\r']]],
    ['that ends amid its empty line', 'A: b\r\n\r', '', [['A', ' b\r\n']]],
    ['with CR CR LF', 'A: b\r\r\n', 'Bcc: c', [['A', ' b\r']]],
    ['with CR LF LF', 'A: b\r\n\n', 'Bcc: c', [['A', ' b\r\n']]],
    ['with LF CR', 'A: b\n\r', 'Bcc: c', [['A', ' b\n']]],
    ['with LF CR LF', 'A: b\n\r\n', 'Bcc: c', [['A', ' b\n']]],
    ['with an empty line in its body', 'A: b\r\n\r\n', '\r\n\n\r', [['A', ' b\r\n']]],
    ['without a header', '\r\n', 'Bcc: c', []],
    ['without a header, by CR', '\r', 'Bcc: c', []],
    ['without a header, by LF', '\n', '\nBcc: c', []],
    ['with a folded field', 'A: b\r\n c\n\td\r e\r\n\r\n', 'f', [['A', ' b\r\n c\n\td\r e\r\n']]],
    [
      'with a line of blanks in a field',
      'A: b\r\n \t\r\nC: d\r\n\r\n',
      '',
      [
        ['A', ' b\r\n \t\r\n'],
        ['C', ' d\r\n'],
      ],
    ],
    [
      'with the same field twice',
      'A: b\nA: c\n\n',
      '',
      [
        ['A', ' b\n'],
        ['A', ' c\n'],
      ],
    ],
    ['with blanks before a colon', 'A \t: b\n\n', '', [['A', ' b\n']]],
    ['with a colon and a name in a value', 'A::Bcc: c\n\n', '', [['A', ':Bcc: c\n']]],
    ['with any octet in a value', 'A:\0\xff\x80\x0b\x85\n\n', '\0\xff', [['A', '\0\xff\x80\x0b\x85\n']]],
    ['with all kinds of characters in a name', '!#$.\'~9;,@<a": b\n\n', '', [['!#$.\'~9;,@<a"', ' b\n']]],
  ])('%s is split the same however it is cut', (_, header, body, fields) => {
    for (const chunks of chunkings(octets(header + body))) {
      expect(splitText(chunks)).toEqual({ fields, withoutBcc: header, body })
    }
  })

  test.each([
    ['without its colon', 'Bcc', 'Bcc'],
    ['without a colon in its line', 'A: b\r\nBcc\r\n : c', 'Bcc'],
    ['without a name', 'A: b\r\n: c\r\nBcc: d', ': c'],
    ['with blanks in its name', 'A: b\nB cc: d\n', 'B cc: d'],
    ['with NUL in its name', 'A: b\rBcc\0: d', 'Bcc\0: d'],
    ['with a vertical tab before its name', '\x0bBcc: d', '\x0bBcc: d'],
    ['with a no-break space before its colon', 'Bcc\u00a0: d', 'Bcc\u00a0: d'],
    ['with a byte order mark', '\ufeffBcc: d', '\ufeffBcc: d'],
    ['with DEL in its name', 'A\x7f: b', 'A\x7f: b'],
    ['behind a line of text', 'A: b\nBody without an empty line\nBcc: c\n\n', 'Body without an empty line'],
    ['behind a continuation of nothing', ' A: b\nBcc: c\n\n', ' A: b'],
    ['behind blanks', ' \nBcc: c\n\n', ' '],
    ["behind a From line that is not the message's first", 'A: b\nFrom a@b Sat\nBcc: c\n\n', 'From a@b Sat'],
    ["behind a quoted mbox's From line", '>From a@b Sat\nBcc: c\n\n', '>From a@b Sat'],
  ])('with a field %s is refused, with the line shown, however it is cut', (_, message, line) => {
    for (const chunks of chunkings(encodeUtf8(message))) {
      expect(thrownBy(() => splitText(chunks)).message).toBe(
        'message has a line in its header that is neither a field nor the continuation of one: ' +
          escapeForDisplay(line),
      )
    }
  })

  test("with an mbox's From line in front is refused however it is cut", () => {
    for (const chunks of chunkings(octets('From ann@example.org Sat Jan  3 01:05:34 1998\nBcc: c\n\n'))) {
      expect(thrownBy(() => splitText(chunks)).message).toBe(
        "message starts with an mbox's From line, which is no part of the message: " +
          "'From ann@example.org Sat Jan  3 01:05:34 1998'",
      )
    }
  })

  test('with a line that is none of a header is refused once that line has ended', () => {
    const reader = new HeaderReader()
    expect(reader.push(octets('A: b\r\nhello'))).toBeUndefined()
    expect(() => reader.push(octets('\n'))).toThrow("continuation of one: 'hello'")
  })
})

describe('the reader', () => {
  test('does the same for every chunking', () => {
    const outcome = (chunks: Chunks): unknown => {
      try {
        return splitText(chunks, 60)
      } catch (error) {
        return String(error)
      }
    }
    holds(
      fc.property(fc.oneof(headerSoup(), properMessage(anyEnding)), ({ bytes, chunks }) => {
        expect(outcome(chunks)).toEqual(outcome([bytes]))
      }),
    )
  })

  test('passes the body on as a view, and the same header with every later piece', () => {
    const reader = new HeaderReader()
    const piece = octets('A: b\r\n\r\nbody')
    const first = reader.push(piece)
    expect(first?.body.buffer).toBe(piece.buffer)
    const more = octets('more')
    expect(reader.push(more)?.body).toBe(more)
    expect(reader.push(more)?.header).toBe(first?.header)
    expect(reader.finish()).toEqual({ header: first?.header, body: new Uint8Array(0) })
  })

  test('keeps nothing of the arrays that it is given, nor shares what is to be sent with the fields', () => {
    const reader = new HeaderReader()
    const piece = octets('A: b\r\n')
    reader.push(piece)
    piece.fill(0)
    const { header } = reader.finish()
    expect(latin1(header.withoutBcc)).toBe('A: b\r\n')
    header.withoutBcc.fill(0)
    expect(header.fields.map(({ value }) => latin1(value))).toEqual([' b\r\n'])
  })

  test('takes a header as long as its limit, its empty line counted, and refuses a longer one', () => {
    for (const chunks of chunkings(octets('A: b\r\n\r\nbody'))) {
      expect(splitText(chunks, 8).body).toBe('body')
      expect(thrownBy(() => splitText(chunks, 7))).toMatchObject({
        field: 'message',
        problem: 'has a header of more than 7 octets',
      })
    }
    for (const chunks of chunkings(octets('A: b\r\n'))) {
      expect(splitText(chunks, 6).withoutBcc).toBe('A: b\r\n')
      expect(() => splitText(chunks, 5)).toThrow('more than 5 octets')
    }
  })

  test('keeps a header of many lines whole, however it is cut', () => {
    const header = `${'A: b\r\n c\r\n'.repeat(1000)}\r\n`
    expect(splitText([octets(header), octets('body')])).toMatchObject({ withoutBcc: header, body: 'body' })
    expect(splitText(byteByByte(octets(`${header}body`)))).toMatchObject({ withoutBcc: header, body: 'body' })
  })

  thorough('takes 1 MiB of header unless told otherwise', () => {
    const most = octets(`A: ${'x'.repeat(1_048_576 - 7)}\r\n\r\n`)
    expect(splitText([most, octets('body')]).withoutBcc.length - 4).toBe(1_048_572)
    expect(() => splitText([octets(`A: ${'x'.repeat(1_048_576 - 6)}\r\n\r\n`)])).toThrow('more than 1048576 octets')
  })

  thorough.each([
    ['short fields', 'a:\n'],
    ['Bcc fields', 'Bcc:\r'],
    ['continuations', ' \r\n'],
    ['one long line', 'x'],
    ['colons', ':'],
  ])('reads a large header octet by octet in linear time: %s', (_, line) => {
    const header = `A:${line.repeat(Math.floor(1_000_000 / line.length))}`
    const kept = splitText(byteByByte(octets(header))).withoutBcc
    expect(kept).toBe(line === 'Bcc:\r' ? 'A:Bcc:\r' : header)
  })

  thorough('reads a body of 100 MB without keeping it', () => {
    const reader = new HeaderReader()
    reader.push(octets('A: b\r\n\r\n'))
    const piece = new Uint8Array(65_536).fill(0x0a)
    let passed = 0
    for (let i = 0; i < 1600; i += 1) {
      const split = reader.push(piece)
      expect(split?.body).toBe(piece)
      passed += split?.body.length ?? 0
    }
    expect(passed).toBeGreaterThan(100_000_000)
  })
})
