import {
  AbortedError,
  ClientConnection,
  defaultTimeouts,
  encodeUtf8,
  InvalidArgumentError,
  LocalProtocolError,
  NotSupportedError,
  type SendBytes,
  type TimeoutPhase,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection, sentText } from '../support/connections.ts'

describe('causality', () => {
  test('one reply at most is read per output, and the state never runs ahead of it', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    drain(connection)
    connection.receiveBytes(encodeUtf8('250 ok\r\n250 early\r\n'))
    expect(connection.state).toBe('ready')
    expect(connection.bufferedBytes).toBe(19)
    expect(connection.nextOutput()).toMatchObject({ type: 'ReplyReceived' })
    expect(connection.state).toBe('mail')
    expect(connection.bufferedBytes).toBe(11)
  })

  test('inputs need no draining in between', () => {
    const connection = new ClientConnection()
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    connection.receiveBytes(encodeUtf8('220 hi\r\n'))
    connection.receiveBytes(encodeUtf8('250 ok\r\n'))
    connection.receiveEof()
    connection.receiveEof()
    expect(drain(connection).map(({ type }) => type)).toEqual([
      'GreetingReceived',
      'SendBytes',
      'ReplyReceived',
      'CapabilitiesChanged',
      'CloseRequested',
      'Failed',
    ])
  })

  test('the failure is told once, and later inputs change nothing', () => {
    const connection = connectionIn('failed')
    connection.receiveBytes(encodeUtf8('250 ok\r\n'))
    connection.receiveEof()
    connection.abort()
    expect(drain(connection)).toEqual([])
    expect(connection.state).toBe('failed')
  })
})

describe('bytes too many to keep', () => {
  test('are fatal behind those that were kept', () => {
    const connection = new ClientConnection({ limits: { maxBufferedBytes: 100 } })
    connection.receiveBytes(encodeUtf8('220 hi\r\n'))
    connection.receiveBytes(new Uint8Array(93))
    connection.receiveBytes(encodeUtf8('250 late\r\n'))
    expect(drain(connection)).toMatchObject([
      { type: 'GreetingReceived' },
      { type: 'CloseRequested' },
      { type: 'Failed', error: { violation: 'TOO_MANY_BYTES' } },
    ])
  })
})

describe('STARTTLS', () => {
  test('bytes behind the 220 are fatal, however they are split from it within one draining', () => {
    const text = '220 go\r\n250 injected\r\n'
    for (let split = 0; split <= text.length; split += 1) {
      const connection = connectionIn('ready')
      connection.send({ verb: 'STARTTLS' })
      drain(connection)
      connection.receiveBytes(encodeUtf8(text.slice(0, split)))
      connection.receiveBytes(encodeUtf8(text.slice(split)))
      const outputs = drain(connection)
      expect(outputs.map(({ type }) => type)).toEqual(['ReplyReceived', 'CloseRequested', 'Failed'])
      expect(outputs.at(-1)).toMatchObject({ error: { violation: 'BYTES_BEHIND_STARTTLS' } })
    }
  })

  test.each(['\n', ' ', '2'])('even a single octet behind it is fatal: %j', (octet) => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'STARTTLS' })
    drain(connection)
    connection.receiveBytes(encodeUtf8(`220 go\r\n${octet}`))
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', error: { code: 'REMOTE_PROTOCOL' } })
  })

  test('bytes too many to keep are fatal behind it too', () => {
    const connection = new ClientConnection({ limits: { maxBufferedBytes: 100 } })
    feed(connection, '220 hi')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-x', '250 STARTTLS')
    connection.send({ verb: 'STARTTLS' })
    drain(connection)
    connection.receiveBytes(encodeUtf8('220 go\r\n'))
    connection.receiveBytes(new Uint8Array(101))
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', error: { violation: 'BYTES_BEHIND_STARTTLS' } })
  })

  test('once TLS is requested bytes are refused until it stands, and the connection stays as it was', () => {
    const connection = connectionIn('startTls')
    connection.receiveBytes(new Uint8Array(0))
    expect(() => connection.receiveBytes(encodeUtf8('250 injected\r\n'))).toThrow(LocalProtocolError)
    expect(drain(connection)).toEqual([])
    connection.tlsEstablished({ protocol: 'TLSv1.3' })
    expect(drain(connection)).toMatchObject([{ type: 'CapabilitiesChanged' }])
    expect(connection).toMatchObject({ state: 'greeted', secure: true, tls: { protocol: 'TLSv1.3' } })
    expect(connection.capabilities.keywords).toEqual([])
  })

  test('tlsEstablished without a request is refused', () => {
    expect(() => connectionIn('ready').tlsEstablished()).toThrow(LocalProtocolError)
    const connection = connectionIn('startTls')
    connection.tlsEstablished()
    expect(() => connection.tlsEstablished()).toThrow(LocalProtocolError)
  })

  test('tlsEstablished after the end changes nothing', () => {
    const connection = connectionIn('startTls')
    connection.handleTimeout()
    drain(connection)
    connection.tlsEstablished()
    expect(drain(connection)).toEqual([])
    expect(connection).toMatchObject({ state: 'failed', secure: false })
  })

  test('authentication is forgotten and due again', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(3) })
    drain(connection)
    feed(connection, '235 ok')
    expect(connection.authenticated).toBe(true)
    expect(connection.can('AUTH')).toBe(false)
    connection.send({ verb: 'STARTTLS' })
    drain(connection)
    feed(connection, '220 go')
    connection.tlsEstablished()
    expect(connection.authenticated).toBe(false)
  })
})

