import { type Command, encodeCommand, parseCommand } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const line = (verb: string, argument?: string) => encodeCommand(parseCommand(verb, argument)).line

describe('a command as it is typed', () => {
  test.each<[string, string | undefined, Command]>([
    ['EHLO', 'bar.example', { verb: 'EHLO', domain: 'bar.example' }],
    ['helo', 'bar.example', { verb: 'HELO', domain: 'bar.example' }],
    ['Lhlo', '[127.0.0.1]', { verb: 'LHLO', domain: '[127.0.0.1]' }],
    ['MAIL', 'FROM:<>', { verb: 'MAIL', from: '<>', parameters: {} }],
    ['mail', 'from:<a@b> size=3 SMTPUTF8', { verb: 'MAIL', from: '<a@b>', parameters: { SIZE: '3', SMTPUTF8: true } }],
    ['MAIL', 'FROM: \t<a@b>', { verb: 'MAIL', from: '<a@b>', parameters: {} }],
    ['RCPT', 'TO:<a@b>\tNOTIFY=NEVER', { verb: 'RCPT', to: '<a@b>', parameters: { NOTIFY: 'NEVER' } }],
    ['RCPT', 'TO:<">"@b>', { verb: 'RCPT', to: '<">"@b>', parameters: {} }],
    ['RCPT', 'TO:<"\\">"@b> X', { verb: 'RCPT', to: '<"\\">"@b>', parameters: { X: true } }],
    ['RCPT', 'TO:<Postmaster>', { verb: 'RCPT', to: '<Postmaster>', parameters: {} }],
    ['noop', undefined, { verb: 'NOOP', argument: '' }],
    ['HELP', 'MAIL', { verb: 'HELP', argument: 'MAIL' }],
    ['vrfy', 'bob', { verb: 'VRFY', argument: 'bob' }],
    ['Expn', 'a list', { verb: 'EXPN', argument: 'a list' }],
    ['rset', undefined, { verb: 'RSET' }],
    ['QUIT', '', { verb: 'QUIT' }],
    ['etrn', 'example.org', { verb: 'ETRN', argument: 'example.org' }],
    ['xclient', 'NAME=a ADDR=b', { verb: 'XCLIENT', attributes: { NAME: 'a', ADDR: 'b' } }],
    ['XFORWARD', ' helo=a+2Bb  X_-1=+3D ', { verb: 'XFORWARD', attributes: { HELO: 'a+b', 'X_-1': '=' } }],
    ['XCLIENT', '', { verb: 'XCLIENT', attributes: {} }],
    ['X-1', undefined, { verb: 'OTHER', name: 'X-1', argument: '' }],
  ])('%s %s', (verb, argument, command) => {
    expect(parseCommand(verb, argument)).toEqual(command)
  })

  test.each(['DATA', 'data', 'bdat', 'STARTTLS', 'StartTls', 'AUTH', 'auth'])(
    'can not be %s, which has a method',
    (verb) => {
      const error = thrownBy(() => parseCommand(verb, 'PLAIN AGEAYg=='))
      expect(error).toMatchObject({ field: 'verb', message: expect.stringContaining(verb.toUpperCase()) })
      expect(error.message).not.toContain('AGEAYg')
    },
  )

  test.each(['RSET', 'quit'])('takes no argument behind %s', (verb) => {
    expect(thrownBy(() => parseCommand(verb, 'now')).message).toBe(
      `argument must not be given to ${verb.toUpperCase()}: 'now'`,
    )
  })

  test.each([
    ['MAIL', ''],
    ['MAIL', 'TO:<a@b>'],
    ['RCPT', 'FROM:<a@b>'],
    ['MAIL', 'FROM:a@b'],
    ['MAIL', 'FROM:<a@b>SIZE=1'],
    ['MAIL', 'FROM:<a@b> '],
    ['MAIL', 'FROM:<a@b'],
    ['MAIL', 'FROM:<a@b>>'],
    ['MAIL', 'FROM:<"a@b>'],
    ['MAIL', 'FROM:<a@b> SIZE=1\r\nRSET'],
    ['MAIL', 'xFROM:<a@b>'],
    ['RCPT', 'TO <a@b>'],
  ])('%s %j is refused, and what should stand there named', (verb, argument) => {
    const error = thrownBy(() => line(verb, argument))
    expect(error.field).toMatch(/^argument|^parameters/)
    expect(error.message).not.toMatch(/[\r\n]/)
  })

  test.each([
    'NAME',
    '=a',
    'NAME=',
    'NAME=a=b',
    'NAME=a+',
    'NAME=+2b',
    'NAME=+80',
    'NAME=ä',
    '1=a',
    'N ME=a',
    'A=b\tB=c',
    'A=b\r\nQUIT',
  ])('XCLIENT %j is refused, for want of a name and xtext', (argument) => {
    for (const verb of ['XCLIENT', 'xforward']) {
      const error = thrownBy(() => line(verb, argument))
      expect(error.field).toBe('argument')
      expect(error.message).not.toMatch(/[\r\n]/)
    }
  })

  test('XCLIENT is refused with an attribute twice, and without any', () => {
    expect(thrownBy(() => line('XCLIENT', 'NAME=a name=b'))).toMatchObject({ field: 'argument' })
    expect(thrownBy(() => line('XCLIENT')).field).toBe('attributes')
  })

  test('with a path that is none is refused where it is encoded', () => {
    expect(thrownBy(() => line('MAIL', 'FROM:<a b@c>')).field).toBe('from')
    expect(thrownBy(() => line('RCPT', 'TO:<>')).field).toBe('to')
    expect(thrownBy(() => line('MAIL', 'FROM:<a@b> SIZE=1 size=2')).field).toBe('argument')
  })

  test.each(['', 'BURL', 'X Y', 'ſTAT', 'RſET', 'quıt', 'NO\r\nOP', 'x\0', 'a'.repeat(33)])(
    'is no command with the verb %j',
    (verb) => {
      expect(thrownBy(() => line(verb)).field).toBe('name')
    },
  )

  test('with an address and parameters goes out as it was typed', () => {
    holds(
      fc.property(
        arbitraries.mailbox({ utf8: true }),
        arbitraries.parameters({ utf8: true }),
        (mailbox, parameters) => {
          const command = { verb: 'RCPT', to: mailbox, parameters } as const
          const typed = encodeCommand(command).line
          const sent = line('rcpt', typed.slice('RCPT '.length))
          expect(sent.toUpperCase()).toBe(typed.toUpperCase())
          expect(sent.startsWith(`RCPT TO:<${mailbox}>`)).toBe(true)
        },
      ),
    )
  })

  test('is refused or a single line, whatever is typed', () => {
    const verb = fc.oneof(
      fc.constantFrom('MAIL', 'RCPT', 'EHLO', 'VRFY', 'NOOP', 'RSET', 'ETRN', 'QUIT', 'HELP', 'XCLIENT', 'XFORWARD'),
      fc.string({ maxLength: 8, unit: 'binary' }),
    )
    const piece = fc.constantFrom(
      'FROM:',
      'TO:',
      '<',
      '>',
      '"',
      '\\',
      'a@b',
      ' ',
      '\t',
      '\r\n',
      '\n',
      '\0',
      'X=1',
      '=',
      '+2B',
    )
    const argument = fc.array(fc.oneof(piece, fc.string({ maxLength: 4, unit: 'binary' })), { maxLength: 8 })
    holds(
      fc.property(verb, argument, (verb, argument) => {
        let sent: string
        try {
          sent = line(verb, argument.join(''))
        } catch {
          thrownBy(() => line(verb, argument.join('')))
          return
        }
        expect(sent).toMatch(/^[A-Z][A-Z0-9-]*(?: [^\p{Cc}]*)?$/u)
      }),
    )
  })

  test('is read in linear time, however it is bent', () => {
    const hostile = ['"'.repeat(50_000), ' '.repeat(50_000), '\\"'.repeat(50_000), ' a'.repeat(50_000)]
    for (const tail of hostile) {
      // A backtracking match of one of these would outlast the test's time.
      thrownBy(() => line('MAIL', `FROM:<${tail}\n`))
      thrownBy(() => line('MAIL', `FROM:<a@b>${tail}\n`))
      thrownBy(() => line('XCLIENT', `X=+2B${tail}\n`))
    }
  })
})
