import { LocalProtocolError } from '@sansmtp/core'
import { type ConnectRequest, LmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { connectedClient, delivery } from './connected-client.ts'

const lmtp = { protocol: 'lmtp' } as const
const to = ['b@foo.example', 'c@foo.example', 'd@foo.example']

/** An LMTP connection whose content, for the recipients of a transaction, has just left. */
function contentSent(...rcptReplies: string[]) {
  const connection = openedConnection(['PIPELINING'], lmtp)
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  for (const address of to.slice(0, rcptReplies.length)) connection.send({ verb: 'RCPT', to: address })
  connection.send({ verb: 'DATA' })
  drain(connection)
  feed(connection, '250 ok', ...rcptReplies, '354 go')
  connection.endBody()
  drain(connection)
  return connection
}

describe('an LMTP session', () => {
  test('begins with LHLO, whose reply is read as that to EHLO', async () => {
    const { client, server } = await connectedClient({ ...lmtp, keywords: ['PIPELINING', 'size 1000'] })
    expect(server.lines).toEqual(['LHLO bar.example'])
    expect(client.capabilities.keywords).toEqual(['PIPELINING', 'SIZE'])
  })

  test.each(['EHLO', 'HELO'] as const)('has no %s', (verb) => {
    const connection = openedConnection([], lmtp)
    expect(() => connection.send({ verb, domain: 'bar.example' })).toThrow(LocalProtocolError)
  })

  test('does not fall back when LHLO is not recognized', async () => {
    const server = new MemoryServer({ answer: (line) => (/^LHLO/.test(line) ? '500 what?' : undefined) })
    await expect(LmtpClient.over(server, { tls: 'off' })).rejects.toMatchObject({ code: 'HELO' })
    expect(server.lines).not.toContain('HELO [127.0.0.1]')
  })

  test('is not on port 25 unless the caller names it', async () => {
    const requests: ConnectRequest[] = []
    const connect = async (request: ConnectRequest) => {
      requests.push(request)
      return new MemoryServer(lmtp)
    }
    await LmtpClient.connectBy(connect, 'lmtp://mail.example', { tls: 'off' })
    expect(requests).toMatchObject([{ target: { port: 2003 } }])
  })
})

describe('the content of an LMTP transaction', () => {
  test('has a reply for each accepted recipient, in the order of RCPT', () => {
    const connection = contentSent('250 ok', '550 no', '250 ok')
    expect(feed(connection, '250 stored', '452 full')).toMatchObject([
      { exchange: 'CONTENT', recipient: 0, reply: { code: 250 } },
      { exchange: 'CONTENT', recipient: 2, reply: { code: 452 } },
    ])
    expect(connection.state).toBe('ready')
  })

  test('has a reply for each time that a recipient was named', async () => {
    const { client } = await connectedClient({ ...lmtp })
    const { recipients } = await client.deliver({ ...delivery, to: ['b@foo.example', 'b@foo.example'] })
    expect(recipients).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }])
  })

  test('has replies of several lines, each for one recipient', () => {
    const connection = contentSent('250 ok', '250 ok')
    expect(feed(connection, '250-stored', '250-twice', '250 yes')).toMatchObject([{ recipient: 0 }])
    expect(connection.pendingCommands).toBe(1)
  })

  test('has no reply where nobody was accepted', () => {
    const connection = contentSent('550 no', '550 no')
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
    connection.send({ verb: 'NOOP' })
    expect(sentText(drain(connection))).toBe('NOOP\r\n')
  })

  test('has its replies told as they come, not when all are in', () => {
    const connection = contentSent('250 ok', '250 ok', '250 ok')
    for (const recipient of [0, 1, 2]) expect(feed(connection, '250 stored')).toMatchObject([{ recipient }])
  })

  test('cut between its replies keeps those that came, and calls no other recipient accepted', async () => {
    const { client } = await connectedClient({
      ...lmtp,
      content: (recipient) => (recipient.startsWith('c') ? '421 going down' : '250 stored'),
    })
    const { recipients } = await client.deliver({ ...delivery, to })
    expect(recipients.map(({ status }) => status)).toEqual(['accepted', 'deferred', 'unknown'])
  })
})

describe('the last BDAT of an LMTP transaction (§4.3)', () => {
  /** Its content has left, and the replies to RCPT were these. */
  function lastChunkSent(...rcptReplies: string[]) {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'], lmtp)
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    for (const address of to.slice(0, rcptReplies.length)) connection.send({ verb: 'RCPT', to: address })
    connection.send({ verb: 'BDAT', size: 0 })
    drain(connection)
    connection.endBody()
    drain(connection)
    feed(connection, '250 ok', ...rcptReplies)
    return connection
  }

  test('has a reply for each accepted recipient, in the order of RCPT', () => {
    const connection = lastChunkSent('250 ok', '550 no', '250 ok')
    expect(feed(connection, '250 stored', '452 full')).toMatchObject([
      { exchange: 'CONTENT', recipient: 0, reply: { code: 250 } },
      { exchange: 'CONTENT', recipient: 2, reply: { code: 452 } },
    ])
    expect(connection.pendingCommands).toBe(0)
  })

  test('has no reply where nobody was accepted', () => {
    expect(lastChunkSent('550 no', '550 no').pendingCommands).toBe(0)
  })
})