describe('time', () => {
  const phases: readonly [TimeoutPhase, () => ClientConnection][] = [
    ['greeting', () => connectionIn('greeting')],
    ['content', () => connectionIn('data')],
    ['termination', () => connectionIn('dataSent')],
    ['tls', () => connectionIn('startTls')],
    ['hello', () => sending(connectionIn('greeted'), 'EHLO')],
    ['mail', () => sending(connectionIn('ready'), 'MAIL')],
    ['rcpt', () => sending(connectionIn('mail'), 'RCPT')],
    ['data', () => sending(connectionIn('rcpt'), 'DATA')],
    ['command', () => sending(connectionIn('ready'), 'NOOP')],
    ['startTls', () => sending(connectionIn('ready'), 'STARTTLS')],
    ['auth', () => sending(connectionIn('ready'), 'AUTH')],
    ['quit', () => sending(connectionIn('ready'), 'QUIT')],
  ]

  function sending(connection: ClientConnection, verb: string): ClientConnection {
    const commands = {
      EHLO: { verb: 'EHLO', domain: 'bar.example' },
      MAIL: { verb: 'MAIL', from: '' },
      RCPT: { verb: 'RCPT', to: 'b@foo.example' },
      DATA: { verb: 'DATA' },
      NOOP: { verb: 'NOOP' },
      STARTTLS: { verb: 'STARTTLS' },
      AUTH: { verb: 'AUTH', mechanism: 'LOGIN' },
      QUIT: { verb: 'QUIT' },
    } as const
    connection.send(commands[verb as keyof typeof commands])
    drain(connection)
    return connection
  }

  test.each(phases)('phase %s', (phase, reach) => {
    const connection = reach()
    expect(connection.timeout).toEqual({ phase, milliseconds: defaultTimeouts[phase] })
    connection.handleTimeout()
    expect(drain(connection)).toMatchObject([
      { type: 'CloseRequested' },
      { type: 'Failed', error: { code: 'TIMEOUT', phase, milliseconds: defaultTimeouts[phase] } },
    ])
    expect(connection.timeout).toBeUndefined()
  })

  test.each(['ready', 'mail', 'rcpt', 'auth', 'closing', 'closed', 'failed'] as const)('none in state %s', (state) => {
    const connection = connectionIn(state)
    expect(connection.timeout).toBeUndefined()
    expect(() => connection.handleTimeout()).toThrow(LocalProtocolError)
  })

  test('each reply of a group arms afresh, and more commands do not', () => {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250 PIPELINING')
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    drain(connection)
    feed(connection, '250 ok')
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    drain(connection)
    const first = connection.timeout
    connection.send({ verb: 'RCPT', to: 'c@foo.example' })
    expect(sentText(drain(connection))).not.toBe('')
    expect(connection.timeout).toBe(first)
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(first)
    expect(connection.timeout).not.toBe(first)
  })

  test('each block of content arms afresh', () => {
    const connection = connectionIn('data')
    const first = connection.timeout
    connection.sendBody(encodeUtf8('x'))
    drain(connection)
    expect(connection.timeout).toEqual(first)
    expect(connection.timeout).not.toBe(first)
  })

  test.each([
    [{ timeouts: { mail: 0 } }, 'timeouts.mail'],
    [{ timeouts: { mail: 1.5 } }, 'timeouts.mail'],
    [{ timeouts: { mail: 2 ** 31 } }, 'timeouts.mail'],
    [{ limits: { maxLineLength: 1.5 } }, 'limits.maxLineLength'],
    [{ timeouts: { mail: Number.POSITIVE_INFINITY } }, 'timeouts.mail'],
    [{ timeouts: { lunch: 1 } }, 'timeouts'],
    [{ limits: { maxLineLength: 0 } }, 'limits.maxLineLength'],
    [{ limits: { maxLunch: 1 } }, 'limits'],
  ])('%j is refused', (options, field) => {
    expect(() => new ClientConnection(options as object)).toThrow(InvalidArgumentError)
    expect(() => new ClientConnection(options as object)).toThrow(expect.objectContaining({ field }))
  })
})

