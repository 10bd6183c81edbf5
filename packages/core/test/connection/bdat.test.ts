import { InvalidArgumentError, LocalProtocolError, NotSupportedError, type Verb } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

const pipelining = { keywords: ['PIPELINING'] }

describe('BDAT', () => {
  test('needs CHUNKING', () => {
    const connection = openedConnection(['PIPELINING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    expect(connection.can('BDAT')).toBe(false)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(NotSupportedError)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(expect.objectContaining({ extension: 'CHUNKING' }))
  })

  test('asks for the content at once, and is nothing on the wire by itself', () => {
    const connection = connectionIn('rcpt')
    const id = connection.send({ verb: 'BDAT' })
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 1 })
    expect(drain(connection)).toEqual([{ type: 'BodyRequested', id }])
    expect(connection).toMatchObject({ state: 'rcpt', bodyOpen: true, pendingCommands: 0 })
  })

  test('leaves with the envelope where there is PIPELINING, and the content may follow', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    const id = connection.send({ verb: 'BDAT' })
    const outputs = drain(connection)
    expect(sentOctets(outputs)).toBe('MAIL FROM:<a@bar.example>\r\nRCPT TO:<b@foo.example>\r\n')
    expect(outputs.at(-1)).toEqual({ type: 'BodyRequested', id })
    expect(connection).toMatchObject({ state: 'ready', bodyOpen: true })
  })

  test('waits for the replies to the envelope where there is none', () => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    expect(feed(connection, '250 ok').map(({ type }) => type)).toEqual(['ReplyReceived', 'SendBytes'])
    expect(connection.bodyOpen).toBe(false)
    expect(feed(connection, '250 ok').map(({ type }) => type)).toEqual(['ReplyReceived', 'BodyRequested'])
  })

  test.each([
    ['MAIL', ['550 no']],
    ['every RCPT', ['250 ok', '550 no']],
  ])('is skipped where %s was refused before it could leave', (_, replies) => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    const id = connection.send({ verb: 'BDAT', size: 5 })
    drain(connection)
    const outputs = replies.flatMap((reply) => feed(connection, reply))
    expect(outputs.at(-1)).toEqual({ type: 'CommandSkipped', id, exchange: 'BDAT' })
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 0 })
    expect(() => connection.sendBody(octets('x'))).toThrow(LocalProtocolError)
  })

  test('that will be skipped stands in nobody’s way once the refusal is told', () => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.receiveBytes(octets('550 no\r\n'))
    expect([connection.can('MAIL'), connection.can('RSET')]).toEqual([false, false])
    expect(connection.nextOutput()).toMatchObject({ type: 'ReplyReceived', exchange: 'MAIL' })
    expect([connection.can('MAIL'), connection.can('RSET')]).toEqual([true, true])
  })

  test('is skipped with its MAIL where the transaction before could not be reset', () => {
    const connection = connectionIn('rcpt')
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'c@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    expect(feed(connection, '500 what')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'RSET' },
      { type: 'CommandSkipped', exchange: 'MAIL' },
      { type: 'CommandSkipped', exchange: 'RCPT' },
      { type: 'CommandSkipped', exchange: 'BDAT' },
    ])
    expect(connection).toMatchObject({ state: 'rcpt', bodyOpen: false })
  })

  test('lets no command be queued while its content is not all there', () => {
    const connection = bdatOpened(pipelining)
    handOver(connection, 'x')
    for (const verb of ['RSET', 'MAIL', 'DATA', 'BDAT', 'QUIT', 'NOOP', 'EHLO'] satisfies Verb[]) {
      expect(connection.can(verb), verb).toBe(false)
    }
    finish(connection)
    expect(connection.can('MAIL')).toBe(true)
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', null, 5n])('has no size %s', (size) => {
    const connection = connectionIn('rcpt')
    const send = () => connection.send({ verb: 'BDAT', size: size as number })
    expect(send).toThrow(InvalidArgumentError)
    expect(send).toThrow(expect.objectContaining({ field: 'size' }))
    expect(connection.pendingCommands).toBe(0)
    expect(connection.can('BDAT')).toBe(true)
  })
})
