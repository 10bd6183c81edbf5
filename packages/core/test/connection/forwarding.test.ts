import { type Command, defaultTimeouts, LocalProtocolError, NotSupportedError, type Verb } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection, sentText } from '../support/connections.ts'

const xclient: Command = { verb: 'XCLIENT', attributes: { NAME: 'spike.example', ADDR: '192.0.2.7' } }
const xforward: Command = { verb: 'XFORWARD', attributes: { NAME: '[UNAVAILABLE]', HELO: 'a=b +c' } }
const etrn: Command = { verb: 'ETRN', argument: 'bar.example' }

describe('XCLIENT', () => {
  test('answered 220 is as if the connection had just been made: EHLO is due, and nothing is known any more', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: new Uint8Array(3) })
    drain(connection)
    feed(connection, '235 ok')
    connection.send(xclient)
    expect(sentText(drain(connection))).toBe('XCLIENT NAME=spike.example ADDR=192.0.2.7\r\n')
    expect(connection.timeout).toEqual({ phase: 'greeting', milliseconds: defaultTimeouts.greeting })
    const [reply, changed, ...more] = feed(connection, '220 foo.example ESMTP')
    expect(reply).toMatchObject({ type: 'ReplyReceived', exchange: 'XCLIENT', reply: { code: 220 } })
    expect(changed).toMatchObject({ type: 'CapabilitiesChanged', capabilities: { keywords: [], extended: false } })
    expect(more).toEqual([])
    expect(connection).toMatchObject({ state: 'greeted', authenticated: false })
    expect(connection.capabilities.keywords).toEqual([])
    expect(connection.can('MAIL')).toBe(false)
  })

  test('leaves TLS standing', () => {
    const connection = openedConnection(['XCLIENT NAME'], { secure: true })
    connection.send(xclient)
    drain(connection)
    feed(connection, '220 hi')
    expect(connection).toMatchObject({ state: 'greeted', secure: true })
  })

  test.each(['250 ok', '501 bad', '550 no', '421 bye'])('answered %s changes nothing of what is known', (reply) => {
    const connection = connectionIn('ready')
    connection.send(xclient)
    drain(connection)
    const outputs = feed(connection, reply)
    expect(outputs.map(({ type }) => type)).not.toContain('CapabilitiesChanged')
    expect(connection.capabilities.has('XCLIENT')).toBe(true)
    expect(connection.state).toBe(reply === '421 bye' ? 'closing' : 'ready')
  })

  test('ends a group, since nobody knows what is offered behind it', () => {
    const connection = openedConnection(['PIPELINING', 'XCLIENT NAME'])
    connection.send(xclient)
    expect(connection.can('MAIL')).toBe(false)
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    expect(sentText(drain(connection))).not.toContain('EHLO')
    expect(sentText(feed(connection, '220 hi'))).toBe('EHLO bar.example\r\n')
  })

  test('may come again behind another', () => {
    const connection = connectionIn('ready')
    for (const _ of ['once', 'twice']) {
      connection.send(xclient)
      drain(connection)
      feed(connection, '220 hi')
      connection.send({ verb: 'EHLO', domain: 'bar.example' })
      drain(connection)
      feed(connection, '250-foo.example', '250 XCLIENT NAME')
      expect(connection.state).toBe('ready')
    }
  })
})

describe('XFORWARD', () => {
  test('tells the attributes in xtext, and changes nothing', () => {
    const connection = connectionIn('ready')
    connection.send(xforward)
    expect(sentText(drain(connection))).toBe('XFORWARD NAME=[UNAVAILABLE] HELO=a+3Db+20+2Bc\r\n')
    expect(feed(connection, '250 ok')).toMatchObject([{ type: 'ReplyReceived', exchange: 'XFORWARD' }])
    expect(connection.state).toBe('ready')
    expect(connection.can('MAIL')).toBe(true)
  })
})

describe('ETRN', () => {
  test.each(['250 ok', '251 no messages', '253 3 messages', '459 no', '500 what'])(
    'answered %s changes nothing',
    (reply) => {
      const connection = connectionIn('ready')
      connection.send(etrn)
      expect(sentText(drain(connection))).toBe('ETRN bar.example\r\n')
      expect(feed(connection, reply)).toMatchObject([{ type: 'ReplyReceived', exchange: 'ETRN' }])
      expect(connection.state).toBe('ready')
    },
  )

  test('may be asked amid a transaction, like any question', () => {
    const connection = connectionIn('rcpt')
    connection.send(etrn)
    drain(connection)
    feed(connection, '250 ok')
    expect(connection.state).toBe('rcpt')
  })
})

const commands: readonly Command[] = [xclient, xforward]

describe.each(commands)('$verb', (command) => {
  test('needs its keyword', () => {
    const connection = openedConnection(['PIPELINING'])
    expect(connection.can(command.verb)).toBe(false)
    expect(() => connection.send(command)).toThrow(NotSupportedError)
    expect(() => connection.send(command)).toThrow(expect.objectContaining({ extension: command.verb }))
  })

  test('is not known once HELO was said', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'HELO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250 ok')
    expect(connection.can(command.verb)).toBe(false)
  })

  test('may be sent over LMTP too', () => {
    expect(connectionIn('ready', { protocol: 'lmtp' }).can(command.verb)).toBe(true)
  })
})

test.each<Verb>(['XCLIENT', 'XFORWARD'])('%s is not legal amid a transaction', (verb) => {
  for (const state of ['mail', 'rcpt', 'resetDue', 'data', 'dataSent'] as const) {
    const connection = connectionIn(state)
    if (state === 'dataSent') expect(connection.can(verb), 'once the content is accepted').toBe(true)
    else
      expect(() => connection.send({ verb, attributes: { NAME: 'x' } } as Command), state).toThrow(LocalProtocolError)
  }
})
