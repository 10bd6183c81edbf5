import { Path, parseForwardPath, parseRecipient, parseReversePath, parseSender, pathWithALabels } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const parseEither = Object.entries({ parseForwardPath, parseReversePath })

const x = (length: number) => 'x'.repeat(length)
const longestDomain = `${x(63)}.${x(63)}.${x(63)}.${x(63)}`

describe.each(parseEither)('%s', (_, parse) => {
  test.each([
    ['ann@example.org', 'ann', 'example.org'],
    ['a@b', 'a', 'b'],
    ['ann.b.c@mx-1.example.org', 'ann.b.c', 'mx-1.example.org'],
    ["!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~", 'example.org'],
    ['ann+tag@example.org', 'ann+tag', 'example.org'],
    ['Ann@EXAMPLE.org', 'Ann', 'EXAMPLE.org'],
    ['-@0.1', '-', '0.1'],
    ['"Joe\\,Smith"@example.org', '"Joe\\,Smith"', 'example.org'],
    ['"ann at home"@example.org', '"ann at home"', 'example.org'],
    ['"a@b"@example.org', '"a@b"', 'example.org'],
    ['"a> NOTIFY=NEVER"@example.org', '"a> NOTIFY=NEVER"', 'example.org'],
    ['"\\"\\\\"@example.org', '"\\"\\\\"', 'example.org'],
    ['""@example.org', '""', 'example.org'],
    ['".."@example.org', '".."', 'example.org'],
    ['ann@[192.0.2.1]', 'ann', '[192.0.2.1]'],
    ['ann@[255.255.255.255]', 'ann', '[255.255.255.255]'],
    ['ann@[IPv6:2001:db8::1]', 'ann', '[IPv6:2001:db8::1]'],
    ['ann@[ipv6:::]', 'ann', '[ipv6:::]'],
    ['ann@[IPv6:1:2:3:4:5:6:7:8]', 'ann', '[IPv6:1:2:3:4:5:6:7:8]'],
    ['ann@[IPv6:::ffff:192.0.2.1]', 'ann', '[IPv6:::ffff:192.0.2.1]'],
    ['jürgen@example.org', 'jürgen', 'example.org'],
    ['用户@例え.example', '用户', '例え.example'],
    ['"ж ж"@пример.example', '"ж ж"', 'пример.example'],
    ['🙂@xn--bcher-kva.example', '🙂', 'xn--bcher-kva.example'],
    ['ann@bu\u0308cher.example', 'ann', 'bu\u0308cher.example'],
    ['postmaster@example.org', 'postmaster', 'example.org'],
    [`${x(64)}@example.org`, x(64), 'example.org'],
    [`${'é'.repeat(32)}@example.org`, 'é'.repeat(32), 'example.org'],
    [`ann@${x(63)}`, 'ann', x(63)],
    [`ab@${longestDomain.slice(4)}`, 'ab', longestDomain.slice(4)],
  ])('takes %j, bare and in angle brackets', (mailbox, localPart, domain) => {
    for (const text of [mailbox, `<${mailbox}>`]) {
      const path = parse(text)
      expect(path).toMatchObject({ mailbox, localPart, domain })
      expect(String(path)).toBe(`<${mailbox}>`)
    }
  })

  test.each([
    ['a@b> NOTIFY=NEVER', 'a parameter behind a bracket'],
    ['<a@b> SIZE=1', 'a parameter behind brackets'],
    ['<a@b> SIZE=1>', 'a parameter between brackets'],
    ['a@b SIZE=1', 'a parameter behind a blank'],
    ['a@b>\r\nRCPT TO:<c@d', 'a second command'],
    ['a@b\r\n', 'a line ending behind it'],
    ['a@b\n', 'a line feed behind it'],
    ['a@b\r', 'a carriage return behind it'],
    ['\r\na@b', 'a line ending before it'],
    ['a\r\n@b', 'a line ending in the local part'],
    ['"a\r\n"@b', 'a line ending in quotes'],
    ['"a\\\r\\\nRSET"@b', 'an escaped line ending in quotes'],
    ['a\0@b', 'a NUL'],
    ['"\\\0"@b', 'an escaped NUL'],
    ['a\x7f@b', 'DEL'],
    ['"a\tb"@c', 'a tab in quotes'],
    ['a\x85@b', 'a C1 control'],
    ['a@b\x85', 'a C1 control in the domain'],
    ['a\u2028@b', 'a line separator'],
    ['"a\u2029"@b', 'a paragraph separator in quotes'],
    ['a@b\u2028', 'a line separator in the domain'],
    ['a b@c', 'a blank in the local part'],
    ['a@b c', 'a blank in the domain'],
    [' a@b', 'a blank before it'],
    ['a@b ', 'a blank behind it'],
    ['<a@b> ', 'a blank behind the brackets'],
    [' ', 'a blank alone'],
    ['a@b\u00a0', 'a no-break space in the domain'],
    ['a@b\u3000c', 'an ideographic space in the domain'],
    ['a@b。c', 'an ideographic full stop'],
    ['a@b\u200bc', 'a zero width space in the domain'],
    ['a@b\u202ec', 'a writing direction override in the domain'],
    ['a', 'no domain'],
    ['a@', 'an empty domain'],
    ['@b', 'no local part'],
    ['@', 'neither'],
    ['a@b@c', 'two @'],
    ['"a"@b@c', 'two @ behind quotes'],
    ['a@@b', 'two @ in a row'],
    ['.a@b', 'a dot first'],
    ['a.@b', 'a dot last'],
    ['a..b@c', 'two dots'],
    ['.@b', 'a dot alone'],
    ['a"b"@c', 'quotes within a word'],
    ['"a".b@c', 'a word behind quotes'],
    ['a."b"@c', 'a word before quotes'],
    ['"a@b', 'an open quote'],
    ['"a\\"@b', 'an open quote behind an escaped one'],
    ['"@b', 'a quote alone'],
    ['"a\\é"@b', 'an escaped character beyond US-ASCII'],
    ['a\\@b', 'a backslash outside quotes'],
    ['a,b@c', 'a comma'],
    ['a@b,c@d', 'two mailboxes'],
    ['a(b)@c', 'a comment'],
    ['Foo <a@b>', 'a display name'],
    ['"Foo" <a@b>', 'a quoted display name'],
    ['<a@b', 'only the opening bracket'],
    ['a@b>', 'only the closing bracket'],
    ['<<a@b>>', 'two pairs of brackets'],
    ['>a@b<', 'brackets the wrong way'],
    ['<a@b><c@d>', 'two paths'],
    ['<', 'a bracket'],
    ['>', 'a bracket'],
    ['< >', 'a blank in brackets'],
    ['<@one,@two:a@b>', 'a source route'],
    ['@one:a@b', 'a source route without brackets'],
    ['a%b@c%d', 'a percent sign in the domain'],
    ['a@b_c', 'an underscore in the domain (RFC 5321 §4.1.2)'],
    ['a@.b', 'an empty label first'],
    ['a@b.', 'an empty label last'],
    ['a@b..c', 'an empty label within'],
    ['a@-b', 'a hyphen at the start of a label'],
    ['a@b-', 'a hyphen at the end of a label'],
    ['a@b.-c.d', 'a hyphen at the start of a label within'],
    ['a@b-.c', 'a hyphen at the end of the first label'],
    ['a@-', 'a hyphen alone'],
    ['a@é-', 'a hyphen at the end of a U-label'],
    ['a@-é', 'a hyphen at the start of a U-label'],
    ['a@[192.0.2.256]', 'an IPv4 octet over 255'],
    ['a@[192.0.2]', 'three IPv4 octets'],
    ['a@[192.0.2.1.1]', 'five IPv4 octets'],
    ['a@[192.0.2.1', 'an open literal'],
    ['a@192.0.2.1]', 'a literal without its start'],
    ['a@[192.0.2.1].b', 'a label behind a literal'],
    ['a@[2001:db8::1]', 'IPv6 without its tag'],
    ['a@[IPv6:2001:db8::1::2]', 'two gaps in IPv6'],
    ['a@[IPv6:fe80::1%eth0]', 'a zone in IPv6'],
    ['a@[IPv6:[::1]]', 'brackets in IPv6'],
    ['a@[IPv6:]', 'no IPv6 address'],
    ['a@[X-Tag:abc]', 'a literal with a tag that nobody registered'],
    ['a@[]', 'an empty literal'],
    ['a\ud83d@b', 'half of a surrogate pair'],
    ['"\ude42"@b', 'half of a surrogate pair in quotes'],
    ['a@\ud83db', 'half of a surrogate pair in the domain'],
    [`${x(65)}@b`, 'a local part of 65 octets'],
    [`"${x(63)}"@b`, 'a quoted local part of 65 octets'],
    [`${'é'.repeat(33)}@b`, 'a local part of 66 octets in 33 characters'],
    [`a@${x(64)}`, 'a label of 64 octets'],
    [`a@${longestDomain}`, 'a path of 259 octets'],
    [`ab@${longestDomain.slice(3)}`, 'a path of 257 octets'],
    [`${'é'.repeat(32)}@${longestDomain.slice(65)}`, 'a path of 257 octets in 225 characters'],
    [`a@${longestDomain.slice(1)}.y`, 'a domain of 256 octets'],
    [`a@${'é.'.repeat(86)}b`, 'a domain of 259 octets in 173 characters'],
  ])('refuses %j: %s', (text) => {
    expect(thrownBy(() => parse(text))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('takes every valid mailbox, and what it gives reads as the same again', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), fc.boolean(), (mailbox, bracketed) => {
        const path = parse(bracketed ? `<${mailbox}>` : mailbox)
        expect(path.mailbox).toBe(mailbox)
        expect(`${path.localPart}@${path.domain}`).toBe(mailbox)
        expect(path.isAscii).toBe(Buffer.byteLength(mailbox) === mailbox.length)
        expect(parse(String(path))).toEqual(path)
        expect(parse(path.mailbox)).toEqual(path)
      }),
    )
  })

  test('refuses every malformed mailbox', () => {
    holds(
      fc.property(arbitraries.malformedMailbox(), ({ text }) => {
        expect(thrownBy(() => parse(text, 'rcpt')).field).toBe('rcpt')
      }),
    )
  })

  test('refuses a control anywhere in any mailbox', () => {
    holds(
      fc.property(arbitraries.injected(arbitraries.mailbox({ utf8: true })), (text) => {
        thrownBy(() => parse(text))
        thrownBy(() => parse(`<${text}>`))
      }),
    )
  })

  test('takes no text with a control, a line separator, or a blank or bracket outside quotes', () => {
    const character = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...'ab.-@@@"\\<> []:\r\n\0') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    )
    const anyText = fc.string({ unit: character, maxLength: 12 })
    const nearlyMailbox = fc.tuple(anyText, fc.constantFrom('@b', '"@b', '@b>', '')).map((parts) => parts.join(''))
    holds(
      fc.property(
        fc.oneof(
          nearlyMailbox,
          fc.tuple(fc.constant('"'), anyText, fc.constant('"@b')).map((p) => p.join('')),
        ),
        (text) => {
          let path: Path
          try {
            path = parse(text)
          } catch {
            return
          }
          expect(path.mailbox).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
          expect(path.mailbox.replace(/^"(?:[^"\\]|\\.)*"/, '')).not.toMatch(/[ <>"\\]/)
        },
      ),
    )
  })
})

