import { encodeCommand, Path, parseForwardPath, parseRecipient, parseReversePath, parseSender } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const parseEither = Object.entries({ parseSender, parseRecipient })

const x = (length: number) => 'x'.repeat(length)

/** What may stand before an address in brackets: words, quoted strings and nested comments. */
const displayName = fc
  .array(
    fc.oneof(
      arbitraries.dotString({ utf8: true }),
      fc.constantFrom(
        '.',
        'J.',
        "O'Brien",
        'Ж',
        '',
        '(<evil@x>)',
        '"<evil@x>"',
        '"Foo, B."',
        '(a\\)b)',
        '("x)',
        '"\\""',
      ),
      arbitraries.quotedString({ utf8: true }),
      fc.tuple(fc.string({ unit: fc.constantFrom(...'<>@",; aé'), maxLength: 5 }), fc.nat(3)).map(([text, depth]) => {
        return `${'('.repeat(depth + 1)}${text}${')'.repeat(depth + 1)}`
      }),
    ),
    { maxLength: 4 },
  )
  .map((words) => words.join(' '))

describe.each(parseEither)('%s', (_, parse) => {
  test.each([
    ['a@b', '<a@b>'],
    ['<a@b>', '<a@b>'],
    ['Foo <a@b>', '<a@b>'],
    [' a@b  ', '<a@b>'],
    ['  Foo <a@b> ', '<a@b>'],
    ['Foo Bar <a@b>', '<a@b>'],
    ['Foo<a@b>', '<a@b>'],
    ['Foo   <a@b>', '<a@b>'],
    ['J. R. "Bob" Dobbs <a@b>', '<a@b>'],
    ['"Foo, B." <a@b>', '<a@b>'],
    ['"Foo"<a@b>', '<a@b>'],
    ['Foo (x) <a@b>', '<a@b>'],
    ['(x) <a@b>', '<a@b>'],
    ['Foo (x (y) z) <a@b>', '<a@b>'],
    ['Foo (\\() <a@b>', '<a@b>'],
    ['Foo (") <a@b>', '<a@b>'],
    ['"(" <a@b>', '<a@b>'],
    ['"<evil@x>" <a@b>', '<a@b>'],
    ['"a\\" <evil@x>" <a@b>', '<a@b>'],
    ['(<evil@x>) <a@b>', '<a@b>'],
    ['Jürgen Ж 🙂 <a@b>', '<a@b>'],
    ['"\\é" <a@b>', '<a@b>'],
    ['Foo <"a b> SIZE=1"@c>', '<"a b> SIZE=1"@c>'],
    ['Foo <"<a@b>"@c>', '<"<a@b>"@c>'],
    ['"<a@b>"@c', '<"<a@b>"@c>'],
    ['"a>"@b', '<"a>"@b>'],
    ['Foo <jürgen@bücher.example>', '<jürgen@bücher.example>'],
    ['Foo <a@[IPv6:::1]>', '<a@[IPv6:::1]>'],
    ['John', '<John>'],
    ['john.doe', '<john.doe>'],
    ['"John Doe"', '<"John Doe">'],
    ['">"', '<">">'],
    ['<John>', '<John>'],
    ['John Doe <john>', '<john>'],
    ['Postmaster', '<Postmaster>'],
    ['jürgen', '<jürgen>'],
    [x(64), `<${x(64)}>`],
  ])('takes %j as %j', (text, path) => {
    expect(String(parse(text))).toBe(path)
    expect(Path.isPath(parse(text))).toBe(true)
  })

  test.each([
    ['a@b> NOTIFY=NEVER', 'a parameter behind a bracket'],
    ['<a@b> SIZE=1', 'a parameter behind brackets'],
    ['<a@b> SIZE=1 <>', 'a parameter between brackets'],
    ['<a@b> SIZE=<1>', 'a parameter in brackets'],
    ['Foo <a@b> SIZE=1', 'a parameter behind a display name'],
    ['John SIZE=1', 'a parameter behind a local part'],
    ['<John> SIZE=1', 'a parameter behind a local part in brackets'],
    ['a@b\r\n', 'a line ending behind it'],
    ['\na@b', 'a line feed before it'],
    ['Foo\r\n <a@b>', 'a line ending in the display name'],
    ['"Foo\r\nRSET" <a@b>', 'a line ending in quotes'],
    ['"Foo\\\n" <a@b>', 'an escaped line feed in quotes'],
    ['(\r\n) <a@b>', 'a line ending in a comment'],
    ['Foo\0 <a@b>', 'a NUL in the display name'],
    ['Foo\t<a@b>', 'a tab'],
    ['Foo\x7f <a@b>', 'DEL in the display name'],
    ['"\x85" <a@b>', 'a C1 control in quotes'],
    ['"\u2028" <a@b>', 'a line separator in quotes'],
    ['(\u2029) <a@b>', 'a paragraph separator in a comment'],
    ['"\ud83d" <a@b>', 'half of a surrogate pair in quotes'],
    ['a@b, c@d', 'two addresses'],
    ['a@b c@d', 'two addresses with a blank'],
    ['<a@b>, <c@d>', 'two addresses in brackets'],
    ['<a@b> <c@d>', 'two addresses in brackets with a blank'],
    ['<a@b><c@d>', 'two addresses in brackets without'],
    ['Foo <a@b>, Bar <c@d>', 'two addresses with display names'],
    ['a@b <c@d>', 'an address before an address'],
    ['Foo, B. <a@b>', 'a comma outside quotes'],
    ['Foo: a@b;', 'a group'],
    ['Foo: <a@b>', 'a colon before an address'],
    ['Foo <>', 'no address in brackets'],
    ['< >', 'a blank in brackets'],
    ['Foo a@b', 'a display name and no brackets'],
    ['"Foo" a@b', 'a quoted display name and no brackets'],
    ['(x) a@b', 'a comment and no brackets'],
    ['a@b (Foo)', 'a comment behind it'],
    ['John Doe', 'two words'],
    ['"Foo" "Bar"', 'two quoted strings'],
    ['"Foo <a@b>', 'quotes that do not end'],
    ['"Foo\\" <a@b>', 'quotes that end in an escape'],
    ['(Foo <a@b>', 'a comment that does not end'],
    ['((x) <a@b>', 'a comment within that ends alone'],
    ['(x\\) <a@b>', 'a comment that ends in an escape'],
    ['x) <a@b>', 'a comment that does not begin'],
    ['Foo\\ <a@b>', 'a backslash outside quotes'],
    ['Foo [x] <a@b>', 'square brackets'],
    ['Foo <a@b', 'a bracket that does not close'],
    ['a@b>', 'a bracket that does not open'],
    ['Foo > <a@b>', 'a bracket the wrong way'],
    ['<<a@b>>', 'two pairs of brackets'],
    ['<"a>', 'an open quote in brackets'],
    [' ', 'a blank'],
    ['\ta@b', 'a tab before it'],
    ['< a@b>', 'a blank within brackets'],
    ['<@one:a@b>', 'a source route'],
    ['a@', 'an empty domain'],
    ['@b', 'no local part'],
    ['Foo <@b>', 'no local part in brackets'],
    ['.a', 'a dot first'],
    ['a.', 'a dot last'],
    ['"a".b', 'a word behind quotes'],
    ['a@b_c', 'an underscore in the domain'],
    [`Foo <${x(65)}>`, 'a local part of 65 octets'],
    [`${'é'.repeat(33)}`, 'a local part of 66 octets in 33 characters'],
  ])('refuses %j: %s', (text) => {
    const error = thrownBy(() => parse(text, 'to[2]'))
    expect(error.field).toBe('to[2]')
    expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  })

  test('takes every mailbox as the strict parser does, whatever display name is before it', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), displayName, (mailbox, name) => {
        const { localPart, domain } = parseForwardPath(mailbox)
        for (const text of [mailbox, `<${mailbox}>`, `${name}<${mailbox}>`, `${name} <${mailbox}>`]) {
          // A name of nothing leaves a blank before the bracket, which is taken too.
          expect(parse(text)).toMatchObject({ mailbox, localPart, domain })
        }
      }),
    )
  })

  test('takes every local part without its domain', () => {
    holds(
      fc.property(arbitraries.localPart({ utf8: true }), displayName, (localPart, name) => {
        for (const text of [localPart, `<${localPart}>`, `${name} <${localPart}>`]) {
          expect(parse(text)).toMatchObject({ mailbox: localPart, localPart, domain: '' })
        }
      }),
    )
  })

  test('refuses every malformed mailbox, with and without a display name', () => {
    const malformed = arbitraries
      .malformedMailbox()
      .filter(({ text }) => !/^ | $/.test(text))
      .filter(({ fault }) => fault !== 'a display name' && fault !== 'no domain')
    holds(
      fc.property(malformed, displayName, ({ text }, name) => {
        thrownBy(() => parse(text))
        thrownBy(() => parse(`${name} <${text}>`))
      }),
    )
  })

  test('refuses a control anywhere, also in the display name', () => {
    const written = fc
      .tuple(displayName, arbitraries.mailbox({ utf8: true }))
      .map(([name, mailbox]) => `${name} <${mailbox}>`)
    holds(
      fc.property(arbitraries.injected(fc.oneof(written, arbitraries.mailbox({ utf8: true }))), (text) => {
        thrownBy(() => parse(text))
      }),
    )
  })

  test('makes of any text a path that goes out as one path, or refuses it', () => {
    const character = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...'ab.@@"\\<<>> ()[],:;=') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    )
    const text = fc
      .tuple(fc.string({ unit: character, maxLength: 10 }), fc.constantFrom('', '@b', '<a@b>', '>', ' <"a'))
      .map((parts) => parts.join(''))
    holds(
      fc.property(text, (text) => {
        let path: Path
        try {
          path = parse(text)
        } catch {
          return
        }
        expect(path.mailbox).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(path.mailbox.replace(/^"(?:[^"\\]|\\.)*"/, '')).not.toMatch(/[ <>"\\]/)
        expect(parse(String(path))).toEqual(path)
        expect(text === '' || text.includes(path.mailbox)).toBe(true)
      }),
    )
  })

  test('names the field and shows the text escaped', () => {
    expect(thrownBy(() => parse('a\r\nb')).message).toContain("'a\\r\\nb'")
  })

  test.each([
    ['Foo <>', 'angle brackets'],
    ['<a@b> SIZE=1', 'closing angle bracket'],
    ['Foo, B. <a@b>', 'must be in quotes'],
    ['"Foo <a@b>', 'do not end'],
    ['Foo a@b', 'only in quotes'],
    ['a\0', 'no address can hold'],
  ])('says of %j what is wrong', (text, problem) => {
    expect(thrownBy(() => parse(text)).problem).toContain(problem)
  })
})

