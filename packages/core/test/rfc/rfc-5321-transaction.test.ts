import { LocalProtocolError, NotSupportedError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

const isMail = (line: string) => line.startsWith('MAIL')
const isRcpt = (line: string) => line.startsWith('RCPT')

describe('a mail transaction', () => {
  test('is MAIL, RCPT, DATA, in no other order', () => {
    const rcpt = { verb: 'RCPT', to: 'b@foo.example' } as const
    const connection = connectionIn('ready')
    expect(() => connection.send(rcpt)).toThrow(LocalProtocolError)
    expect(() => connection.send({ verb: 'DATA' })).toThrow(LocalProtocolError)
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    expect(() => connection.send({ verb: 'DATA' })).toThrow(LocalProtocolError)
    connection.send(rcpt)
    connection.send({ verb: 'DATA' })
    expect(() => connection.send(rcpt)).toThrow(LocalProtocolError)
  })

  test.each(['mail', 'rcpt'] as const)('takes no second MAIL in state %s, until RSET or EHLO', (state) => {
    for (const reset of [{ verb: 'RSET' }, { verb: 'EHLO', domain: 'bar.example' }] as const) {
      const connection = connectionIn(state)
      expect(() => connection.send({ verb: 'MAIL', from: 'a@bar.example' })).toThrow(LocalProtocolError)
      connection.send(reset)
      connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    }
  })

  test('left open by a refused DATA is reset before the next MAIL', async () => {
    const { client, server } = await connectedClient({ answer: (line) => (line === 'DATA' ? '451 later' : undefined) })
    await client.deliver(delivery)
    await client.deliver(delivery)
    expect(server.lines.map((line) => line.split(' ')[0])).toEqual('EHLO MAIL RCPT DATA RSET MAIL RCPT DATA'.split(' '))
  })

  test('carries one copy of the message for all recipients', async () => {
    const { client, server } = await connectedClient()
    await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example', 'd@foo.example'] })
    expect(server.lines.filter(isMail)).toHaveLength(1)
    expect(server.lines.filter(isRcpt)).toHaveLength(3)
    expect(server.contents).toHaveLength(1)
  })

  test.each([250, 350, 421, 451, 503, 554])('has no content after %i to DATA', (code) => {
    const connection = connectionIn('rcpt')
    connection.send({ verb: 'DATA' })
    drain(connection)
    const outputs = feed(connection, `${code} text`)
    expect(outputs.filter(({ type }) => type === 'BodyRequested' || type === 'SendBytes')).toEqual([])
    expect(() => connection.sendBody(Uint8Array.of(65))).toThrow(LocalProtocolError)
    expect(() => connection.endBody()).toThrow(LocalProtocolError)
  })

  test('has no parameter of an extension that was not offered', () => {
    const connection = openedConnection(['SIZE'])
    const mail = { verb: 'MAIL', from: 'a@bar.example' } as const
    expect(() => connection.send({ ...mail, parameters: { RET: 'HDRS' } })).toThrow(NotSupportedError)
    connection.send({ ...mail, parameters: { SIZE: 1 } })
    const rcpt = { verb: 'RCPT', to: 'b@foo.example', parameters: { NOTIFY: 'NEVER' } } as const
    expect(() => connection.send(rcpt)).toThrow(NotSupportedError)
  })

  test('waits for each reply where PIPELINING was not offered', () => {
    const connection = openedConnection([])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'DATA' })
    expect(sentText(drain(connection))).toBe('MAIL FROM:<a@bar.example>\r\n')
    expect(sentText(feed(connection, '250 ok'))).toBe('RCPT TO:<b@foo.example>\r\n')
    expect(sentText(feed(connection, '250 ok'))).toBe('DATA\r\n')
  })
})

