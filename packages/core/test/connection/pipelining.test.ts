import { ClientConnection } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, sentText } from '../support/connections.ts'

function opened(...keywords: string[]): ClientConnection {
  const connection = new ClientConnection()
  feed(connection, '220 ready')
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  drain(connection)
  feed(connection, ...['foo.example', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
  return connection
}

function queueTransaction(connection: ClientConnection): void {
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  connection.send({ verb: 'RCPT', to: 'b@foo.example' })
  connection.send({ verb: 'RCPT', to: 'c@foo.example' })
  connection.send({ verb: 'DATA' })
}

describe('with PIPELINING', () => {
  test('a transaction leaves as one SendBytes', () => {
    const connection = opened('PIPELINING')
    queueTransaction(connection)
    const outputs = drain(connection)
    expect(outputs).toHaveLength(1)
    expect(sentText(outputs)).toBe(
      'MAIL FROM:<a@bar.example>\r\nRCPT TO:<b@foo.example>\r\nRCPT TO:<c@foo.example>\r\nDATA\r\n',
    )
  })

  test.each(['NOOP', 'HELP', 'QUIT'] as const)('nothing leaves behind %s before its reply', (verb) => {
    const connection = opened('PIPELINING')
    connection.send({ verb })
    expect(connection.can('NOOP')).toBe(verb !== 'QUIT')
    if (verb === 'QUIT') return
    connection.send({ verb: 'RSET' })
    expect(sentText(drain(connection))).toBe(`${verb}\r\n`)
    expect(sentText(feed(connection, '250 ok'))).toBe('RSET\r\n')
  })

  test('RSET rides with the next envelope', () => {
    const connection = opened('PIPELINING')
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RSET' })
    queueTransaction(connection)
    expect(sentText(drain(connection)).split('\r\n')).toHaveLength(7)
  })

  test('commands sent before a refusal was known are answered all the same', () => {
    const connection = opened('PIPELINING')
    queueTransaction(connection)
    drain(connection)
    const outputs = feed(connection, '550 no', '503 no', '503 no', '503 no')
    expect(outputs.map(({ type }) => type)).toEqual(Array(4).fill('ReplyReceived'))
    expect(connection.state).toBe('ready')
    expect(connection.can('MAIL')).toBe(true)
  })
})

describe('without PIPELINING', () => {
  test('commands leave one by one, each on the reply to the one before', () => {
    const connection = opened()
    queueTransaction(connection)
    expect(sentText(drain(connection))).toBe('MAIL FROM:<a@bar.example>\r\n')
    expect(sentText(feed(connection, '250 ok'))).toBe('RCPT TO:<b@foo.example>\r\n')
    expect(sentText(feed(connection, '250 ok'))).toBe('RCPT TO:<c@foo.example>\r\n')
    expect(sentText(feed(connection, '550 no'))).toBe('DATA\r\n')
    expect(feed(connection, '354 go')).toMatchObject([{ type: 'ReplyReceived' }, { type: 'BodyRequested' }])
  })

  test('what a refused MAIL made illegal is skipped, not sent', () => {
    const connection = opened()
    queueTransaction(connection)
    drain(connection)
    expect(feed(connection, '550 no')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'MAIL' },
      { type: 'CommandSkipped', exchange: 'RCPT' },
      { type: 'CommandSkipped', exchange: 'RCPT' },
      { type: 'CommandSkipped', exchange: 'DATA' },
    ])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('DATA is skipped when every recipient is refused', () => {
    const connection = opened()
    queueTransaction(connection)
    drain(connection)
    feed(connection, '250 ok')
    feed(connection, '550 no')
    expect(feed(connection, '550 no')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'RCPT' },
      { type: 'CommandSkipped', exchange: 'DATA' },
    ])
    expect(connection.state).toBe('mail')
  })
})

test('commands queue before the greeting and leave after it', () => {
  const connection = new ClientConnection()
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  expect(drain(connection)).toEqual([])
  expect(sentText(feed(connection, '220 ready'))).toBe('EHLO bar.example\r\n')
})

test('a refused greeting skips the commands queued before it', () => {
  const connection = new ClientConnection()
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  connection.send({ verb: 'QUIT' })
  const outputs = feed(connection, '554 no')
  expect(outputs.map(({ type }) => type)).toEqual(['GreetingReceived', 'CommandSkipped', 'SendBytes'])
  expect(sentText(outputs)).toBe('QUIT\r\n')
})

test('content and the commands behind it leave in order', () => {
  const connection = opened('PIPELINING')
  queueTransaction(connection)
  drain(connection)
  feed(connection, '250 ok', '250 ok', '250 ok', '354 go')
  connection.sendBody(new TextEncoder().encode('.hi\n'))
  connection.endBody()
  connection.send({ verb: 'NOOP' })
  const outputs = drain(connection)
  expect(outputs).toMatchObject([{ content: true }, { content: false }])
  expect(sentText(outputs)).toBe('..hi\r\n.\r\nNOOP\r\n')
})