test('the shortest and longest timeouts and the smallest limits are taken', () => {
  const timeouts = { mail: 1, greeting: 2 ** 31 - 1 }
  const connection = new ClientConnection({ timeouts, limits: { maxReplyLines: 1, maxBufferedBytes: 8 } })
  expect(connection.timeout).toEqual({ phase: 'greeting', milliseconds: 2 ** 31 - 1 })
  expect(feed(connection, '220 hi')).toMatchObject([{ type: 'GreetingReceived' }])
})

test('the timeouts of RFC 5321 §4.5.3.2 are the defaults', () => {
  const minutes = Object.fromEntries(Object.entries(defaultTimeouts).map(([phase, ms]) => [phase, ms / 60_000]))
  expect(minutes).toEqual({
    greeting: 5,
    hello: 5,
    mail: 5,
    rcpt: 5,
    data: 2,
    content: 3,
    termination: 10,
    command: 5,
    startTls: 2,
    tls: 1,
    auth: 2,
    quit: 0.5,
  })
})

describe('content', () => {
  test.each(['ready', 'rcpt', 'dataSent', 'failed'] as const)('is refused in state %s', (state) => {
    const connection = connectionIn(state)
    expect(connection.bodyOpen).toBe(false)
    expect(() => connection.sendBody(encodeUtf8('x'))).toThrow(LocalProtocolError)
    expect(() => connection.endBody()).toThrow(LocalProtocolError)
  })

  test('may be handed over from 354 until its end', () => {
    const connection = connectionIn('data')
    expect(connection.bodyOpen).toBe(true)
    connection.sendBody(encodeUtf8('x'))
    expect(connection.bodyOpen).toBe(true)
    connection.endBody()
    expect(connection).toMatchObject({ bodyOpen: false, state: 'dataSent', pendingCommands: 1 })
  })

  test('small pieces leave as one SendBytes with the final dot', () => {
    const connection = connectionIn('data')
    connection.sendBody(encodeUtf8('a\n'))
    connection.sendBody(encodeUtf8('.b'))
    connection.endBody()
    const outputs = drain(connection)
    expect(outputs).toHaveLength(1)
    expect(sentText(outputs)).toBe('a\r\n..b\r\n.\r\n')
  })

  test('pieces that are large together leave apart, and small ones between them together', () => {
    const connection = connectionIn('data')
    const large = encodeUtf8(`${'x'.repeat(98)}\r\n`.repeat(700))
    const small = encodeUtf8('y\r\n')
    for (const piece of [large, small, small, large, small]) connection.sendBody(piece)
    const sent = drain(connection).map((output) => (output.type === 'SendBytes' ? output.bytes.length : 0))
    expect(sent).toEqual([70_000, 6, 70_000, 3])
  })

  test('is no credential, nor are commands', () => {
    const connection = connectionIn('data')
    connection.sendBody(encodeUtf8('x\r\n'))
    expect(drain(connection)).toEqual([
      { type: 'SendBytes', bytes: encodeUtf8('x\r\n'), content: true, sensitive: false },
    ])
    const other = connectionIn('ready')
    other.send({ verb: 'NOOP' })
    expect(drain(other)).toEqual([
      { type: 'SendBytes', bytes: encodeUtf8('NOOP\r\n'), content: false, sensitive: false },
    ])
  })

  test('pieces of 65,536 octets together are still joined', () => {
    const connection = connectionIn('data')
    for (const length of [49_151, 16_383, 2]) connection.sendBody(new Uint8Array(length).fill(0x78))
    expect(drain(connection)).toHaveLength(1)
    for (const length of [49_151, 16_383, 3]) connection.sendBody(new Uint8Array(length).fill(0x78))
    expect(drain(connection)).toHaveLength(2)
  })

  test('a piece of 49,152 octets or more is not copied to be joined to others', () => {
    const connection = connectionIn('data')
    const long = new Uint8Array(49_152).fill(0x78)
    for (const piece of [new Uint8Array(1).fill(0x78), long, new Uint8Array(1).fill(0x78)]) connection.sendBody(piece)
    const outputs = drain(connection)
    expect(outputs).toHaveLength(3)
    expect((outputs[1] as SendBytes).bytes).toBe(long)
  })

  test('answered early by a 3xx was not accepted', () => {
    expect(feed(connectionIn('data'), '354 again').at(-1)).toMatchObject({ type: 'Failed', delivery: 'notSent' })
  })

  test('refused early over LMTP closes, however many recipients were accepted', () => {
    const connection = connectionIn('rcpt', { protocol: 'lmtp' })
    connection.send({ verb: 'RCPT', to: 'c@foo.example' })
    drain(connection)
    feed(connection, '250 ok')
    connection.send({ verb: 'DATA' })
    drain(connection)
    feed(connection, '354 go')
    expect(feed(connection, '552 too much')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'CONTENT', recipient: 0 },
      { type: 'CloseRequested' },
    ])
    expect(connection.state).toBe('closing')
  })

  test('over LMTP is answered for recipients alone, whatever was asked between them', () => {
    const connection = connectionIn('mail', { protocol: 'lmtp' })
    for (const command of [{ verb: 'NOOP' }, { verb: 'RCPT', to: 'b@foo.example' }, { verb: 'NOOP' }] as const) {
      connection.send(command)
      drain(connection)
      feed(connection, '250 ok')
    }
    connection.send({ verb: 'DATA' })
    drain(connection)
    feed(connection, '354 go')
    connection.endBody()
    drain(connection)
    expect(feed(connection, '250 stored')).toMatchObject([{ exchange: 'CONTENT', recipient: 0 }])
    expect(connection.state).toBe('ready')
  })

  test('a large piece that needs no change is not copied', () => {
    const connection = connectionIn('data')
    const piece = encodeUtf8(`${'x'.repeat(98)}\r\n`.repeat(1000))
    connection.sendBody(piece)
    expect(drain(connection)).toMatchObject([{ type: 'SendBytes', bytes: piece }])
  })

  test('a cut before the final dot was handed out leaves nothing unknown', () => {
    const connection = connectionIn('data')
    connection.endBody()
    connection.receiveEof()
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', delivery: 'notSent' })
  })
})