describe('a refusal', () => {
  test('names the field and shows the text escaped', () => {
    const error = thrownBy(() => parseForwardPath("a@b\r\n'", 'to[2]'))
    expect(error.field).toBe('to[2]')
    expect(error.message).toContain("'b\\r\\n\\''")
    expect(error.message).not.toMatch(/[\r\n]/)
  })

  test('names from and to unless told otherwise', () => {
    expect(thrownBy(() => parseReversePath('a')).field).toBe('from')
    expect(thrownBy(() => parseForwardPath('a')).field).toBe('to')
  })

  test.each([
    ['a', 'needs a domain'],
    ['a b@c', 'only in quotes'],
    ['a..b@c', 'empty word'],
    ['"a@b', 'closing quote'],
    ['"\n"@b', 'no address can hold'],
    ['<a@b', 'angle bracket'],
    [`${x(65)}@b`, '64 octets'],
    [`a@${longestDomain}`, '256 octets'],
    [`a@${longestDomain}y`, '255 octets'],
    ['a@b..c', 'empty label'],
    [`a@${x(64)}`, '63 octets'],
    ['a@b_c', 'no domain has'],
    ['a@[b]', 'address literal'],
    ['a@[b', 'closing bracket'],
  ])('of %j says what is wrong', (text, problem) => {
    expect(thrownBy(() => parseForwardPath(text)).problem).toContain(problem)
  })
})