describe('the null path', () => {
  test.each(['', '<>'])('is taken as %j for a sender', (text) => {
    expect(parseSender(text)).toEqual(parseReversePath(''))
  })

  test.each(['', '<>'])('is refused as %j for a recipient', (text) => {
    const { field, problem } = thrownBy(() => parseRecipient(text))
    expect(field).toBe('to')
    expect(problem).toMatch(/must not be empty|needs an address/)
  })
})

test('senders are called from and recipients to unless told otherwise', () => {
  expect(thrownBy(() => parseSender('a b')).field).toBe('from')
  expect(thrownBy(() => parseRecipient('a b')).field).toBe('to')
})

describe('on the wire', () => {
  test('a path goes out as it was parsed, with or without its domain', () => {
    for (const [text, path] of [
      ['John', '<John>'],
      ['Foo <a@b>', '<a@b>'],
      ['"John Doe" <"john doe">', '<"john doe">'],
      ['Postmaster', '<Postmaster>'],
    ] as const) {
      expect(encodeCommand({ verb: 'MAIL', from: parseSender(text) }).line).toBe(`MAIL FROM:${path}`)
      expect(encodeCommand({ verb: 'RCPT', to: parseRecipient(text) }).line).toBe(`RCPT TO:${path}`)
    }
    expect(encodeCommand({ verb: 'MAIL', from: parseSender('') }).line).toBe('MAIL FROM:<>')
  })

  test('the null path is no recipient', () => {
    expect(thrownBy(() => encodeCommand({ verb: 'RCPT', to: parseSender('') })).field).toBe('to')
  })
})

