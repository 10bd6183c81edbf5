import { type Command, LocalProtocolError, type Verb } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

const pipelining = ['PIPELINING', 'STARTTLS', 'AUTH PLAIN', 'ETRN']
const mail: Command = { verb: 'MAIL', from: 'a@bar.example' }
const rcpt: Command = { verb: 'RCPT', to: 'b@foo.example' }
const rset: Command = { verb: 'RSET' }
const data: Command = { verb: 'DATA' }

function sentBy(connection: ReturnType<typeof openedConnection>, ...commands: Command[]): string[] {
  for (const command of commands) connection.send(command)
  return sentText(drain(connection)).split('\r\n').slice(0, -1)
}

describe('a group of commands', () => {
  test('is sent only where PIPELINING was offered', () => {
    expect(sentBy(openedConnection([]), mail, rcpt)).toHaveLength(1)
    expect(sentBy(openedConnection(['PIPELINING']), mail, rcpt)).toHaveLength(2)
  })

  test('may hold RSET, MAIL and RCPT anywhere', () => {
    expect(sentBy(openedConnection(pipelining), rset, mail, rcpt, rset, mail, rcpt, rcpt)).toHaveLength(7)
  })

  test('ends with DATA', () => {
    const connection = openedConnection(pipelining)
    expect(sentBy(connection, mail, rcpt, data)).toHaveLength(3)
    expect(() => connection.send(rset)).toThrow(LocalProtocolError)
  })

  test.each<[Verb, Command]>([
    ['EHLO', { verb: 'EHLO', domain: 'bar.example' }],
    ['VRFY', { verb: 'VRFY', argument: 'smith' }],
    ['EXPN', { verb: 'EXPN', argument: 'staff' }],
    ['NOOP', { verb: 'NOOP' }],
    ['HELP', { verb: 'HELP' }],
    ['OTHER', { verb: 'OTHER', name: 'XYZZY', argument: 'foo.example' }],
  ])('ends with %s', (_, command) => {
    const connection = openedConnection(pipelining)
    expect(sentBy(connection, rset, command, mail)).toHaveLength(2)
    feed(connection, '250 ok')
    expect(sentText(feed(connection, '250-ok', '250 PIPELINING'))).toBe('MAIL FROM:<a@bar.example>\r\n')
  })

  test('ends with QUIT', () => {
    const connection = openedConnection(pipelining)
    expect(sentBy(connection, rset, { verb: 'QUIT' })).toEqual(['RSET', 'QUIT'])
    expect(() => connection.send(mail)).toThrow(LocalProtocolError)
  })

  test('may begin with the end of the content before', () => {
    const connection = openedConnection(pipelining)
    sentBy(connection, mail, rcpt, data)
    feed(connection, '250 ok', '250 ok', '354 go')
    connection.endBody()
    expect(sentBy(connection, mail, rcpt, data)).toEqual([
      '.',
      'MAIL FROM:<a@bar.example>',
      'RCPT TO:<b@foo.example>',
      'DATA',
    ])
  })
})

describe('the replies to a group', () => {
  test('are told one by one, each with the command that it answers, by their order alone', () => {
    const connection = openedConnection(pipelining)
    const ids = [mail, rcpt, rcpt, data].map((command) => connection.send(command))
    drain(connection)
    const replies = feed(connection, '250 RCPT accepted', '250-354 go', '250 ok', '550 MAIL refused', '354 go')
    expect(replies.filter(({ type }) => type === 'ReplyReceived')).toMatchObject(
      [250, 250, 550, 354].map((code, i) => ({ id: ids[i], reply: { code } })),
    )
  })

  test('of several lines count as one each', () => {
    const connection = openedConnection(pipelining)
    sentBy(connection, mail, rcpt, rcpt)
    expect(feed(connection, '250-one', '250-two', '250 three', '250 ok')).toHaveLength(2)
    expect(connection.pendingCommands).toBe(1)
  })

  test('are all waited for, also where the first of them is a refusal', async () => {
    const { client, server } = await connectedClient({
      answer: (line) => (line.startsWith('MAIL') ? '550 no' : /^(RCPT|DATA)/.test(line) ? '503 no' : undefined),
    })
    expect(await client.deliver(delivery)).toMatchObject({ recipients: [{ status: 'rejected', reply: { code: 550 } }] })
    expect(server.lines).toContain('DATA')
    expect(client.connected).toBe(true)
  })

  test('include that to DATA where no recipient was accepted: 354 is answered by a lone dot', async () => {
    const answer = (line: string) => (/^RCPT/.test(line) ? '550 no' : line === 'DATA' ? '354 go' : undefined)
    const { client, server } = await connectedClient({ answer })
    expect(await client.deliver(delivery)).toMatchObject({ recipients: [{ status: 'rejected' }] })
    expect(server.contents).toEqual([''])
  })

  test('include that to DATA where no recipient was accepted: a refusal is followed by RSET', async () => {
    const { client, server } = await connectedClient({ answer: (line) => (/^RCPT/.test(line) ? '550 no' : undefined) })
    await client.deliver(delivery)
    await client.deliver(delivery)
    expect(server.lines.slice(3, 6)).toEqual(['DATA', 'RSET', 'MAIL FROM:<a@bar.example> SIZE=4'])
    expect(server.contents).toEqual([])
  })

  test('are read while the group is still being written, so that neither side can block the other', async () => {
    const { client, server } = await connectedClient()
    const { read, write } = { read: server.read.bind(server), write: server.write.bind(server) }
    let readAgain = () => {}
    server.read = () => {
      readAgain()
      return read()
    }
    // A server that takes the rest of the group only once its replies to the beginning were read.
    server.write = async (bytes) => {
      const replied = new Promise<void>((resolve) => {
        readAgain = resolve
      })
      await write(bytes)
      if (new TextDecoder().decode(bytes).includes('RCPT')) await replied
    }
    const to = Array.from({ length: 2000 }, (_, i) => `user${i}@foo.example`)
    expect(await client.deliver({ ...delivery, to })).toMatchObject({ ok: true })
  })
})