describe('the null path', () => {
  test.each(['', '<>'])('is taken as %j for a reverse-path', (text) => {
    const path = parseReversePath(text)
    expect(path).toMatchObject({ mailbox: '', localPart: '', domain: '', isAscii: true })
    expect(String(path)).toBe('<>')
  })

  test.each(['', '<>'])('is refused as %j for a forward-path', (text) => {
    thrownBy(() => parseForwardPath(text))
  })
})

describe('Postmaster without a domain', () => {
  test.each(['Postmaster', 'postmaster', '<POSTMASTER>'])('is taken as %j for a forward-path', (text) => {
    const path = parseForwardPath(text)
    expect(String(path)).toBe(text.startsWith('<') ? text : `<${text}>`)
    expect(path.domain).toBe('')
    expect(parseForwardPath(String(path))).toEqual(path)
  })

  test.each(['Postmaster', '<postmaster>'])('is refused as %j for a reverse-path', (text) => {
    thrownBy(() => parseReversePath(text))
  })

  test.each([
    '<postmaster',
    'postmaster>',
    'postmaster ',
    'poſtmaster',
    'postmaster\n',
    '"postmaster"',
    '<<postmaster>>',
    'a postmaster',
    'apostmaster',
    'a@b>\r\nRCPT TO:<postmaster',
    'postmasters',
  ])('does not stand for %j', (text) => {
    thrownBy(() => parseForwardPath(text))
  })
})