describe('the end', () => {
  test('an abort keeps its cause', () => {
    const connection = connectionIn('ready')
    const cause = new Error('enough')
    connection.abort(cause)
    const failed = drain(connection).at(-1)
    expect(failed).toMatchObject({ type: 'Failed', delivery: 'notSent' })
    expect(failed?.type === 'Failed' && failed.error).toBeInstanceOf(AbortedError)
    expect(failed?.type === 'Failed' && failed.error.cause).toBe(cause)
  })

  test('an abort while closing closes', () => {
    const connection = connectionIn('closing')
    connection.abort()
    expect(drain(connection)).toEqual([{ type: 'Closed' }])
  })

  test('an abort behind an abort changes nothing', () => {
    const connection = connectionIn('ready')
    connection.abort()
    connection.abort()
    expect(drain(connection).map(({ type }) => type)).toEqual(['CloseRequested', 'Failed'])
  })

  test('bytes behind the end are the driver’s mistake', () => {
    const connection = connectionIn('ready')
    connection.receiveEof()
    expect(() => connection.receiveBytes(encodeUtf8('250 ok\r\n'))).toThrow(LocalProtocolError)
  })

  test('the transport’s error is the cause', () => {
    const connection = connectionIn('ready')
    const cause = new Error('ECONNRESET')
    connection.receiveEof(cause)
    expect(drain(connection).at(-1)).toMatchObject({ error: { code: 'UNEXPECTED_EOF', cause } })
  })
})

