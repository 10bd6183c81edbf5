import { policies } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation, session } from './support/conversation.ts'

const users = { ann: 'secret', ännä: 'geheim ☃' }
const plain = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['PLAIN with an initial response', [`AUTH PLAIN ${plain('\0ann\0secret')}`], [235], 'ann'],
  ['PLAIN without', ['AUTH PLAIN', plain('\0ann\0secret')], [334, 235], 'ann'],
  ['PLAIN in UTF-8', [`AUTH PLAIN ${plain('\0ännä\0geheim ☃')}`], [235], 'ännä'],
  ['PLAIN as oneself', [`auth plain ${plain('ann\0ann\0secret')}`], [235], 'ann'],
  ['PLAIN as another', [`AUTH PLAIN ${plain('bob\0ann\0secret')}`], [535], undefined],
  ['PLAIN with a wrong password', [`AUTH PLAIN ${plain('\0ann\0guess')}`], [535], undefined],
  ['PLAIN with an unknown user', [`AUTH PLAIN ${plain('\0bob\0secret')}`], [535], undefined],
  ['PLAIN that is none', [`AUTH PLAIN ${plain('ann secret')}`], [535], undefined],
  ['PLAIN with an empty initial response', ['AUTH PLAIN ='], [535], undefined],
  ['LOGIN', ['AUTH LOGIN', plain('ann'), plain('secret')], [334, 334, 235], 'ann'],
  ['LOGIN with an initial response', [`AUTH LOGIN ${plain('ann')}`, plain('secret')], [334, 235], 'ann'],
  ['LOGIN with an empty user', ['AUTH LOGIN =', plain('secret')], [334, 535], undefined],
  ['LOGIN with an empty password', ['AUTH LOGIN', plain('ann'), ''], [334, 334, 535], undefined],
] as const)('%s', (_, lines, codes, user) => {
  const conversation = session({ users })
  expect(conversation.codes(...lines)).toEqual(codes)
  expect(conversation.server.user).toBe(user)
  expect(conversation.server.state).toBe('ready')
  expect(conversation.violations).toEqual([])
})

test('challenges are as clients know them', () => {
  expect(session({ users }).say('AUTH LOGIN', plain('ann'))).toEqual(['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'])
  expect(session({ users }).say('AUTH PLAIN')).toEqual(['334 '])
})

test('* cancels, and that is no violation', () => {
  const conversation = session({ users })
  expect(conversation.codes('AUTH LOGIN', '*', 'NOOP')).toEqual([334, 501, 250])
  expect(conversation.violations).toEqual([])
})

describe('what is not base64', () => {
  test.each(['QQ', 'QQ=', 'Q Q=', 'QR==', 'QQ==\t', 'QQ==QQ==', '=', 'ä', '-_=='])(
    '%j is answered 501 or 500',
    (text) => {
      const conversation = session({ users })
      expect([501, 500]).toContain(conversation.codes('AUTH PLAIN', text)[1])
      expect(conversation.violations).toHaveLength(1)
      expect(conversation.server.state).toBe('ready')
    },
  )

  test('is answered 501 as an initial response as well', () => {
    const conversation = session({ users })
    expect(conversation.codes('AUTH PLAIN QQ')).toEqual([501])
    expect(conversation.violations).toEqual(['COMMAND_SYNTAX'])
  })
})

test('a mechanism that is not offered is a violation; one that is offered but not known is none', () => {
  const conversation = session({ users, extensions: { AUTH: ['PLAIN', 'GSSAPI'] } })
  expect(conversation.codes('AUTH LOGIN', 'AUTH GSSAPI')).toEqual([504, 504])
  expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
})

test('a second AUTH after success is out of order (RFC 4954 §4)', () => {
  const conversation = session({ users })
  expect(conversation.codes(`AUTH PLAIN ${plain('\0ann\0secret')}`, 'AUTH LOGIN')).toEqual([235, 503])
  expect(conversation.violations).toEqual(['WRONG_ORDER'])
})

test('without users AUTH is not offered', () => {
  const conversation = session()
  expect(conversation.codes('AUTH PLAIN')).toEqual([502])
  expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
})

test('only with TLS where it is asked for, and forgotten when TLS is established', () => {
  const conversation = new Conversation({ users, authOnlyWithTls: true })
  expect(conversation.say('EHLO a.example').join()).not.toContain('AUTH')
  conversation.say('STARTTLS')
  conversation.server.tlsEstablished()
  expect(conversation.say('EHLO a.example')).toContain('250 AUTH PLAIN LOGIN')
  const early = session({ users })
  early.say(`AUTH PLAIN ${plain('\0ann\0secret')}`, 'STARTTLS')
  early.server.tlsEstablished()
  expect(early.server.user).toBeUndefined()
})

test('mail is answered 530 until the client has authenticated, where it is required', () => {
  const conversation = session({ users, requireAuth: true })
  expect(conversation.codes('MAIL FROM:<a@b.example>', 'NOOP', 'RSET', 'VRFY x')).toEqual([530, 250, 250, 530])
  expect(conversation.codes(`AUTH PLAIN ${plain('\0ann\0secret')}`, 'MAIL FROM:<a@b.example>')).toEqual([235, 250])
  expect(conversation.violations).toEqual([])
})

test('everything but what leads to TLS is answered 530, where TLS is required', () => {
  const conversation = session({ users, requireTls: true })
  expect(conversation.codes('MAIL FROM:<a@b.example>', 'AUTH PLAIN', 'RSET', 'NOOP', 'STARTTLS')).toEqual([
    530, 530, 530, 250, 220,
  ])
  expect(session({ requireTls: true, requireAuth: true, users }).codes('QUIT')).toEqual([221])
})

test('a response may have 12,288 octets with its CRLF (RFC 4954 §4.5), and no more', () => {
  const conversation = session({ users })
  expect(conversation.codes('AUTH PLAIN', 'A'.repeat(12_284), 'AUTH PLAIN', 'A'.repeat(12_288))).toEqual([
    334, 535, 334, 500,
  ])
  expect(conversation.violations).toEqual(['COMMAND_TOO_LONG'])
})

test('a policy may let in anybody, or never stop asking', () => {
  const open = session({ users, policy: policies.answerTo('AUTH', 235) })
  expect(open.codes(`AUTH PLAIN ${plain('\0eve\0x')}`)).toEqual([235])
  expect(open.server.user).toBe('eve')
  const endless = session({ users, policy: policies.challengeForEver() })
  expect(endless.codes('AUTH PLAIN', 'QQ==', 'QQ==', 'QQ==')).toEqual([334, 334, 334, 334])
  expect(endless.server.state).toBe('auth')
})
