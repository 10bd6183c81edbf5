import { policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const users = { ann: 'secret' }
const login = 'AUTH PLAIN AGFubgBzZWNyZXQ='
const offering = (options: ServerConnectionOptions = {}) =>
  session({ users, extensions: { XCLIENT: true, XFORWARD: true }, ...options })

describe('XCLIENT', () => {
  test('is offered with the attributes that are known, or those that are named', () => {
    expect(offering().say('EHLO a.example')).toContain(
      '250-XCLIENT NAME REVERSE_NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT',
    )
    expect(session({ extensions: { XCLIENT: ['ADDR'] } }).say('EHLO a.example')).toContain('250 XCLIENT ADDR')
  })

  test('is greeted anew, and the session is as it was then', () => {
    const conversation = offering({ secure: true })
    conversation.say(login)
    expect(conversation.say('XCLIENT NAME=mail.example ADDR=192.0.2.7')).toEqual(['220 server.example ESMTP ready'])
    expect(conversation.server).toMatchObject({
      state: 'greeted',
      secure: true,
      user: undefined,
      client: { NAME: 'mail.example', ADDR: '192.0.2.7' },
    })
    expect(conversation.violations).toEqual([])
    expect(conversation.codes('MAIL FROM:<a@b.example>', 'XCLIENT PORT=1', 'AUTH PLAIN')).toEqual([503, 503, 503])
    expect(conversation.codes('EHLO a.example', login, 'MAIL FROM:<a@b.example>')).toEqual([250, 235, 250])
  })

  test('LOGIN says who has authenticated; the next XCLIENT forgets it, HELO and PROTO, but nothing else', () => {
    const conversation = offering()
    conversation.say('XCLIENT ADDR=192.0.2.7 PORT=25 HELO=[192.0.2.7] PROTO=esmtp LOGIN=b+20c+C3+A4')
    expect(conversation.server.user).toBe('b cä')
    conversation.say('EHLO a.example')
    expect(conversation.codes(login)).toEqual([503])
    conversation.say('XCLIENT PORT=26')
    expect(conversation.server).toMatchObject({ user: undefined, client: { ADDR: '192.0.2.7', PORT: '26' } })
    expect(Object.keys(conversation.server.client)).toHaveLength(2)
    conversation.say('EHLO a.example', 'XCLIENT LOGIN=[unavailable]')
    expect(conversation.server.user).toBeUndefined()
  })

  test('with another reply leaves the session as it is; with 250 the attributes are noted', () => {
    const refusing = offering({ policy: policies.answerTo('XCLIENT', '550 5.7.0 not you') })
    expect(refusing.codes('XCLIENT PORT=1', 'MAIL FROM:<a@b.example>')).toEqual([550, 250])
    expect(refusing.server.client).toEqual({})
    const old = offering({ policy: policies.answerTo('XCLIENT', 250) })
    expect(old.codes('XCLIENT PORT=1', 'MAIL FROM:<a@b.example>')).toEqual([250, 250])
    expect(old.server.client).toEqual({ PORT: '1' })
  })

  test('ends its group', () => {
    const conversation = offering()
    conversation.together('XCLIENT PORT=1', 'EHLO a.example')
    expect(conversation.violations).toEqual(['BEHIND_GROUP_END'])
  })

  test('needs no authentication of its own', () => {
    expect(offering({ requireAuth: true }).codes('XCLIENT LOGIN=ann', 'EHLO a.example', 'MAIL FROM:<>')).toEqual([
      220, 250, 250,
    ])
  })
})

describe('XFORWARD', () => {
  test('tells about the next transaction, one command after the other, and ends with it', () => {
    const conversation = offering()
    const replies = conversation.together('XFORWARD NAME=mail.example ADDR=192.0.2.7', 'xforward source=Remote NAME=x')
    expect(replies).toEqual(['250 2.0.0 ok', '250 2.0.0 ok'])
    expect(conversation.server.forwarded).toEqual({ NAME: 'x', ADDR: '192.0.2.7', SOURCE: 'Remote' })
    conversation.say('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', '.', 'MAIL FROM:<a@b.example>')
    expect(conversation.server.transactions.map(({ forwarded }) => forwarded['ADDR'])).toEqual(['192.0.2.7', undefined])
    expect(conversation.violations).toEqual([])
  })

  test('is forgotten by RSET', () => {
    const conversation = offering()
    conversation.say('XFORWARD ADDR=192.0.2.7', 'RSET')
    expect(conversation.server.forwarded).toEqual({})
  })
})

describe.each(['XCLIENT', 'XFORWARD'])('%s', (verb) => {
  test.each([
    ['', 'COMMAND_SYNTAX'],
    [' ', 'COMMAND_SYNTAX'],
    [' PORT', 'COMMAND_SYNTAX'],
    [' PORT=', 'COMMAND_SYNTAX'],
    [' =1', 'COMMAND_SYNTAX'],
    [' PORT=1  NAME=x', 'COMMAND_SYNTAX'],
    [' PORT=1=2', 'COMMAND_SYNTAX'],
    [' OTHER=1', 'EXTENSION_NOT_OFFERED'],
    [' PORT=65536', 'PARAMETER_SYNTAX'],
    [' PORT=x', 'PARAMETER_SYNTAX'],
    [' PORT=1x', 'PARAMETER_SYNTAX'],
    [' PORT=x1', 'PARAMETER_SYNTAX'],
    [' PORT=000001', 'PARAMETER_SYNTAX'],
    [' PORT=1 PORT=1', 'PARAMETER_SYNTAX'],
    [' HELO=a+2', 'PARAMETER_SYNTAX'],
    [' HELO=a+2b', 'PARAMETER_SYNTAX'],
    [' HELO=a+0D+0A', 'PARAMETER_SYNTAX'],
    [' HELO=a+20b', 'PARAMETER_SYNTAX'],
    [' HELO=+FF', 'PARAMETER_SYNTAX'],
    [` HELO=${'x'.repeat(256)}`, 'PARAMETER_SYNTAX'],
    [' PROTO=a+20b', 'PARAMETER_SYNTAX'],
  ])('%j is answered 501', (argument, code) => {
    const conversation = offering()
    expect(conversation.codes(verb + argument)).toEqual([501])
    expect(conversation.violations).toContain(code)
    expect(conversation.server).toMatchObject({ state: 'ready', client: {}, forwarded: {} })
  })

  test('amid a transaction is answered 503', () => {
    const conversation = offering()
    expect(conversation.codes('MAIL FROM:<a@b.example>', `${verb} PORT=1`)).toEqual([250, 503])
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })

  test('where it is not offered is answered 502', () => {
    const conversation = session()
    expect(conversation.codes(`${verb} PORT=1`)).toEqual([502])
    expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
  })

  test('takes what it is not known to be, once it is offered', () => {
    const conversation = session({ extensions: { [verb]: ['X-OWN'] } })
    expect([220, 250]).toContain(conversation.codes(`${verb} x-own=a+20b`)[0])
    expect(conversation.violations).toEqual([])
  })
})

test.each([
  [
    'XCLIENT',
    'ADDR',
    ['192.0.2.7', 'IPV6:2001:db8::1', 'ipv6:::', '[UNAVAILABLE]'],
    ['192.0.2', '2001:db8::1', 'x', 'IPV6:192.0.2.7', 'xIPV6:::', 'IPV6:', '192.0.2.7+0A'],
  ],
  ['XCLIENT', 'PORT', ['0', '65535'], ['-1']],
  ['XCLIENT', 'LOGIN', ['a+20b', '+C3+A4'], ['+0Da', 'a+0D', '+00', '+C2+85']],
  ['XCLIENT', 'HELO', ['x'.repeat(255)], ['x'.repeat(256)]],
  ['XCLIENT', 'NAME', ['a_b.example', '[TEMPUNAVAIL]', '[Unavailable]'], ['a+20b', 'a..b', '[X]']],
  ['XCLIENT', 'PROTO', ['SMTP', 'ESMTP', 'lmtp'], ['HTTP', 'XSMTP', 'SMTPS', 'LMTPS']],
  ['XFORWARD', 'ADDR', ['2001:db8::1', '[UNAVAILABLE]'], ['a+20b']],
  ['XFORWARD', 'PROTO', ['x'.repeat(64)], ['x'.repeat(65)]],
  ['XFORWARD', 'SOURCE', ['LOCAL', 'REMOTE', '[UNAVAILABLE]'], ['ELSEWHERE', 'NOTLOCAL', 'LOCALLY']],
])('%s: %s has a form', (verb, name, good, bad) => {
  for (const value of good) expect([value, offering().codes(`${verb} ${name}=${value}`)[0]]).not.toContain(501)
  for (const value of bad) expect([value, offering().codes(`${verb} ${name}=${value}`)[0]]).toContain(501)
})

describe('ETRN (RFC 1985)', () => {
  const session1985 = () => session({ extensions: { ETRN: true } })

  test.each(['ETRN b.example', 'ETRN @b.example', 'ETRN #queue/1', 'etrn [192.0.2.7]'])('%j is taken', (line) => {
    const conversation = session1985()
    expect(conversation.say(line)[0]).toMatch(/^250 2\.0\.0 queuing for /)
    expect(conversation.violations).toEqual([])
  })

  test.each(['ETRN', 'ETRN #', 'ETRN @', 'ETRN a b', 'ETRN @@b.example', 'ETRN a_b'])('%j is malformed', (line) => {
    const conversation = session1985()
    expect(conversation.codes(line)).toEqual([501])
    expect(conversation.violations).toEqual(['COMMAND_SYNTAX'])
  })

  test('is for between transactions, and ends its group', () => {
    const conversation = session1985()
    expect(conversation.codes('MAIL FROM:<a@b.example>', 'ETRN b.example')).toEqual([250, 503])
    conversation.together('RSET', 'ETRN b.example', 'NOOP')
    expect(conversation.violations).toEqual(['WRONG_ORDER', 'BEHIND_GROUP_END'])
  })

  test('is answered as the policy has it', () => {
    const conversation = session({ extensions: { ETRN: true }, policy: policies.answerTo('ETRN', '459 not allowed') })
    expect(conversation.say('ETRN b.example')).toEqual(['459 not allowed'])
  })
})