describe('commands that need what the server lacks', () => {
  test.each([
    ['SIZE', 'SIZE'],
    ['body', '8BITMIME'],
    ['RET', 'DSN'],
  ])('the parameter %s is refused without %s, and nothing is queued', (keyword, extension) => {
    const connection = new ClientConnection()
    feed(connection, '220 hi')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250 plain')
    const mail = { verb: 'MAIL', from: 'a@b.example', parameters: { [keyword]: 'x' } } as const
    expect(() => connection.send(mail)).toThrow(NotSupportedError)
    expect(() => connection.send(mail)).toThrow(expect.objectContaining({ extension }))
    expect(connection.pendingCommands).toBe(0)
  })

  test('a parameter beyond US-ASCII needs SMTPUTF8 as well', () => {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250-DSN', '250 SMTPUTF8')
    const mail = { verb: 'MAIL', from: 'a@b.example' } as const
    expect(() => connection.send({ ...mail, parameters: { ENVID: 'é' } })).toThrow(
      expect.objectContaining({ field: 'parameters.ENVID' }),
    )
    expect(connection.send({ ...mail, parameters: { ENVID: 'é', smtputf8: true } })).toBeGreaterThan(0)
    expect(connection.send({ verb: 'RCPT', to: 'jürgen@foo.example' })).toBeGreaterThan(0)
  })

  test('a question beyond US-ASCII needs SMTPUTF8', () => {
    const ask = { verb: 'VRFY', argument: 'jürgen', smtpUtf8: true } as const
    expect(() => openedConnection([]).send(ask)).toThrow(expect.objectContaining({ extension: 'SMTPUTF8' }))
    expect(openedConnection([]).send({ ...ask, argument: 'ann', smtpUtf8: false })).toBeGreaterThan(0)
    expect(openedConnection(['SMTPUTF8']).send(ask)).toBeGreaterThan(0)
  })

  test('another parameter is not taken for SMTPUTF8', () => {
    const connection = connectionIn('ready')
    const mail = { verb: 'MAIL', from: 'jürgen@b.example', parameters: { SIZE: 1 } } as const
    expect(() => connection.send(mail)).toThrow(InvalidArgumentError)
  })

  test('a path beyond US-ASCII is refused without SMTPUTF8 on MAIL', () => {
    const connection = connectionIn('ready')
    expect(() => connection.send({ verb: 'MAIL', from: 'jürgen@b.example' })).toThrow(InvalidArgumentError)
    connection.send({ verb: 'MAIL', from: 'a@b.example' })
    expect(() => connection.send({ verb: 'RCPT', to: 'jürgen@b.example' })).toThrow(InvalidArgumentError)
    expect(connection.pendingCommands).toBe(1)
  })
})

