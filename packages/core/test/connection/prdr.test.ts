import type { ClientConnection, Command } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection } from '../support/connections.ts'
import { octets } from './bdat-opened.ts'

type By = 'DATA' | 'BDAT'

/** A connection where content is out to three recipients, the second of whom RCPT has refused. */
function contentSent(by: By, { prdr = true, protocol = 'smtp' }: { prdr?: boolean; protocol?: 'smtp' | 'lmtp' } = {}) {
  const connection = openedConnection(['PIPELINING', 'CHUNKING', 'PRDR'], { protocol })
  connection.send({ verb: 'MAIL', from: 'a@bar.example', ...(prdr && { parameters: { prdr: true } }) })
  for (const to of ['b', 'c', 'd']) connection.send({ verb: 'RCPT', to: `${to}@foo.example` })
  const id = connection.send({ verb: by } as Command)
  drain(connection)
  feed(connection, '250 ok', '250 ok', '550 no', '250 ok', ...(by === 'DATA' ? ['354 go'] : []))
  connection.sendBody(octets('hi\r\n'))
  connection.endBody()
  drain(connection)
  return { connection, id }
}

const open: readonly (readonly [By])[] = [['DATA'], ['BDAT']]

describe.each(open)('with PRDR, content by %s', (by) => {
  test('has a reply for each recipient that RCPT has accepted, and an overall one', () => {
    const { connection, id } = contentSent(by)
    const before = connection.state
    expect(feed(connection, '353 wait')).toEqual([
      { type: 'ReplyReceived', id, exchange: 'CONTENT', reply: expect.objectContaining({ code: 353 }) },
    ])
    expect(connection).toMatchObject({ state: before, pendingCommands: 1 })
    expect(feed(connection, '250 yes')).toMatchObject([{ id, exchange: 'CONTENT', recipient: 0 }])
    expect(feed(connection, '550 no')).toMatchObject([{ id, exchange: 'CONTENT', recipient: 2 }])
    expect(connection).toMatchObject({ state: before, pendingCommands: 1 })
    const [overall] = feed(connection, '250 queued')
    expect(overall).toMatchObject({ id, exchange: 'CONTENT', reply: { code: 250 } })
    expect(overall).not.toHaveProperty('recipient')
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('may be refused overall after each recipient was accepted', () => {
    const { connection } = contentSent(by)
    feed(connection, '353 wait', '250 yes', '250 yes', '550 no after all')
    expect(connection).toMatchObject({ state: by === 'DATA' ? 'ready' : 'resetDue', pendingCommands: 0 })
  })

  test.each(['250 queued', '452 no room', '554 spam'])('may be answered once, for all: %s', (reply) => {
    const { connection } = contentSent(by)
    const [only] = feed(connection, reply)
    expect(only).toMatchObject({ exchange: 'CONTENT' })
    expect(only).not.toHaveProperty('recipient')
    expect(connection.pendingCommands).toBe(0)
  })

  test.each([['353 wait'], ['353 wait', '250 yes'], ['353 wait', '250 yes', '250 yes']])(
    'that is cut behind %s is nothing that anybody knows of',
    (...replies) => {
      for (const end of [(c: ClientConnection) => c.receiveEof(), (c: ClientConnection) => c.handleTimeout()]) {
        const { connection } = contentSent(by)
        feed(connection, ...replies)
        end(connection)
        expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', delivery: 'unknown' })
      }
    },
  )

  test.each([
    [['353 wait', '250 yes'], 2, 'unknown'],
    [['353 wait', '250 yes', '250 yes'], undefined, 'notSent'],
    [[], undefined, 'notSent'],
  ])('behind %s, 421 is the next reply, and the last', (replies, recipient, delivery) => {
    const { connection } = contentSent(by)
    feed(connection, ...replies)
    const [answer, closing] = feed(connection, '421 bye')
    expect(answer).toMatchObject({ exchange: 'CONTENT', reply: { code: 421 } })
    if (recipient === undefined) expect(answer).not.toHaveProperty('recipient')
    else expect(answer).toMatchObject({ recipient })
    expect(closing).toMatchObject({ type: 'ServerClosing', delivery })
  })

  test('is told 353 once only', () => {
    const { connection } = contentSent(by)
    expect(feed(connection, '353 wait', '353 wait').at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })

  test.each(['334 x', '354 go', '350 x'])('is told no other 3xx in its place, nor behind it: %s', (reply) => {
    for (const replies of [[], ['353 wait']]) {
      const { connection } = contentSent(by)
      expect(feed(connection, ...replies, reply).at(-1)).toMatchObject({
        error: { violation: 'UNEXPECTED_REPLY' },
        delivery: 'unknown',
      })
    }
  })

  test('arms the timeout afresh with each reply', () => {
    const { connection } = contentSent(by)
    for (const reply of ['353 wait', '250 yes', '250 yes']) {
      const { timeout } = connection
      feed(connection, reply)
      expect(connection.timeout).toEqual(timeout)
      expect(connection.timeout).not.toBe(timeout)
    }
    feed(connection, '250 queued')
    expect(connection.timeout).toBeUndefined()
  })

  test('may have the next transaction ride behind it, which has none of its own unless it asks', () => {
    const { connection } = contentSent(by)
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'e@foo.example' })
    connection.send({ verb: by } as Command)
    drain(connection)
    const replies = feed(connection, '353 wait', '250 a', '250 b', '250 queued', '250 mail', '250 rcpt')
    expect(replies.flatMap((output) => ('exchange' in output ? output.exchange : []))).toEqual([
      'CONTENT',
      'CONTENT',
      'CONTENT',
      'CONTENT',
      'MAIL',
      'RCPT',
    ])
    if (by === 'DATA') feed(connection, '354 go')
    connection.endBody()
    drain(connection)
    expect(feed(connection, '353 wait').at(-1)).toMatchObject({ error: { violation: 'UNEXPECTED_REPLY' } })
  })
})

describe.each(open)('without PRDR on MAIL, content by %s', (by) => {
  test('is not answered by 353', () => {
    const { connection } = contentSent(by, { prdr: false })
    expect(feed(connection, '353 wait').at(-1)).toMatchObject({
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })
})

describe('with PRDR', () => {
  test('nobody whom RCPT has refused is answered for', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'PRDR'])
    connection.send({ verb: 'MAIL', from: '', parameters: { PRDR: true } })
    for (const _ of [0, 1, 2]) connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.endBody()
    drain(connection)
    feed(connection, '250 ok', '550 no', '550 no', '250 ok', '353 wait')
    expect(feed(connection, '250 yes')).toMatchObject([{ recipient: 2 }])
    expect(feed(connection, '250 queued').at(0)).not.toHaveProperty('recipient')
  })

  test('353 for content that nobody was accepted for is none, behind BDAT', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'PRDR'])
    connection.send({ verb: 'MAIL', from: '', parameters: { PRDR: true } })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.endBody()
    drain(connection)
    expect(feed(connection, '250 ok', '550 no', '353 wait').at(-1)).toMatchObject({
      error: { violation: 'UNEXPECTED_REPLY' },
    })
  })

  test('a lone dot that nobody was accepted for has the overall reply alone behind 353', () => {
    const connection = openedConnection(['PIPELINING', 'PRDR'])
    connection.send({ verb: 'MAIL', from: '', parameters: { PRDR: true } })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'DATA' })
    drain(connection)
    feed(connection, '250 ok', '550 no', '354 go')
    connection.endBody()
    drain(connection)
    feed(connection, '353 wait', '554 nobody')
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('a chunk that is not the last is answered once', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'PRDR'])
    connection.send({ verb: 'MAIL', from: '', parameters: { PRDR: true } })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.sendBody(octets('1'))
    connection.sendBody(octets('2'))
    drain(connection)
    expect(feed(connection, '250 ok', '250 ok', '353 wait').at(-1)).toMatchObject({
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'notSent',
    })
  })
})
