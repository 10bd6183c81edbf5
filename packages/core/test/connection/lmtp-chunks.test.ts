import type { ClientConnection } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection, sentText } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets } from './bdat-opened.ts'

const lmtp = { protocol: 'lmtp', keywords: ['PIPELINING'] } as const

/** An LMTP connection whose whole transaction has left before the first reply came. */
function inFlight(chunks: readonly string[], rcpts = 2): ClientConnection {
  const connection = openedConnection(['PIPELINING', 'CHUNKING'], { protocol: 'lmtp' })
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  for (let i = 0; i < rcpts; i += 1) connection.send({ verb: 'RCPT', to: `b${i}@foo.example` })
  connection.send({ verb: 'BDAT' })
  drain(connection)
  for (const chunk of chunks) connection.sendBody(octets(chunk))
  connection.endBody()
  drain(connection)
  return connection
}

describe('over LMTP, a chunk that is not the last', () => {
  test('has one reply, however many recipients there are', () => {
    const connection = bdatOpened({ ...lmtp, rcpts: ['250 ok', '250 ok'] })
    handOver(connection, 'one\n')
    handOver(connection, 'two\n')
    const [reply] = feed(connection, '250 ok')
    expect(reply).toMatchObject({ exchange: 'CHUNK' })
    expect(reply).not.toHaveProperty('recipient')
    expect(connection).toMatchObject({ pendingCommands: 0, bodyOpen: true })
  })

  test('has one also where nobody was accepted', () => {
    const connection = inFlight(['one\n', 'two\n'])
    const replies = feed(connection, '250 ok', '550 no', '550 no', '503 nobody')
    expect(replies.at(-1)).toMatchObject({ exchange: 'CHUNK', reply: { code: 503 } })
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0, timeout: undefined })
  })
})

describe('over LMTP, the last chunk', () => {
  test('has a reply for each accepted recipient, in the order of RCPT (RFC 2033 §4.3)', () => {
    const connection = bdatOpened({ ...lmtp, rcpts: ['250 ok', '550 no', '250 ok'] })
    handOver(connection, 'one\n')
    finish(connection)
    expect(feed(connection, '250 stored')).toMatchObject([{ exchange: 'CONTENT', recipient: 0 }])
    expect(connection).toMatchObject({ state: 'rcpt', pendingCommands: 1 })
    expect(feed(connection, '452 full')).toMatchObject([{ exchange: 'CONTENT', recipient: 2 }])
    expect(connection.pendingCommands).toBe(0)
  })

  test.each([
    [['250 a', '250 b'], 'ready'],
    [['250 a', '550 b'], 'ready'],
    [['550 a', '250 b'], 'ready'],
    [['452 a', '550 b'], 'resetDue'],
  ])('answered by %s leads to %s: it has failed only where it has reached nobody', (replies, state) => {
    const connection = bdatOpened({ ...lmtp, rcpts: ['250 ok', '250 ok'] })
    finish(connection)
    feed(connection, ...replies)
    expect(connection).toMatchObject({ state, pendingCommands: 0 })
  })

  test('that reached nobody says nothing of the transaction after it', () => {
    const connection = bdatOpened({ ...lmtp, size: 0 })
    connection.endBody()
    for (const reply of ['250 stored', '550 no']) {
      feed(connection, reply)
      connection.send({ verb: 'RSET' })
      connection.send({ verb: 'MAIL', from: '' })
      connection.send({ verb: 'RCPT', to: 'b@foo.example' })
      connection.send({ verb: 'BDAT', size: 0 })
      drain(connection)
      connection.endBody()
      feed(connection, '250 ok', '250 ok', '250 ok')
    }
    feed(connection, '550 no')
    expect(connection.state).toBe('resetDue')
  })

  test('has its replies behind those to RCPT that were still out when it left', () => {
    const connection = inFlight(['hi\n'])
    expect(feed(connection, '250 ok', '250 ok')).toHaveLength(2)
    expect(feed(connection, '550 no', '250 stored')).toMatchObject([
      { exchange: 'RCPT' },
      { exchange: 'CONTENT', recipient: 0 },
    ])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('has none where nobody was accepted, which shows with the last reply to RCPT', () => {
    const connection = inFlight(['hi\n'])
    feed(connection, '250 ok', '550 no')
    expect(connection).toMatchObject({ pendingCommands: 2 })
    expect(feed(connection, '550 no')).toMatchObject([{ exchange: 'RCPT' }])
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0, timeout: undefined })
    connection.send({ verb: 'RSET' })
    expect(sentText(drain(connection))).toBe('RSET\r\n')
  })

  test.each([undefined, 4])('has none where that shows before it is there, its size being %s', (size) => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'], { protocol: 'lmtp' })
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT', ...(size !== undefined && { size }) })
    drain(connection)
    feed(connection, '250 ok', '550 no')
    expect(connection).toMatchObject({ state: 'mail', bodyOpen: true })
    handOver(connection, 'hi\r\n')
    finish(connection)
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0, bodyOpen: false, timeout: undefined })
  })

  test('that was accepted by nobody may have the next transaction behind it', () => {
    const connection = inFlight(['hi\n'], 1)
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '' })
    drain(connection)
    expect(feed(connection, '250 ok', '550 no', '250 reset', '250 mail').slice(2)).toMatchObject([
      { exchange: 'RSET' },
      { exchange: 'MAIL' },
    ])
    expect(connection).toMatchObject({ state: 'mail', pendingCommands: 0 })
  })

  test('cut between its replies leaves the others unknown', () => {
    const connection = bdatOpened({ ...lmtp, rcpts: ['250 ok', '250 ok'] })
    finish(connection)
    feed(connection, '250 stored')
    expect(feed(connection, '421 bye')).toMatchObject([
      { exchange: 'CONTENT', recipient: 1 },
      { type: 'ServerClosing', delivery: 'notSent' },
      { type: 'CloseRequested' },
    ])
    const other = bdatOpened({ ...lmtp, rcpts: ['250 ok', '250 ok', '250 ok'] })
    finish(other)
    feed(other, '250 stored')
    expect(feed(other, '421 bye')[1]).toMatchObject({ type: 'ServerClosing', delivery: 'unknown' })
  })
})