describe('a path', () => {
  test('is known by its making and not by its looks', () => {
    const path = parseReversePath('ann@example.org')
    expect(Path.isPath(path)).toBe(true)
    expect(Path.isPath({ ...path, toString: () => '<ann@example.org>' })).toBe(false)
    expect(Path.isPath(Object.create(Path.prototype))).toBe(false)
    for (const value of [undefined, null, 'ann@example.org', 0]) expect(Path.isPath(value)).toBe(false)
  })

  test('tells whether it needs SMTPUTF8', () => {
    expect(parseForwardPath('ann@example.org').isAscii).toBe(true)
    expect(parseForwardPath('änn@example.org').isAscii).toBe(false)
    expect(parseForwardPath('ann@exämple.org').isAscii).toBe(false)
  })

  test.each([
    ['a sender', parseReversePath('ann@example.org'), true, true],
    ['a recipient', parseForwardPath('ann@example.org'), true, true],
    ['the null path', parseReversePath(''), true, false],
    ['Postmaster', parseForwardPath('Postmaster'), false, true],
    ['a sender whose domain the server adds', parseSender('Postmaster'), true, true],
    ['a recipient whose domain the server adds', parseRecipient('ann'), true, true],
  ])('tells whether it can be a sender and a recipient: %s', (_, path, isReversePath, isForwardPath) => {
    expect(path).toMatchObject({ isReversePath, isForwardPath })
  })

  test('is not what its constructor makes', () => {
    const forged = Reflect.construct(Path as never, ['a\r\nRSET', 'é.example']) as Path
    expect(Path.isPath(forged)).toBe(false)
    expect(thrownBy(() => pathWithALabels(forged)).field).toBe('address')
  })

  test('cannot be changed once parsed', () => {
    const path = parseForwardPath('ann@example.org')
    expect(() => Object.assign(path, { mailbox: 'a@b>\r\nRSET' })).toThrow(TypeError)
    expect(String(path)).toBe('<ann@example.org>')
  })
})

describe('hostile texts of a million characters', () => {
  const million = 1_000_000
  thorough.each([
    ['one long word', x(million)],
    ['dots', '.'.repeat(million)],
    ['words and dots', 'x.'.repeat(million / 2)],
    ['@', '@'.repeat(million)],
    ['open brackets', '<'.repeat(million)],
    ['close brackets', '>'.repeat(million)],
    ['brackets around', `<${x(million)}>`],
    ['quotes', '"'.repeat(million)],
    ['an open quote', `"${x(million)}`],
    ['backslashes', `"${'\\'.repeat(million)}`],
    ['escaped quotes', `"${'\\"'.repeat(million / 2)}`],
    ['parentheses', '('.repeat(million)],
    ['labels', `a@${'x.'.repeat(million / 2)}y`],
    ['one long label', `a@${x(million)}`],
    ['hyphens', `a@${'-'.repeat(million)}`],
    ['letters and hyphens', `a@${'x-'.repeat(million / 2)}`],
    ['U-labels', `a@${'é'.repeat(million)}-`],
    ['IPv4', `a@[${'1.'.repeat(million / 2)}]`],
    ['digits', `a@[${'1'.repeat(million)}]`],
    ['IPv6', `a@[IPv6:${'1:'.repeat(million / 2)}]`],
    ['surrogate halves', '\ud83d'.repeat(million)],
    ['emoji', '🙂'.repeat(million / 2)],
    ['blanks', ' '.repeat(million)],
    ['NULs', '\0'.repeat(million)],
    ['postmaster', 'postmaster'.repeat(million / 10)],
  ])('are refused at once: %s', (_, text) => {
    for (const [, parse] of parseEither) expect(thrownBy(() => parse(text)).message.length).toBeLessThan(2000)
  })
})
