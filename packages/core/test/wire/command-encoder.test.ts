import {
  type EncodedCommand,
  encodeChunkLine,
  encodeCommand,
  encodeUrlLine,
  encodeUtf8,
  InvalidArgumentError,
  type LineCommand,
  Path,
  parseForwardPath,
  parseReversePath,
} from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const x = (length: number) => 'x'.repeat(length)

describe('a command', () => {
  const lines: readonly [LineCommand, string][] = [
    [{ verb: 'EHLO', domain: 'client.example.org' }, 'EHLO client.example.org'],
    [{ verb: 'HELO', domain: 'localhost' }, 'HELO localhost'],
    [{ verb: 'EHLO', domain: 'my_laptop.local' }, 'EHLO my_laptop.local'],
    [{ verb: 'LHLO', domain: '[192.0.2.1]' }, 'LHLO [192.0.2.1]'],
    [{ verb: 'EHLO', domain: '[IPv6:2001:db8::1]' }, 'EHLO [IPv6:2001:db8::1]'],
    [{ verb: 'MAIL', from: 'ann@example.org' }, 'MAIL FROM:<ann@example.org>'],
    [{ verb: 'MAIL', from: '<ann@example.org>' }, 'MAIL FROM:<ann@example.org>'],
    [{ verb: 'MAIL', from: '' }, 'MAIL FROM:<>'],
    [{ verb: 'MAIL', from: '<>' }, 'MAIL FROM:<>'],
    [{ verb: 'MAIL', from: parseReversePath('ann@example.org') }, 'MAIL FROM:<ann@example.org>'],
    [{ verb: 'MAIL', from: parseReversePath('') }, 'MAIL FROM:<>'],
    [{ verb: 'MAIL', from: '', parameters: {} }, 'MAIL FROM:<>'],
    [
      { verb: 'MAIL', from: 'a@b', parameters: { SIZE: 1000, BODY: '8BITMIME', SMTPUTF8: true } },
      'MAIL FROM:<a@b> SIZE=1000 BODY=8BITMIME SMTPUTF8',
    ],
    [{ verb: 'MAIL', from: 'a@b', parameters: { SIZE: 0, ENVID: 'a+2Bb' } }, 'MAIL FROM:<a@b> SIZE=0 ENVID=a+2Bb'],
    [{ verb: 'MAIL', from: 'a@b', parameters: { 'MT-PRIORITY': -3 } }, 'MAIL FROM:<a@b> MT-PRIORITY=-3'],
    [{ verb: 'MAIL', from: 'jürgen@bücher.example' }, 'MAIL FROM:<jürgen@bücher.example>'],
    [{ verb: 'MAIL', from: '"a> NOTIFY=NEVER"@b' }, 'MAIL FROM:<"a> NOTIFY=NEVER"@b>'],
    [{ verb: 'RCPT', to: 'bob@example.net' }, 'RCPT TO:<bob@example.net>'],
    [{ verb: 'RCPT', to: 'Postmaster' }, 'RCPT TO:<Postmaster>'],
    [{ verb: 'RCPT', to: parseForwardPath('<postmaster>') }, 'RCPT TO:<postmaster>'],
    [
      { verb: 'RCPT', to: 'b@c', parameters: { NOTIFY: 'SUCCESS,FAILURE', ORCPT: 'rfc822;b@c' } },
      'RCPT TO:<b@c> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@c',
    ],
    [{ verb: 'RCPT', to: 'b@c', parameters: { ORCPT: 'utf-8;ж@пример' } }, 'RCPT TO:<b@c> ORCPT=utf-8;ж@пример'],
    [{ verb: 'DATA' }, 'DATA'],
    [{ verb: 'RSET' }, 'RSET'],
    [{ verb: 'QUIT' }, 'QUIT'],
    [{ verb: 'STARTTLS' }, 'STARTTLS'],
    [{ verb: 'NOOP' }, 'NOOP'],
    [{ verb: 'NOOP', argument: '' }, 'NOOP'],
    [{ verb: 'NOOP', argument: 'are you there' }, 'NOOP are you there'],
    [{ verb: 'HELP' }, 'HELP'],
    [{ verb: 'HELP', argument: 'MAIL' }, 'HELP MAIL'],
    [{ verb: 'VRFY', argument: 'ann' }, 'VRFY ann'],
    [{ verb: 'EXPN', argument: 'Example-People' }, 'EXPN Example-People'],
    [{ verb: 'VRFY', argument: 'jürgen müller', smtpUtf8: true }, 'VRFY jürgen müller SMTPUTF8'],
    [{ verb: 'EXPN', argument: 'ж', smtpUtf8: true }, 'EXPN ж SMTPUTF8'],
    [{ verb: 'VRFY', argument: 'ann', smtpUtf8: false }, 'VRFY ann'],
    [{ verb: 'AUTH', mechanism: 'CRAM-MD5' }, 'AUTH CRAM-MD5'],
    [{ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: encodeUtf8('\0u\0p') }, 'AUTH PLAIN AHUAcA=='],
    [{ verb: 'AUTH', mechanism: 'EXTERNAL', initialResponse: new Uint8Array(0) }, 'AUTH EXTERNAL ='],
    [{ verb: 'AUTH-RESPONSE', response: encodeUtf8('super-secret') }, 'c3VwZXItc2VjcmV0'],
    [{ verb: 'AUTH-RESPONSE', response: new Uint8Array(0) }, ''],
    [{ verb: 'AUTH-RESPONSE', response: 'cancel' }, '*'],
    [{ verb: 'OTHER', name: 'XYZZY', argument: 'NAME=spike.example' }, 'XYZZY NAME=spike.example'],
    [{ verb: 'OTHER', name: 'xyzzy' }, 'xyzzy'],
    [{ verb: 'OTHER', name: 'X-1', argument: '' }, 'X-1'],
    [{ verb: 'OTHER', name: 'turn' }, 'turn'],
    [{ verb: 'ETRN', argument: '@foo.example' }, 'ETRN @foo.example'],
    [{ verb: 'XCLIENT', attributes: { NAME: 'spike.example' } }, 'XCLIENT NAME=spike.example'],
    [
      { verb: 'XCLIENT', attributes: { addr: 'IPV6:2001:db8::1', REVERSE_NAME: '[UNAVAILABLE]' } },
      'XCLIENT addr=IPV6:2001:db8::1 REVERSE_NAME=[UNAVAILABLE]',
    ],
    [
      { verb: 'XFORWARD', attributes: { HELO: 'a b+c=d', SOURCE: 'REMOTE' } },
      'XFORWARD HELO=a+20b+2Bc+3Dd SOURCE=REMOTE',
    ],
  ]

  test.each(lines)('%j is the line %j', (command, line) => {
    expect(encodeCommand(command).line).toBe(line)
  })

  test('that is well formed gives one line without a control, whatever it says', () => {
    holds(
      fc.property(arbitraries.command(), (command) => {
        const { line } = encodeCommand(command)
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(line).not.toMatch(/^\s|\s$/)
      }),
    )
  })

  test('that is made of any texts is refused, or gives one line without a control', () => {
    const character = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...'ab1.-@"\\<>[]:=+* ') },
      { weight: 1, arbitrary: arbitraries.control() },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    )
    const text = fc.oneof(
      fc.string({ unit: character, maxLength: 6 }),
      arbitraries.mailbox(),
      arbitraries.injected(arbitraries.mailbox()),
    )
    const parameters = fc.dictionary(text, fc.oneof(text, fc.double(), fc.constant(true as const)), { maxKeys: 2 })
    const command: fc.Arbitrary<LineCommand> = fc.oneof(
      fc.record({ verb: fc.constantFrom('EHLO', 'HELO', 'LHLO'), domain: text }),
      fc.record({ verb: fc.constant('MAIL'), from: text, parameters }, { requiredKeys: ['verb', 'from'] }),
      fc.record({ verb: fc.constant('RCPT'), to: text, parameters }, { requiredKeys: ['verb', 'to'] }),
      fc.record({ verb: fc.constantFrom('NOOP', 'HELP', 'VRFY', 'EXPN', 'ETRN'), argument: text }),
      fc.record({
        verb: fc.constantFrom('XCLIENT', 'XFORWARD'),
        attributes: fc.dictionary(text, text, { maxKeys: 2 }),
      }),
      fc.record({ verb: fc.constant('AUTH'), mechanism: text, initialResponse: fc.uint8Array({ maxLength: 8 }) }),
      fc.record({ verb: fc.constant('OTHER'), name: text, argument: text }),
    )
    holds(
      fc.property(command, (command) => {
        let line: string
        try {
          line = encodeCommand(command).line
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError)
          expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
          return
        }
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test('of an unknown verb is refused, since the verb would be the line', () => {
    for (const verb of ['QUIT\r\nRSET', 'mail', 'BDAT', '', '__proto__', 'constructor']) {
      const error = thrownBy(() => encodeCommand({ verb } as unknown as LineCommand))
      expect(error.field).toBe('verb')
      expect(error.message).not.toMatch(/[\r\n]/)
    }
  })
})

describe('a token with a control in it', () => {
  const { injected, commandArgument, domain, mailbox, mechanismName, parameterKeyword, parameterValue } = arbitraries
  const tokens: readonly [string, string, fc.Arbitrary<string>, (token: string) => LineCommand][] = [
    ['the domain of EHLO', 'domain', domain(), (domain) => ({ verb: 'EHLO', domain })],
    ['the domain of HELO', 'domain', domain(), (domain) => ({ verb: 'HELO', domain })],
    ['the domain of LHLO', 'domain', domain(), (domain) => ({ verb: 'LHLO', domain })],
    ['the path of MAIL', 'from', mailbox({ utf8: true }), (from) => ({ verb: 'MAIL', from })],
    ['the path of RCPT', 'to', mailbox({ utf8: true }), (to) => ({ verb: 'RCPT', to })],
    [
      'a keyword of MAIL',
      'parameters',
      parameterKeyword(),
      (key) => ({ verb: 'MAIL', from: '', parameters: { [key]: true } }),
    ],
    [
      'a value of MAIL',
      'parameters.ENVID',
      parameterValue(),
      (ENVID) => ({ verb: 'MAIL', from: '', parameters: { ENVID } }),
    ],
    [
      'a keyword of RCPT',
      'parameters',
      parameterKeyword(),
      (key) => ({ verb: 'RCPT', to: 'a@b', parameters: { [key]: 'x' } }),
    ],
    [
      'a value of RCPT',
      'parameters.ORCPT',
      parameterValue(),
      (ORCPT) => ({ verb: 'RCPT', to: 'a@b', parameters: { ORCPT } }),
    ],
    ['the argument of NOOP', 'argument', commandArgument(), (argument) => ({ verb: 'NOOP', argument })],
    ['the argument of HELP', 'argument', commandArgument(), (argument) => ({ verb: 'HELP', argument })],
    ['the argument of VRFY', 'argument', commandArgument(), (argument) => ({ verb: 'VRFY', argument })],
    ['the argument of EXPN', 'argument', commandArgument(), (argument) => ({ verb: 'EXPN', argument })],
    ['the argument of ETRN', 'argument', commandArgument(), (argument) => ({ verb: 'ETRN', argument })],
    [
      'the name of an attribute',
      'attributes',
      fc.constantFrom('NAME', 'ADDR'),
      (name) => ({ verb: 'XCLIENT', attributes: { [name]: 'x' } }),
    ],
    [
      'the value of an attribute',
      'attributes.NAME',
      commandArgument(),
      (NAME) => ({ verb: 'XFORWARD', attributes: { NAME } }),
    ],
    ['the mechanism of AUTH', 'mechanism', mechanismName(), (mechanism) => ({ verb: 'AUTH', mechanism })],
    ['the name of another verb', 'name', fc.constant('XFOO'), (name) => ({ verb: 'OTHER', name })],
    [
      'the argument of another verb',
      'argument',
      commandArgument(),
      (argument) => ({ verb: 'OTHER', name: 'XFOO', argument }),
    ],
  ]

  test.each(tokens)('is refused in %s, which the error names', (_, field, valid, command) => {
    holds(
      fc.property(injected(valid), (token) => {
        const error = thrownBy(() => encodeCommand(command(token)))
        expect(error.field).toBe(field)
        expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test.each(tokens)('is shown escaped, unless it may hold credentials: %s', (_, field, __, command) => {
    for (const [control, escaped] of [
      ['\r', '\\r'],
      ['\n', '\\n'],
      ['\0', '\\0'],
      ['\x1b', '\\u{1b}'],
      ['\x7f', '\\u{7f}'],
    ] as const) {
      const { message } = thrownBy(() => encodeCommand(command(`x${control}y`)))
      if (field === 'mechanism') expect(message).toBe('mechanism is not a SASL mechanism name')
      else expect(message).toContain(`'x${escaped}y'`)
    }
  })
})

describe('the domain of EHLO', () => {
  test.each(['', 'a b', 'a..b', '[a]', 'bücher.example', 'a@b', 'client.example.org SIZE'])(
    'is refused as %j',
    (domain) => {
      expect(thrownBy(() => encodeCommand({ verb: 'EHLO', domain })).field).toBe('domain')
    },
  )
})

describe('a path', () => {
  test.each(['a@b> NOTIFY=NEVER', '<a@b> SIZE=1', '<a@b> SIZE=1 <>', 'a@b SIZE=1', 'Foo <a@b>', 'a', ' a@b'])(
    'is refused as %j: it would be read as more than a path',
    (text) => {
      expect(thrownBy(() => encodeCommand({ verb: 'MAIL', from: text })).field).toBe('from')
      expect(thrownBy(() => encodeCommand({ verb: 'RCPT', to: text })).field).toBe('to')
    },
  )

  test('is refused whenever it is malformed', () => {
    holds(
      fc.property(arbitraries.malformedMailbox(), ({ text }) => {
        thrownBy(() => encodeCommand({ verb: 'MAIL', from: text }))
        thrownBy(() => encodeCommand({ verb: 'RCPT', to: text }))
      }),
    )
  })

  test('of a recipient is never the null one, parsed or not', () => {
    for (const to of ['', '<>', parseReversePath('')]) {
      expect(thrownBy(() => encodeCommand({ verb: 'RCPT', to })).field).toBe('to')
    }
  })

  test('of a sender has a domain, parsed or not', () => {
    for (const from of ['Postmaster', '<postmaster>', parseForwardPath('Postmaster')]) {
      expect(thrownBy(() => encodeCommand({ verb: 'MAIL', from })).field).toBe('from')
    }
  })

  test('made without the parser is checked like any text', () => {
    const forged = Reflect.construct(Path as never, ['a', 'b>\r\nRSET']) as Path
    expect(thrownBy(() => encodeCommand({ verb: 'MAIL', from: forged })).field).toBe('from')
    expect(thrownBy(() => encodeCommand({ verb: 'RCPT', to: forged })).field).toBe('to')
    const lookalike = { mailbox: 'a@b', toString: () => '<a@b>\r\nRSET' } as never
    expect(thrownBy(() => encodeCommand({ verb: 'RCPT', to: lookalike })).field).toBe('to')
  })
})

describe('a parameter', () => {
  const mail = (parameters: unknown) => () =>
    encodeCommand({ verb: 'MAIL', from: 'a@b', parameters: parameters as never })

  test.each(['', '-SIZE', 'SI ZE', 'SIZE=1', 'SIZE ', 'É', 'X_Y', 'X.Y', 'ſIZE'])('has no keyword %j', (keyword) => {
    expect(thrownBy(mail({ [keyword]: true })).field).toBe('parameters')
  })

  test.each(['', ' ', 'a b', 'a=b', 'a\u00a0b', 'a\u2028b', 'a\u200bb', '\ud83d', 'NEVER ORCPT=rfc822;x'])(
    'has no value %j',
    (value) => {
      expect(thrownBy(mail({ X: value })).field).toBe('parameters.X')
    },
  )

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, -0.5, 1e21, 2 ** 53])('has no number %d', (value) => {
    expect(thrownBy(mail({ SIZE: value })).field).toBe('parameters.SIZE')
  })

  test.each([false, null, undefined, {}, [], ['1'], 1n])('has no value of another kind, such as %o', (value) => {
    expect(thrownBy(mail({ SIZE: value })).field).toBe('parameters.SIZE')
  })

  test('is not given twice in different case', () => {
    expect(thrownBy(mail({ SIZE: 1, size: 2 })).field).toBe('parameters.size')
  })

  test('is taken whenever it is valid, in the order given', () => {
    holds(
      fc.property(arbitraries.parameters({ utf8: true }), (parameters) => {
        const written = Object.entries(parameters).map(([keyword, value]) =>
          value === true ? keyword : `${keyword}=${value}`,
        )
        expect(mail(parameters)().line).toBe(['MAIL FROM:<a@b>', ...written].join(' '))
      }),
    )
  })
})

describe('the attributes of XCLIENT and XFORWARD', () => {
  const forward = (attributes: unknown) => () =>
    encodeCommand({ verb: 'XFORWARD', attributes: attributes as Record<string, string> })

  test('are at least one', () => {
    expect(thrownBy(forward({})).field).toBe('attributes')
  })

  test.each(['', '1NAME', 'NA ME', 'NAME=x', 'É', '_NAME', 'NA.ME'])('have no name %j', (name) => {
    expect(thrownBy(forward({ [name]: 'x' })).field).toBe('attributes')
  })

  test.each(['', 'ä', 'a\tb', '\x7f', 5, null, undefined, true, {}])('have no value %j', (value) => {
    const error = thrownBy(forward({ NAME: value }))
    expect(error.field).toBe('attributes.NAME')
    expect(error.message).not.toMatch(/[\p{Cc}]/u)
  })

  test('are sent in the order given', () => {
    expect(forward({ B: '1', A: '2', C: '3' })().line).toBe('XFORWARD B=1 A=2 C=3')
  })
})

describe('the line of a chunk', () => {
  test.each([
    [0, true, 'BDAT 0 LAST'],
    [0, false, 'BDAT 0'],
    [86, true, 'BDAT 86 LAST'],
    [2 ** 53 - 1, false, 'BDAT 9007199254740991'],
  ])('of %d octets, the last one: %s', (size, last, line) => {
    expect(encodeChunkLine(size, last)).toEqual({ line })
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', '1 LAST', null, undefined, 1n])(
    'has no size %s',
    (size) => {
      expect(thrownBy(() => encodeChunkLine(size as number, true)).field).toBe('size')
    },
  )
})

describe('the line of a URL', () => {
  test.each<[string, boolean, EncodedCommand]>([
    ['imap://foo.example/a', false, { line: 'BURL imap://foo.example/a', redacted: 'BURL [url]' }],
    ['imap://foo.example/a', true, { line: 'BURL imap://foo.example/a LAST', redacted: 'BURL [url] LAST' }],
    ['x-1.+:y', true, { line: 'BURL x-1.+:y LAST', redacted: 'BURL [url] LAST' }],
  ])('of %s, the last one: %s', (url, last, encoded) => {
    expect(encodeUrlLine(url, last)).toEqual(encoded)
  })

  test.each(['', ' ', 'LAST', '/a', 'foo', ':x', 'imap:', '-a:b', 'a_b:c', 'ä:b', 'a:ä', 'a:b c', 'a:b\n', 'a:\0'])(
    'has no URL %j, which is not shown',
    (url) => {
      const error = thrownBy(() => encodeUrlLine(url, false))
      expect(error.field).toBe('url')
      expect(error.message).toBe('url must be absolute, in printable US-ASCII without blanks')
    },
  )

  test('has none with a control in it', () => {
    holds(
      fc.property(arbitraries.injected(fc.constant('imap://foo.example/a')), (url) => {
        expect(thrownBy(() => encodeUrlLine(url, true)).field).toBe('url')
      }),
    )
  })

  test.each([true, false])('is at most 512 octets with its ending, the last one: %s', (last) => {
    const room = 512 - `BURL imap:${last ? ' LAST' : ''}\r\n`.length
    expect(encodeUrlLine(`imap:${x(room)}`, last).line).toHaveLength(510)
    expect(thrownBy(() => encodeUrlLine(`imap:${x(room + 1)}`, last)).message).not.toContain('xxx')
  })
})

describe('the argument of VRFY and EXPN', () => {
  test('is required', () => {
    for (const verb of ['VRFY', 'EXPN'] as const) {
      expect(thrownBy(() => encodeCommand({ verb })).field).toBe('argument')
      expect(thrownBy(() => encodeCommand({ verb, argument: '' })).field).toBe('argument')
    }
  })
})

describe('the argument of VRFY and EXPN with SMTPUTF8', () => {
  test.each(['', ' ', 'ä ', '\u00a0ä', 'ä\u0085', 'ä\nb', 'ä\u2028b', 'ä\u2029b', 'ä\u202eb', 'ä\ud83d', 'ä\u200bb'])(
    'is refused as %j',
    (argument) => {
      for (const verb of ['VRFY', 'EXPN'] as const) {
        const error = thrownBy(() => encodeCommand({ verb, argument, smtpUtf8: true }))
        expect(error.field).toBe('argument')
        expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }
    },
  )

  test('is required', () => {
    expect(thrownBy(() => encodeCommand({ verb: 'VRFY', smtpUtf8: true })).field).toBe('argument')
  })
})

describe('any argument', () => {
  test.each([' ', ' a', 'a ', '\ta', 'ä'])('is refused as %j', (argument) => {
    for (const verb of ['NOOP', 'HELP', 'VRFY', 'EXPN'] as const) {
      expect(thrownBy(() => encodeCommand({ verb, argument })).field).toBe('argument')
    }
  })
})

describe('a verb sent by name', () => {
  const typed =
    'EHLO HELO LHLO MAIL RCPT DATA BDAT BURL RSET QUIT STARTTLS NOOP HELP VRFY EXPN ETRN AUTH XCLIENT XFORWARD'

  test.each(typed.split(' '))('is not %s, which has a form of its own, in any case', (verb) => {
    for (const name of [verb, verb.toLowerCase(), `${verb.charAt(0)}${verb.slice(1).toLowerCase()}`]) {
      expect(thrownBy(() => encodeCommand({ verb: 'OTHER', name })).field).toBe('name')
    }
  })

  test.each(['', '1X', '-X', 'X Y', 'X=Y', '*', 'Ä', 'ſTARTTLS', x(33)])('is not %j', (name) => {
    expect(thrownBy(() => encodeCommand({ verb: 'OTHER', name })).field).toBe('name')
  })
})

test('what was given as a verb by name is not shown where it may be AUTH with its credentials', () => {
  for (const name of ['AUTH PLAIN c2VjcmV0', 'auth=c2VjcmV0']) {
    expect(thrownBy(() => encodeCommand({ verb: 'OTHER', name })).message).not.toContain('c2VjcmV0')
  }
})

describe('the length of a line', () => {
  const ascii = (length: number): LineCommand => ({ verb: 'NOOP', argument: x(length - 'NOOP \r\n'.length) })
  const mail = (length: number): LineCommand => {
    return { verb: 'MAIL', from: 'a@b', parameters: { X: x(length - 'MAIL FROM:<a@b> X=\r\n'.length) } }
  }
  const rcpt = (length: number): LineCommand => {
    return { verb: 'RCPT', to: 'a@b', parameters: { X: `é${x(length - 2 - 'RCPT TO:<a@b> X=\r\n'.length)}` } }
  }
  const other = (length: number): LineCommand => ({
    verb: 'OTHER',
    name: 'XFOO',
    argument: x(length - 'XFOO \r\n'.length),
  })

  test.each([
    ['NOOP', 512, ascii],
    ['another verb', 512, other],
    ['MAIL, which has parameters', 4096, mail],
    ['RCPT, in octets', 4096, rcpt],
  ] as const)('of %s is at most %d octets with its ending', (_, limit, command) => {
    expect(Buffer.byteLength(encodeCommand(command(limit)).line)).toBe(limit - 2)
    expect(thrownBy(() => encodeCommand(command(limit + 1))).message).toContain(`more than ${limit} octets`)
  })

  test('of AUTH is that of any command, and of its responses at most 12,288 octets with its ending (RFC 4954 §4)', () => {
    const start = 'AUTH X \r\n'.length
    const most = Math.floor((512 - start) / 4) * 3
    expect(encodeCommand({ verb: 'AUTH', mechanism: 'X', initialResponse: new Uint8Array(most) }).line).toHaveLength(
      start - 2 + (most / 3) * 4,
    )
    thrownBy(() => encodeCommand({ verb: 'AUTH', mechanism: 'X', initialResponse: new Uint8Array(most + 1) }))
    const response = new Uint8Array(Math.floor((12_288 - 2) / 4) * 3)
    expect(encodeCommand({ verb: 'AUTH-RESPONSE', response }).line).toHaveLength(12_284)
    thrownBy(() => encodeCommand({ verb: 'AUTH-RESPONSE', response: new Uint8Array(response.length + 1) }))
  })
})
