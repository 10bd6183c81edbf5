import { type Extensions, noExtensions, ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { Conversation, session } from './support/conversation.ts'

const parameters: readonly (readonly [verb: 'MAIL' | 'RCPT', keyword: string, good: string[], bad: string[]])[] = [
  ['MAIL', 'SIZE', ['SIZE=0', 'SIZE=12345678'], ['SIZE', 'SIZE=', 'SIZE=1x', 'SIZE=123456789012345678901']],
  ['MAIL', '8BITMIME', ['BODY=7BIT', 'body=8bitmime'], ['BODY', 'BODY=BINARY']],
  ['MAIL', 'BINARYMIME', ['BODY=BINARYMIME'], []],
  ['MAIL', 'SMTPUTF8', ['SMTPUTF8'], ['SMTPUTF8=1']],
  ['MAIL', 'DSN', ['RET=FULL', 'RET=hdrs', 'ENVID=QQ314159', 'ENVID=a+20b'], ['RET=NONE', 'RET', 'ENVID=a+2', 'ENVID']],
  ['MAIL', 'DSN', [`ENVID=${'x'.repeat(100)}`], [`ENVID=${'x'.repeat(101)}`]],
  [
    'RCPT',
    'DSN',
    ['NOTIFY=NEVER', 'NOTIFY=success,DELAY,FAILURE', 'ORCPT=rfc822;a+2Bb@c.example', 'ORCPT=utf-8;\xc3\xa9@c.example'],
    ['NOTIFY=NEVER,DELAY', 'NOTIFY=', 'NOTIFY=,DELAY', 'NOTIFY=ALWAYS', 'ORCPT=a@b.example', 'ORCPT=rfc822;'],
  ],
  ['MAIL', 'AUTH', ['AUTH=<>', 'AUTH=ann+40b.example'], ['AUTH', 'AUTH=a+b']],
  [
    'MAIL',
    'DELIVERBY',
    ['BY=120;R', 'BY=-5;NT', 'BY=+5;n', 'BY=0;N'],
    ['BY=120', 'BY=;R', 'BY=1234567890;R', 'BY=0;R', 'BY=-1;RT', 'BY=1;X'],
  ],
  [
    'MAIL',
    'FUTURERELEASE',
    ['HOLDFOR=60', 'HOLDFOR=999999999', 'HOLDUNTIL=2030-01-01T00:00:00Z', 'HOLDUNTIL=2028-02-29T23:59:60.5+00:00'],
    [
      ...['HOLDFOR=soon', 'HOLDFOR=0', 'HOLDFOR=060', 'HOLDFOR=1234567890', 'HOLDUNTIL=tomorrow'],
      ...['HOLDUNTIL=2030-02-29T00:00:00Z', 'HOLDUNTIL=2030-13-01T00:00:00Z', 'HOLDUNTIL=2030-01-01T24:00:00Z'],
      ...['HOLDUNTIL=2030-01-01T00:00:00+01:00', 'HOLDUNTIL=2030-01-01'],
    ],
  ],
  ['MAIL', 'MT-PRIORITY', ['MT-PRIORITY=0', 'MT-PRIORITY=-9'], ['MT-PRIORITY=10', 'MT-PRIORITY=-0']],
  [
    'RCPT',
    'RRVS',
    ['RRVS=2014-04-03T23:01:00Z', 'RRVS=2014-04-03T23:01:00Z;C', 'RRVS=2014-04-03T23:01:00-09:30;R'],
    ['RRVS=2014', 'RRVS=2014-04-31T23:01:00Z', 'RRVS=2014-04-03T23:01:00+24:00', 'RRVS=2014-04-03T23:01:00Z;D'],
  ],
  [
    'MAIL',
    'NO-SOLICITING',
    ['SOLICIT=org.example:ADV:ADLT', 'SOLICIT=a,b'],
    ['SOLICIT=1', 'SOLICIT=a,', 'SOLICIT=,a', 'SOLICIT=a,1'],
  ],
  ['MAIL', 'CONPERM', ['CONPERM'], ['CONPERM=1']],
  ['RCPT', 'CONNEG', ['CONNEG'], ['CONNEG=1']],
  ['MAIL', 'PRDR', ['PRDR'], ['PRDR=1']],
]

describe.each(parameters)('%s parameters of %s', (verb, extension, good, bad) => {
  const lineOf = (parameter: string) =>
    verb === 'MAIL' ? `MAIL FROM:<a@b.example> ${parameter}` : `RCPT TO:<c@d.example> ${parameter}`
  const offering = (extensions: Extensions) => {
    const conversation = session({ extensions })
    // SMTPUTF8 for the parameter that may go beyond US-ASCII.
    if (verb === 'RCPT') conversation.say('MAIL FROM:<a@b.example> SMTPUTF8')
    return conversation
  }
  const setting = extension === 'AUTH' ? ['PLAIN'] : true
  const offered = { ...noExtensions, SMTPUTF8: true, [extension]: setting }

  test.each(good)('%s is taken where it is offered', (parameter) => {
    const conversation = offering(offered)
    expect(conversation.codes(lineOf(parameter))).toEqual([250])
    expect(conversation.violations).toEqual([])
  })

  test.each(good)('%s is answered 555 where it is not', (parameter) => {
    const conversation = session({ extensions: { ...offered, [extension]: false, SMTPUTF8: extension !== 'SMTPUTF8' } })
    if (verb === 'RCPT') conversation.say('MAIL FROM:<a@b.example> SMTPUTF8')
    expect(conversation.codes(lineOf(parameter))).toEqual([555])
    expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
  })

  test.each(good)('%s is answered 555 on the other verb', (parameter) => {
    const conversation = session({ extensions: offered })
    if (verb === 'MAIL') conversation.say('MAIL FROM:<a@b.example> SMTPUTF8')
    const other = verb === 'MAIL' ? `RCPT TO:<c@d.example> ${parameter}` : `MAIL FROM:<a@b.example> ${parameter}`
    expect([555, 550]).toContain(conversation.codes(other)[0])
  })

  test.each([...bad, 'X=1'])('%s is malformed or unknown', (parameter) => {
    const conversation = offering(offered)
    expect(conversation.codes(lineOf(parameter))).toEqual([parameter === 'X=1' ? 555 : 501])
    expect(conversation.violations).toEqual([parameter === 'X=1' ? 'EXTENSION_NOT_OFFERED' : 'PARAMETER_SYNTAX'])
  })
})

test('a parameter of an extension that only the test knows is taken once it is offered by its name', () => {
  const conversation = session({ extensions: { 'X-OWN': true } })
  expect(conversation.codes('MAIL FROM:<a@b.example> X-OWN=1')).toEqual([250])
  expect(conversation.server.transactions[0]?.parameters).toEqual({ 'X-OWN': '1' })
})

describe('SMTPUTF8 (RFC 6531)', () => {
  test('lets paths, parameters and content go beyond US-ASCII', () => {
    const conversation = session()
    expect(
      conversation.codes(
        'MAIL FROM:<\xc3\xa9@b.example> SMTPUTF8',
        'RCPT TO:<\xc3\xa9@\xc3\xa9.example>',
        'DATA',
        '\xc3\xa9',
        '.',
      ),
    ).toEqual([250, 250, 354, 250])
    expect(conversation.server.messages).toMatchObject([{ from: 'é@b.example', recipients: ['é@é.example'] }])
    expect(conversation.violations).toEqual([])
  })

  test('is asked for by MAIL: without, RCPT is answered 553', () => {
    const conversation = session()
    expect(conversation.codes('MAIL FROM:<a@b.example>', 'RCPT TO:<\xc3\xa9@d.example>')).toEqual([250, 553])
    expect(conversation.violations).toEqual(['EIGHT_BIT_COMMAND'])
  })

  test('is asked for by VRFY and EXPN themselves', () => {
    const conversation = session()
    expect(conversation.codes('VRFY \xc3\xa9 SMTPUTF8', 'VRFY \xc3\xa9')).toEqual([252, 501])
    expect(conversation.violations).toEqual(['EIGHT_BIT_COMMAND'])
    expect(session({ extensions: { SMTPUTF8: false } }).codes('VRFY x SMTPUTF8')).toEqual([555])
  })
})

test('8BITMIME lets content go beyond US-ASCII', () => {
  const conversation = session()
  conversation.say('MAIL FROM:<a@b.example> BODY=8BITMIME', 'RCPT TO:<c@d.example>', 'DATA', '\xe9', '.')
  expect(conversation.violations).toEqual([])
})

test('SIZE without a number, or with zero, is no limit (RFC 1870 §4)', () => {
  for (const SIZE of [true, 0]) {
    expect(session({ extensions: { SIZE } }).codes('MAIL FROM:<a@b.example> SIZE=99999999999')).toEqual([250])
  }
})

test('enhanced codes are said only once they are offered, and never in greeting, EHLO and 3xx', () => {
  const conversation = new Conversation()
  expect(conversation.say('NOOP')).toEqual(['250 ok'])
  conversation.say('EHLO a.example')
  expect(conversation.say('NOOP')).toEqual(['250 2.0.0 ok'])
  expect(
    conversation.say('EHLO a.example').some((line) => line.startsWith('250 2.') || line.startsWith('250-2.')),
  ).toBe(false)
})

describe('STARTTLS (RFC 3207)', () => {
  test('where TLS stands is out of order, and not offered', () => {
    const conversation = session({ secure: true })
    expect(conversation.codes('STARTTLS')).toEqual([503])
    expect(conversation.violations).toEqual(['WRONG_ORDER'])
  })

  test('is refused where it is switched off', () => {
    const conversation = session({ extensions: { STARTTLS: false } })
    expect(conversation.codes('STARTTLS')).toEqual([502])
    expect(conversation.violations).toEqual(['EXTENSION_NOT_OFFERED'])
  })

  test('whatever comes before TLS stands is found once and never executed', () => {
    const conversation = session()
    conversation.raw('STARTTLS\r\n')
    expect(conversation.raw('NOOP\r\n')).toEqual([])
    expect(conversation.raw('NOOP\r\n')).toEqual([])
    conversation.server.tlsEstablished()
    expect(conversation.codes('NOOP')).toEqual([250])
    expect(conversation.violations).toEqual(['BEHIND_STARTTLS'])
    expect(conversation.server.commands.filter(({ verb }) => verb === 'NOOP')).toHaveLength(1)
  })

  test('forgets what was offered', () => {
    const conversation = session()
    conversation.say('STARTTLS')
    conversation.server.tlsEstablished()
    expect(conversation.together('RSET', 'NOOP')).toEqual(['250 ok', '250 ok'])
    expect(conversation.violations).toEqual(['PIPELINING_NOT_OFFERED'])
  })

  test('refused by the policy changes nothing', () => {
    const conversation = session({
      policy: (moment) => ('verb' in moment && moment.verb === 'STARTTLS' ? 454 : undefined),
    })
    expect(conversation.codes('STARTTLS', 'MAIL FROM:<a@b.example>')).toEqual([454, 250])
    expect(conversation.server.secure).toBe(false)
  })

  test('a client that gives up in the handshake has done nothing wrong', () => {
    const conversation = session()
    conversation.say('STARTTLS')
    conversation.eof()
    expect(conversation.violations).toEqual([])
    expect(conversation.types.slice(-2)).toEqual(['CloseRequested', 'Closed'])
  })

  test('TLS that nothing asked for is the driver’s mistake', () => {
    expect(() => new ServerConnection().tlsEstablished()).toThrow(/StartTlsRequested/)
  })
})

describe('LMTP (RFC 2033)', () => {
  test.each(['EHLO a.example', 'HELO a.example'])('%s is not known', (line) => {
    const conversation = new Conversation({ protocol: 'lmtp' })
    expect(conversation.codes(line)).toEqual([500])
    expect(conversation.violations).toEqual(['UNKNOWN_COMMAND'])
  })

  test('LHLO is not known to SMTP', () => {
    const conversation = new Conversation()
    expect(conversation.codes('LHLO a.example')).toEqual([500])
    expect(conversation.violations).toEqual(['UNKNOWN_COMMAND'])
  })

  test('DATA is answered 503 where nobody was accepted', () => {
    const conversation = session({ protocol: 'lmtp' })
    expect(conversation.together('MAIL FROM:<a@b.example>', 'RCPT TO:<>', 'DATA').at(-1)).toMatch(/^503 /)
  })

  test('the same recipient twice is answered twice', () => {
    const conversation = session({ protocol: 'lmtp' })
    expect(
      conversation.codes('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'RCPT TO:<c@d.example>', 'DATA', '.'),
    ).toEqual([250, 250, 250, 354, 250, 250])
    expect(conversation.server.messages[0]?.recipients).toEqual(['c@d.example', 'c@d.example'])
  })
})