describe('a refusal', () => {
  test.each([
    ['MAIL', '451 later', 'deferred'],
    ['MAIL', '550 no', 'rejected'],
    ['RCPT', '450 later', 'deferred'],
    ['RCPT', '550 no', 'rejected'],
    ['DATA', '451 later', 'deferred'],
    ['DATA', '554 no', 'rejected'],
  ])('of %s with "%s" is told as %s, and not tried again', async (verb, reply, status) => {
    const { client, server } = await connectedClient({ answer: (line) => (line.startsWith(verb) ? reply : undefined) })
    expect(await client.deliver(delivery)).toMatchObject({
      recipients: [{ status, reply: { code: Number(reply.slice(0, 3)) } }],
    })
    expect(server.lines.filter((line) => line.startsWith(verb))).toHaveLength(1)
  })

  test.each([
    ['451 later', 'deferred'],
    ['554 no', 'rejected'],
  ])('of the content with "%s" is told as %s, and not tried again', async (reply, status) => {
    const { client, server } = await connectedClient({ content: () => reply })
    expect(await client.deliver(delivery)).toMatchObject({ recipients: [{ status }] })
    expect(server.contents).toHaveLength(1)
  })

  test('of MAIL is not remembered: the next delivery asks again', async () => {
    let refusals = 1
    const { client, server } = await connectedClient({
      keywords: [],
      answer: (line) => (isMail(line) && refusals-- > 0 ? '550 not now' : undefined),
    })
    expect(await client.deliver(delivery)).toMatchObject({ ok: false })
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
    expect(server.lines.filter(isMail)).toHaveLength(2)
  })

  test('of recipients beyond the server’s limit leaves the others, and those refused can be delivered to next', async () => {
    let taken = 0
    const { client } = await connectedClient({
      answer: (line) => {
        if (isMail(line)) taken = 0
        return isRcpt(line) && ++taken > 100 ? '452 4.5.3 too many recipients' : undefined
      },
    })
    const to = Array.from({ length: 150 }, (_, i) => `user${i}@foo.example`)
    const { recipients } = await client.deliver({ ...delivery, to })
    const deferred = recipients.filter(({ status }) => status === 'deferred').map(({ address }) => address)
    expect(deferred).toEqual(to.slice(100))
    expect(await client.deliver({ ...delivery, to: deferred })).toMatchObject({ ok: true })
  })

  test.each(['500 line too long', '501 path too long', '552 too much mail data'])(
    'of an object too large with "%s" is told, and the session goes on',
    async (reply) => {
      const { client } = await connectedClient({ answer: (line) => (/^RCPT.*<b/.test(line) ? reply : undefined) })
      const report = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example'] })
      expect(report.recipients.map(({ reply }) => reply?.code)).toEqual([Number(reply.slice(0, 3)), 250])
      expect(client.connected).toBe(true)
    },
  )
})

describe('a connection that is lost', () => {
  test.each(['MAIL', 'RCPT', 'DATA'])('at %s leaves whoever is undecided to be tried again', async (verb) => {
    const { client, server } = await connectedClient({
      keywords: [],
      answer: (line) => {
        if (!line.startsWith(verb)) return undefined
        server.end()
        return null
      },
    })
    expect(await client.deliver(delivery)).toMatchObject({
      recipients: [{ status: 'notSent' }],
      error: { code: 'UNEXPECTED_EOF' },
    })
  })
})

describe('VRFY and EXPN', () => {
  test('can be asked, with or without a session, and their answer is passed on as it is', () => {
    for (const state of ['greeted', 'ready'] as const) {
      const connection = connectionIn(state)
      connection.send({ verb: 'VRFY', argument: 'Smith' })
      expect(sentText(drain(connection))).toBe('VRFY Smith\r\n')
      const [answer] = feed(connection, '250 Fred Smith <Smith@foo.example>')
      expect(answer).toMatchObject({ exchange: 'VRFY', reply: { code: 250, text: 'Fred Smith <Smith@foo.example>' } })
      connection.send({ verb: 'EXPN', argument: 'staff' })
      expect(sentText(drain(connection))).toBe('EXPN staff\r\n')
      const [members] = feed(connection, '250-<Smith@foo.example>', '250 <Jones@foo.example>')
      expect(members).toMatchObject({ reply: { lines: ['<Smith@foo.example>', '<Jones@foo.example>'] } })
      expect(connection.state).toBe(state)
    }
  })

  test('answered by 252 or 551 change nothing', () => {
    const connection = connectionIn('ready')
    for (const reply of ['252 cannot verify', '551 try <Smith@elsewhere.example>']) {
      connection.send({ verb: 'VRFY', argument: 'Smith' })
      drain(connection)
      feed(connection, reply)
      expect(connection.state).toBe('ready')
    }
  })
})

test('RCPT 251 is an acceptance, and its text is passed on', async () => {
  const { client } = await connectedClient({
    answer: (line) => (isRcpt(line) ? '251 will forward to <c@elsewhere.example>' : undefined),
  })
  expect(await client.deliver(delivery)).toMatchObject({ recipients: [{ status: 'accepted' }] })
  const connection = connectionIn('mail')
  connection.send({ verb: 'RCPT', to: 'b@foo.example' })
  drain(connection)
  expect(feed(connection, '251 will forward to <c@elsewhere.example>')).toMatchObject([
    { reply: { code: 251, text: 'will forward to <c@elsewhere.example>' } },
  ])
})
