import {
  type Command,
  encodeCommand,
  encodeUtf8,
  InvalidArgumentError,
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
  const lines: readonly [Command, string][] = [
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
    [{ verb: 'AUTH', mechanism: 'CRAM-MD5' }, 'AUTH CRAM-MD5'],
    [{ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: encodeUtf8('\0u\0p') }, 'AUTH PLAIN AHUAcA=='],
    [{ verb: 'AUTH', mechanism: 'EXTERNAL', initialResponse: new Uint8Array(0) }, 'AUTH EXTERNAL ='],
    [{ verb: 'AUTH-RESPONSE', response: encodeUtf8('super-secret') }, 'c3VwZXItc2VjcmV0'],
    [{ verb: 'AUTH-RESPONSE', response: new Uint8Array(0) }, ''],
    [{ verb: 'AUTH-RESPONSE', response: 'cancel' }, '*'],
    [{ verb: 'OTHER', name: 'XCLIENT', argument: 'NAME=spike.example' }, 'XCLIENT NAME=spike.example'],
    [{ verb: 'OTHER', name: 'etrn' }, 'etrn'],
    [{ verb: 'OTHER', name: 'X-1', argument: '' }, 'X-1'],
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
    const command: fc.Arbitrary<Command> = fc.oneof(
      fc.record({ verb: fc.constantFrom('EHLO', 'HELO', 'LHLO'), domain: text }),
      fc.record({ verb: fc.constant('MAIL'), from: text, parameters }, { requiredKeys: ['verb', 'from'] }),
      fc.record({ verb: fc.constant('RCPT'), to: text, parameters }, { requiredKeys: ['verb', 'to'] }),
      fc.record({ verb: fc.constantFrom('NOOP', 'HELP', 'VRFY', 'EXPN'), argument: text }),
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
      const error = thrownBy(() => encodeCommand({ verb } as unknown as Command))
      expect(error.field).toBe('verb')
      expect(error.message).not.toMatch(/[\r\n]/)
    }
  })
})

describe('a token with a control in it', () => {
  const { injected, commandArgument, domain, mailbox, mechanismName, parameterKeyword, parameterValue } = arbitraries
  const tokens: readonly [string, string, fc.Arbitrary<string>, (token: string) => Command][] = [
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

describe('the argument of VRFY and EXPN', () => {
  test('is required', () => {
    for (const verb of ['VRFY', 'EXPN'] as const) {
      expect(thrownBy(() => encodeCommand({ verb })).field).toBe('argument')
      expect(thrownBy(() => encodeCommand({ verb, argument: '' })).field).toBe('argument')
    }
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
  test.each('EHLO HELO LHLO MAIL RCPT DATA RSET QUIT STARTTLS NOOP HELP VRFY EXPN AUTH BDAT'.split(' '))(
    'is not %s, which has a form of its own, in any case',
    (verb) => {
      for (const name of [verb, verb.toLowerCase(), `${verb.charAt(0)}${verb.slice(1).toLowerCase()}`]) {
        expect(thrownBy(() => encodeCommand({ verb: 'OTHER', name })).field).toBe('name')
      }
    },
  )

  test.each(['', '1X', '-X', 'X Y', 'X=Y', '*', 'Ä', 'ſTARTTLS', x(33)])('is not %j', (name) => {
    expect(thrownBy(() => encodeCommand({ verb: 'OTHER', name })).field).toBe('name')
  })
})

describe('the length of a line', () => {
  const ascii = (length: number): Command => ({ verb: 'NOOP', argument: x(length - 'NOOP \r\n'.length) })
  const mail = (length: number): Command => {
    return { verb: 'MAIL', from: 'a@b', parameters: { X: x(length - 'MAIL FROM:<a@b> X=\r\n'.length) } }
  }
  const rcpt = (length: number): Command => {
    return { verb: 'RCPT', to: 'a@b', parameters: { X: `é${x(length - 2 - 'RCPT TO:<a@b> X=\r\n'.length)}` } }
  }
  const other = (length: number): Command => ({ verb: 'OTHER', name: 'XFOO', argument: x(length - 'XFOO \r\n'.length) })

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
