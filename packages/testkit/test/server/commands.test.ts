import { policies, ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation, drain, octets, session } from './support/conversation.ts'

test('octets before the greeting are held against the client', () => {
  const server = new ServerConnection()
  server.receiveBytes(octets('EHLO client.example\r\n'))
  drain(server)
  expect(server.violations).toMatchObject([{ code: 'BEFORE_GREETING', position: 0 }])
})

describe('EHLO', () => {
  test('offers what is switched on, in order, and with parameters', () => {
    const lines = session({ extensions: { SIZE: 1000, DSN: false, AUTH: ['PLAIN', 'X-OWN'], 'X-MINE': 'a b' } }).say(
      'EHLO client.example',
    )
    expect(lines).toEqual([
      '250-server.example greets client.example',
      '250-PIPELINING',
      '250-SIZE 1000',
      '250-8BITMIME',
      '250-SMTPUTF8',
      '250-CHUNKING',
      '250-BINARYMIME',
      '250-ENHANCEDSTATUSCODES',
      '250-STARTTLS',
      '250-AUTH PLAIN X-OWN',
      '250 X-MINE a b',
    ])
  })

  test('takes away with an extension what relies on it, unless it is named', () => {
    const without = session({ extensions: { CHUNKING: false, '8BITMIME': false } })
      .say('EHLO a.example')
      .join()
    expect(without).not.toMatch(/BINARYMIME|SMTPUTF8/)
    expect(
      session({ extensions: { CHUNKING: false, BINARYMIME: true } })
        .say('EHLO a.example')
        .join(),
    ).toContain('BINARYMIME')
  })

  test('resets a transaction, a refused one does not (RFC 5321 §4.1.4)', () => {
    const conversation = session()
    conversation.say('MAIL FROM:<a@b.example>')
    expect(conversation.codes('EHLO not_a_domain')).toEqual([501])
    expect(conversation.server.state).toBe('mail')
    expect(conversation.codes('EHLO client.example', 'MAIL FROM:<a@b.example>')).toEqual([250, 250])
  })

  test('is due before mail; other commands are not (RFC 5321 §4.1.4)', () => {
    const conversation = new Conversation()
    expect(conversation.codes('NOOP', 'RSET', 'VRFY ann', 'HELP', 'EXPN list')).toEqual([250, 250, 252, 214, 502])
    expect(conversation.violations).toEqual([])
    expect(conversation.codes('MAIL FROM:<a@b.example>', 'STARTTLS')).toEqual([503, 503])
    expect(conversation.violations).toEqual(['WRONG_ORDER', 'WRONG_ORDER'])
  })

  test.each(['EHLO', 'EHLO ', 'EHLO a b', 'EHLO under_score.example', 'EHLO [1.2.3]', 'EHLO  a.example'])(
    '%j is refused',
    (line) => {
      const conversation = new Conversation()
      expect(conversation.codes(line)).toEqual([501])
      expect(conversation.violations).toContain('COMMAND_SYNTAX')
    },
  )

  test.each(['EHLO a', 'ehlo [192.0.2.1]', 'EHLO [IPv6:::1]', 'HELO a.example'])('%j is taken', (line) => {
    expect(new Conversation().codes(line)).toEqual([250])
  })
})

test('HELO offers nothing, not even enhanced codes', () => {
  const conversation = new Conversation()
  expect(conversation.say('HELO client.example')).toEqual(['250 server.example greets client.example'])
  expect(conversation.say('MAIL FROM:<a@b.example>')).toEqual(['250 sender <a@b.example> ok'])
  expect(conversation.codes('RSET', 'MAIL FROM:<a@b.example> SIZE=1', 'STARTTLS', 'BDAT 0 LAST')).toEqual([
    250, 555, 502, 502,
  ])
})

test('commands are known whatever their case', () => {
  expect(session().codes('mail from:<a@b.example> size=5', 'rcpt TO:<c@d.example>', 'Data')).toEqual([250, 250, 354])
})

describe('a command out of order', () => {
  test.each([
    ['a second MAIL', ['MAIL FROM:<a@b.example>', 'MAIL FROM:<a@b.example>'], [250, 503]],
    ['RCPT without MAIL', ['RCPT TO:<c@d.example>'], [503]],
    ['DATA without RCPT', ['MAIL FROM:<a@b.example>', 'DATA'], [250, 503]],
    ['BDAT without RCPT', ['MAIL FROM:<a@b.example>', 'BDAT 0'], [250, 503]],
    ['STARTTLS amid a transaction', ['MAIL FROM:<a@b.example>', 'STARTTLS'], [250, 503]],
    ['AUTH amid a transaction', ['MAIL FROM:<a@b.example>', 'AUTH PLAIN'], [250, 503]],
    ['RCPT after RSET', ['MAIL FROM:<a@b.example>', 'RSET', 'RCPT TO:<c@d.example>'], [250, 250, 503]],
  ] as const)('%s is answered 503', (_, lines, codes) => {
    const conversation = session({ users: { ann: 'secret' } })
    expect(conversation.codes(...lines)).toEqual(codes)
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })
})