describe('hostile texts of a million characters', () => {
  const million = 1_000_000
  thorough.each([
    ['words', `${'x '.repeat(million / 2)}<a@b_c>`],
    ['dots', `${'.'.repeat(million)}<a@b_c>`],
    ['open brackets', `${'<'.repeat(million)}>`],
    ['close brackets', '>'.repeat(million)],
    ['pairs of brackets', '<>'.repeat(million / 2)],
    ['quotes', `${'"'.repeat(million - 1)}<a@b>`],
    ['quoted strings', `${'"" '.repeat(million / 3)}<a@b_c>`],
    ['backslashes in quotes', `"${'\\'.repeat(million)}>`],
    ['parentheses', `${'('.repeat(million)}<a@b>`],
    ['nested comments', `${'('.repeat(million / 2)}${')'.repeat(million / 2)}<a@b_c>`],
    ['letters beyond US-ASCII', `${'é'.repeat(million)}<a@b_c>`],
    ['addresses', '<a@b> '.repeat(million / 6)],
    ['a local part', `Foo <${x(million)}>`],
    ['blanks', ' '.repeat(million)],
    ['blanks and a bracket', `${' '.repeat(million)}>`],
  ])('are refused at once: %s', (_, text) => {
    for (const [, parse] of parseEither) expect(thrownBy(() => parse(text)).message.length).toBeLessThan(2000)
  })
})