describe('callers without the compiler’s help', () => {
  test.each(['BURL', 'mail', 'constructor', 'GREETING', 'CONTENT', 'CHUNK', 7])('can not send %s', (verb) => {
    const connection = connectionIn('ready')
    expect(connection.can(verb as never)).toBe(false)
    expect(() => connection.send({ verb } as never)).toThrow(InvalidArgumentError)
  })

  test('can not send or receive texts, which would pass unstuffed', () => {
    expect(() => connectionIn('data').sendBody('.\r\nMAIL FROM:<x@y.example>\r\n' as never)).toThrow(
      InvalidArgumentError,
    )
    expect(() => connectionIn('ready').receiveBytes('250 ok\r\n' as never)).toThrow(InvalidArgumentError)
  })
})

test('ten thousand refused recipients cost no more than their number', () => {
  for (const keyword of ['PIPELINING', 'HELP']) {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', `250 ${keyword}`)
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    for (let i = 0; i < 10_000; i += 1) connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'DATA' })
    drain(connection)
    const replies = keyword === 'HELP' ? 1 : 10_002
    connection.receiveBytes(encodeUtf8('550 no\r\n'.repeat(replies)))
    expect(drain(connection)).toHaveLength(10_002)
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  }
})

describe('a refused command', () => {
  test('names state and command', () => {
    expect(() => connectionIn('ready').send({ verb: 'DATA' })).toThrow(
      expect.objectContaining({ code: 'LOCAL_PROTOCOL', state: 'ready', command: 'DATA' }),
    )
    expect(() => connectionIn('mail').endBody()).toThrow(
      expect.objectContaining({ code: 'LOCAL_PROTOCOL', state: 'mail', command: 'endBody' }),
    )
    expect(() => connectionIn('ready').send({ verb: 'LHLO', domain: 'a.example' })).toThrow('not a command of SMTP')
  })

  test('may be a second response to one challenge', () => {
    const connection = connectionIn('auth')
    connection.send({ verb: 'AUTH-RESPONSE', response: encodeUtf8('ann') })
    expect(connection.can('AUTH-RESPONSE')).toBe(false)
    expect(() => connection.send({ verb: 'AUTH-RESPONSE', response: encodeUtf8('again') })).toThrow(LocalProtocolError)
  })
})

test('challenges are counted afresh for each exchange', () => {
  const connection = connectionIn('ready', { limits: { maxChallenges: 2 } })
  for (let exchange = 0; exchange < 3; exchange += 1) {
    connection.send({ verb: 'AUTH', mechanism: 'LOGIN' })
    drain(connection)
    feed(connection, '334 ')
    connection.send({ verb: 'AUTH-RESPONSE', response: encodeUtf8('ann') })
    drain(connection)
    feed(connection, '334 ')
    connection.send({ verb: 'AUTH-RESPONSE', response: 'cancel' })
    drain(connection)
    feed(connection, '501 cancelled')
  }
  expect(connection.state).toBe('ready')
})

test('421 that nothing asked for is told alone', () => {
  const [first, ...rest] = feed(connectionIn('ready'), '421 shutting down')
  expect(first).toMatchObject({ type: 'ServerClosing', reply: { code: 421 }, delivery: 'notSent' })
  expect(rest).toEqual([{ type: 'CloseRequested' }])
})

describe('credentials', () => {
  test('leave in a SendBytes of their own, marked and with something to show instead', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: encodeUtf8('\0ann\0secret') })
    expect(drain(connection)).toMatchObject([{ sensitive: true, content: false, redacted: 'AUTH PLAIN [credentials]' }])
  })

  test('are in no look at the connection', async () => {
    const { inspect } = await import('node:util')
    const connection = connectionIn('ready')
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: encodeUtf8('\0ann\0secret') })
    const secret = Buffer.from('\0ann\0secret').toString('base64')
    for (const look of [inspect(connection, { depth: 9, showHidden: true }), JSON.stringify(connection)]) {
      expect(look).not.toContain(secret)
    }
  })
})
