import { ClientConnection, InvalidArgumentError, LocalProtocolError, NotSupportedError } from '@sansmtp/core'
import { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, sentText } from '../support/connections.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { connectedClient } from './connected-client.ts'

describe('the beginning of a session', () => {
  test('nothing leaves before the greeting has come', () => {
    const connection = new ClientConnection()
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    expect(sentText(drain(connection))).toBe('')
    expect(sentText(feed(connection, '220-foo.example', '220 ready'))).toBe('EHLO bar.example\r\n')
  })

  test('the first command is EHLO', async () => {
    const { server } = await connectedClient()
    expect(server.lines).toEqual(['EHLO bar.example'])
  })

  test('HELO follows where EHLO is not recognized', async () => {
    const { client, server } = await connectedClient({
      answer: (line) => (/^EHLO/.test(line) ? '500 what?' : undefined),
    })
    expect(server.lines).toEqual(['EHLO bar.example', 'HELO bar.example'])
    expect(client.connected).toBe(true)
  })

  test('after HELO nothing is offered, so no parameter goes out', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'HELO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250 SIZE 1000')
    const command = { verb: 'MAIL', from: 'a@bar.example', parameters: { SIZE: 1 } } as const
    expect(() => connection.send(command)).toThrow(NotSupportedError)
  })

  test('MAIL waits for an accepted EHLO or HELO', () => {
    const connection = connectionIn('greeted')
    expect(() => connection.send({ verb: 'MAIL', from: 'a@bar.example' })).toThrow(LocalProtocolError)
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '550 no')
    expect(() => connection.send({ verb: 'MAIL', from: 'a@bar.example' })).toThrow(LocalProtocolError)
  })

  test('EHLO keywords are known in any case', () => {
    const connection = connectionIn('greeted')
    connection.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(connection)
    feed(connection, '250-foo.example', '250-size 1000', '250 Pipelining')
    expect(connection.capabilities.has('PIPELINING')).toBe(true)
    expect(connection.capabilities.maxMessageSize).toBe(1000)
  })
})

describe('the name in EHLO', () => {
  async function nameFor(local: { address?: string; hostName?: string }): Promise<string | undefined> {
    const server = Object.assign(new MemoryServer(), { local })
    await SmtpClient.over(server, { tls: 'off' })
    return server.lines[0]
  }

  test('is the full name of the host where it has one', async () => {
    expect(await nameFor({ address: '192.0.2.1', hostName: 'mail.bar.example' })).toBe('EHLO mail.bar.example')
  })

  test('is an address literal where the host has no full name', async () => {
    expect(await nameFor({ address: '192.0.2.1', hostName: 'laptop' })).toBe('EHLO [192.0.2.1]')
    expect(await nameFor({ address: '2001:db8::1' })).toBe('EHLO [IPv6:2001:db8::1]')
  })

  test('has nothing behind it', () => {
    const connection = connectionIn('greeted')
    const send = (domain: string) => () => connection.send({ verb: 'EHLO', domain })
    expect(send('[192.0.2.1] bar.example')).toThrow(InvalidArgumentError)
    expect(send('bar.example (laptop)')).toThrow(InvalidArgumentError)
  })
})

describe('commands without arguments', () => {
  test.each(['DATA', 'RSET', 'QUIT'] as const)('%s goes out bare, whatever comes with it', (verb) => {
    const connection = connectionIn('rcpt')
    connection.send(Object.assign({ verb }, { argument: 'now', parameters: { SIZE: 1 } }))
    expect(sentText(drain(connection))).toBe(`${verb}\r\n`)
  })
})

describe('the end of a session', () => {
  test('is QUIT, and the connection stays until its reply', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'QUIT' })
    expect(drain(connection).map(({ type }) => type)).toEqual(['SendBytes'])
    expect(feed(connection, '221 bye').map(({ type }) => type)).toEqual(['ReplyReceived', 'CloseRequested'])
  })

  test('is QUIT when a client goes out of scope', async () => {
    const { client, server } = await connectedClient()
    await client[Symbol.asyncDispose]()
    expect(server.lines.at(-1)).toBe('QUIT')
    expect(server.closed).toBe(true)
  })

  test.each(['refused', 'greeted', 'mail', 'rcpt'] as const)('can be QUIT in state %s', (state) => {
    const connection = connectionIn(state)
    connection.send({ verb: 'QUIT' })
    expect(sentText(drain(connection))).toBe('QUIT\r\n')
  })

  test('nothing leaves behind QUIT', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'QUIT' })
    expect(() => connection.send({ verb: 'NOOP' })).toThrow(LocalProtocolError)
  })
})
