import { LocalProtocolError, NotSupportedError } from '@sansmtp/core'
import { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

const session = { clientName: 'bar.example', tlsOptions: { serverName: 'memory.example' } }
const refusing = { keywords: ['STARTTLS'], answer: (line: string) => (line === 'STARTTLS' ? '454 later' : undefined) }
const offering = { keywords: ['STARTTLS'], keywordsAfterTls: ['SIZE'] }

async function attempt(options: MemoryServerOptions, tls: 'required' | 'opportunistic') {
  const server = new MemoryServer(options)
  return { server, client: await SmtpClient.over(server, { ...session, tls }) }
}

describe('STARTTLS', () => {
  test('is sent only where it is offered', () => {
    expect(() => openedConnection([]).send({ verb: 'STARTTLS' })).toThrow(NotSupportedError)
  })

  test('has no parameters', () => {
    const connection = connectionIn('ready')
    connection.send(Object.assign({ verb: 'STARTTLS' } as const, { argument: 'now' }))
    expect(sentText(drain(connection))).toBe('STARTTLS\r\n')
  })

  test('is the last command in a group', () => {
    const connection = openedConnection(['PIPELINING', 'STARTTLS'])
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'STARTTLS' })
    expect(sentText(drain(connection))).toBe('RSET\r\nSTARTTLS\r\n')
    expect(() => connection.send({ verb: 'NOOP' })).toThrow(LocalProtocolError)
  })

  test('answered by 220 has TLS begin before any other command', () => {
    const connection = connectionIn('ready')
    connection.send({ verb: 'STARTTLS' })
    drain(connection)
    expect(feed(connection, '220 go').map(({ type }) => type)).toEqual(['ReplyReceived', 'StartTlsRequested'])
    expect(() => connection.send({ verb: 'EHLO', domain: 'bar.example' })).toThrow(LocalProtocolError)
    expect(() => connection.send({ verb: 'QUIT' })).toThrow(LocalProtocolError)
  })

  test('whose handshake can not begin ends the connection', async () => {
    const server = new MemoryServer(offering)
    server.startTls = () => Promise.reject(new Error('no TLS here'))
    await expect(SmtpClient.over(server, session)).rejects.toMatchObject({ code: 'TLS_FAILED' })
    expect(server).toMatchObject({ closed: true, lines: ['EHLO bar.example', 'STARTTLS'] })
  })

  test('answered by 454 ends the attempt where TLS is required, and says that it may be tried later', async () => {
    await expect(attempt(refusing, 'required')).rejects.toMatchObject({ code: 'STARTTLS_REFUSED', transient: true })
  })

  test('answered by 454 lets the session go on where TLS is opportunistic', async () => {
    const { client } = await attempt(refusing, 'opportunistic')
    expect(client).toMatchObject({ connected: true, secure: false })
  })

  test('is never sent where TLS stands', () => {
    const secured = openedConnection(['STARTTLS'], { secure: true })
    expect(() => secured.send({ verb: 'STARTTLS' })).toThrow(LocalProtocolError)
    const upgraded = connectionIn('startTls')
    upgraded.tlsEstablished()
    upgraded.send({ verb: 'EHLO', domain: 'bar.example' })
    drain(upgraded)
    feed(upgraded, '250-foo.example', '250 STARTTLS')
    expect(() => upgraded.send({ verb: 'STARTTLS' })).toThrow(LocalProtocolError)
  })
})

describe('once TLS stands', () => {
  test('the connection knows it', () => {
    const connection = connectionIn('startTls')
    expect(connection.secure).toBe(false)
    connection.tlsEstablished({ protocol: 'TLSv1.3' })
    expect(connection).toMatchObject({ secure: true, tls: { protocol: 'TLSv1.3' } })
  })

  test('nothing is known that the server said before', () => {
    const connection = connectionIn('startTls')
    connection.tlsEstablished()
    expect(connection).toMatchObject({ state: 'greeted', authenticated: false })
    expect(connection.capabilities.keywords).toEqual([])
    expect(connection.capabilities.serverName).toBe('')
  })

  test('EHLO is the first command', async () => {
    const { server, client } = await attempt(offering, 'required')
    expect(server.lines).toEqual(['EHLO bar.example', 'STARTTLS', 'EHLO bar.example'])
    expect(client.capabilities.keywords).toEqual(['SIZE'])
  })
})

describe('the policy', () => {
  test('requires TLS unless told otherwise, so that a deleted keyword is no way round it', async () => {
    const server = new MemoryServer({ keywords: ['AUTH PLAIN'] })
    await expect(SmtpClient.over(server, session)).rejects.toMatchObject({ extension: 'STARTTLS' })
    expect(server.contents).toEqual([])
  })

  test('can be to use TLS where it is possible', async () => {
    expect((await attempt(offering, 'opportunistic')).client.secure).toBe(true)
    expect((await attempt({ keywords: [] }, 'opportunistic')).client.secure).toBe(false)
  })
})