test('after a second MAIL the first one holds', () => {
  const conversation = session()
  conversation.say('MAIL FROM:<first@b.example>', 'MAIL FROM:<second@b.example>', 'RCPT TO:<c@d.example>', 'DATA', '.')
  expect(conversation.server.messages).toMatchObject([{ from: 'first@b.example', recipients: ['c@d.example'] }])
  expect(conversation.server.transactions.map(({ from, mail }) => [from, mail?.code])).toEqual([
    ['first@b.example', 250],
    ['second@b.example', 503],
  ])
})

describe('what was in flight behind a refused command', () => {
  const policy = policies.answerTo('MAIL', '550 5.7.1 no')
  const lines = ['MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA'] as const

  test('is nobody’s fault with PIPELINING', () => {
    const conversation = session({ policy })
    expect(conversation.together(...lines)).toHaveLength(3)
    expect(conversation.violations).toEqual([])
    expect(conversation.server.recipients).toMatchObject([
      { path: 'c@d.example', rcpt: { code: 503 }, delivered: false },
    ])
  })

  test('is the client’s fault without', () => {
    const conversation = session({ policy, extensions: { PIPELINING: false } })
    expect(conversation.codes(...lines)).toEqual([550, 503, 503])
    expect(conversation.violations).toEqual(['WRONG_ORDER', 'WRONG_ORDER'])
  })
})

test.each([
  'MAIL FROM:a@b.example',
  'MAIL FROM <a@b.example>',
  'MAIL TO:<a@b.example>',
  'MAIL FROM:<a@b.example>SIZE=1',
  'MAIL FROM:<a@b.example> =1',
  'MAIL FROM:<a@b.example> -X=1',
  'MAIL FROM:<a@b.example> X=1=2',
  'MAIL FROM:<a@b.example',
  'MAIL FROM:<a b@b.example>',
  'MAIL FROM:<a@b.example>>',
  'MAIL FROM:<@hosta.example:>',
  'MAIL FROM:<a@b.example> SIZE=1 SIZE=1',
  'MAIL FROM:<a@b.example> SIZE=-1',
  'MAIL FROM:<a@b.example> SIZE',
  'MAIL FROM:<a@b.example> SMTPUTF8=1',
  'MAIL FROM:<a@b.example> BODY=',
  'MAIL',
  'MAIL ',
])('%j is malformed', (line) => {
  const conversation = session()
  expect(conversation.codes(line)).toEqual([501])
  expect(conversation.violations.length).toBeGreaterThan(0)
  expect(conversation.violations.every((code) => code === 'COMMAND_SYNTAX' || code === 'PARAMETER_SYNTAX')).toBe(true)
})

test.each([
  'MAIL FROM:<>',
  'MAIL FROM:<"a> b"@b.example>',
  'MAIL FROM:<"\\""@b.example>',
  'MAIL FROM:<a@[192.000.2.01]>',
  'MAIL FROM:<a@[IPv6:2001:db8::1]>',
  'MAIL FROM:<a@b.example> SIZE=00000000000000000005 BODY=7bit RET=full ENVID=a+3Db',
])('%j is well formed', (line) => {
  const conversation = session()
  expect(conversation.codes(line)).toEqual([250])
  expect(conversation.violations).toEqual([])
})

test('a path is read without brackets and source route', () => {
  const conversation = session()
  conversation.say('MAIL FROM:<@x.example:"a> b"@b.example>', 'RCPT TO:<POSTMASTER>', 'RCPT TO:<>')
  expect(conversation.server.transactions).toMatchObject([
    {
      from: '"a> b"@b.example',
      recipients: [
        { index: 0, path: 'POSTMASTER', rcpt: { code: 250 } },
        { index: 1, path: '', rcpt: { code: 501 } },
      ],
    },
  ])
})

test('QUIT closes, whatever rides behind it', () => {
  const conversation = session()
  expect(conversation.raw('QUIT\r\nNOOP\r\n')).toEqual(['221 2.0.0 closing'])
  expect(conversation.violations).toEqual(['BEHIND_GROUP_END'])
  expect(conversation.server.state).toBe('closing')
  expect(conversation.raw('NOOP\r\n')).toEqual([])
  conversation.eof()
  expect(conversation.server.state).toBe('closed')
  expect(conversation.types.slice(-2)).toEqual(['CloseRequested', 'Closed'])
})

test('an extension’s verb that is offered is known, and left to the policy', () => {
  const policy = policies.answerTo('XOWN', '250 2.0.0 done')
  expect(session({ extensions: { XOWN: true } }).codes('XOWN b.example')).toEqual([502])
  const conversation = session({ extensions: { XOWN: true }, policy })
  expect(conversation.say('XOWN b.example')).toEqual(['250 2.0.0 done'])
  expect(conversation.violations).toEqual([])
})

test.each(['CONSTRUCTOR', '__PROTO__', 'AUTH-RESPONSE', 'GREETING', '', ' ', 'ſTARTTLS'])(
  '%j is no command',
  (line) => {
    expect(new Conversation().codes(line)).toEqual([500])
  },
)
