import type { ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { session } from './support/conversation.ts'

const mail = 'MAIL FROM:<a@b.example>'
const limited = (LIMITS: string | readonly string[], options: ServerConnectionOptions = {}) =>
  session({ ...options, extensions: { LIMITS, ...options.extensions } })

test('they are offered as they are given, in one text or several', () => {
  expect(limited('MAILMAX=5 RCPTMAX=20').say('EHLO a.example')).toContain('250 LIMITS MAILMAX=5 RCPTMAX=20')
  expect(limited(['MAILMAX=5', 'RCPTMAX=20']).say('EHLO a.example')).toContain('250 LIMITS MAILMAX=5 RCPTMAX=20')
})

describe('MAILMAX (RFC 9422 §4.1)', () => {
  test('closes at the MAIL that is too much, and holds it against the client', () => {
    const conversation = limited('MAILMAX=2')
    expect(conversation.codes(mail, 'RSET', mail, 'RSET')).toEqual([250, 250, 250, 250])
    expect(conversation.say(mail)).toEqual(['421 4.7.0 at most 2 transactions in a session'])
    expect(conversation.server.state).toBe('closing')
    expect(conversation.violations).toEqual(['LIMIT_EXCEEDED'])
  })

  test('counts those that fail', () => {
    const conversation = limited('MAILMAX=2')
    expect(conversation.codes('MAIL FROM:<', 'MAIL FROM:<a@b.example> X=1', mail)).toEqual([501, 555, 421])
  })

  test('counts on, whatever begins anew', () => {
    const conversation = limited('MAILMAX=1', { extensions: { XCLIENT: true } })
    conversation.say(mail, 'EHLO a.example', 'XCLIENT PORT=1', 'EHLO a.example')
    expect(conversation.codes(mail)).toEqual([421])
  })

  test('does not count what was part of a message', () => {
    const conversation = limited('MAILMAX=2', {
      quirks: { executesRefusedChunks: true },
      policy: ({ type, usual }) => (type === 'command' && usual.lines[0]?.endsWith('received') ? 452 : undefined),
    })
    conversation.say(mail, 'RCPT TO:<c@d.example>')
    conversation.raw(`BDAT ${mail.length + 2}\r\n${mail}\r\n`)
    expect(conversation.codes('RSET', mail)).toEqual([250, 250])
    expect(conversation.violations).toEqual([])
  })
})

describe('RCPTMAX (RFC 9422 §4.2)', () => {
  test('is of a transaction, and counts those that fail', () => {
    const conversation = limited('RCPTMAX=2')
    expect(conversation.codes(mail, 'RCPT TO:<', 'RCPT TO:<a@b.example>', 'RCPT TO:<c@d.example>')).toEqual([
      250, 501, 250, 452,
    ])
    expect(conversation.violations).toEqual(['COMMAND_SYNTAX', 'LIMIT_EXCEEDED'])
    expect(conversation.codes('RSET', mail, 'RCPT TO:<a@b.example>')).toEqual([250, 250, 250])
  })

  test('the recipient that is too many is not accepted, and the others are', () => {
    const conversation = limited('RCPTMAX=1')
    conversation.say(mail, 'RCPT TO:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', '.')
    expect(conversation.server.messages).toMatchObject([{ recipients: ['a@b.example'], recipientIndexes: [0] }])
  })
})

describe('RCPTDOMAINMAX (RFC 9422 §4.3)', () => {
  test('is of a session, and knows a domain in any case', () => {
    const conversation = limited('RCPTDOMAINMAX=1')
    expect(conversation.codes(mail, 'RCPT TO:<a@b.example>', 'RCPT TO:<"x@y"@B.Example>')).toEqual([250, 250, 250])
    expect(conversation.say('RCPT TO:<a@d.example>')).toEqual([
      '452 4.5.3 at most 1 domains of recipients in a session',
    ])
    expect(conversation.codes('RCPT TO:<a@d.example>', 'RCPT TO:<a@b.example>')).toEqual([452, 250])
    expect(conversation.codes('RSET', mail, 'RCPT TO:<a@d.example>', 'RCPT TO:<c@b.example>')).toEqual([
      250, 250, 452, 250,
    ])
    expect(conversation.violations).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'])
  })

  test('does not count Postmaster without a domain, nor recipients that had no transaction', () => {
    const conversation = limited('RCPTDOMAINMAX=1')
    expect(conversation.codes('RCPT TO:<x@y.example>', mail, 'RCPT TO:<Postmaster>', 'RCPT TO:<a@b.example>')).toEqual([
      503, 250, 250, 250,
    ])
  })
})

test.each(['MAILMAX=0', 'MAILMAX=01', 'MAILMAX=1000000', 'MAILMAX', 'MAILMAX=x', 'MAILMAX=1x', 'XMAILMAX=1'])(
  '%s is none (RFC 9422 §3.7)',
  (limit) => {
    const conversation = limited(limit)
    expect(conversation.codes(mail, 'RSET', mail)).toEqual([250, 250, 250])
    expect(conversation.violations).toEqual([])
  },
)

test('limits are known whatever their case, and not before EHLO has offered them', () => {
  expect(limited('mailmax=1').codes(mail, 'RSET', mail)).toEqual([250, 250, 421])
  expect(limited('MAILMAX=1').codes('HELO a.example', mail, 'RSET', mail)).toEqual([250, 250, 250, 250])
})
