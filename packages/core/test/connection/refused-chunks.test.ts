import { defaultTimeouts, LocalProtocolError, type Verb } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

const pipelining = { keywords: ['PIPELINING'] }

describe('a refused chunk', () => {
  test.each(['452 no room', '552 too much'])('ends the content, and RSET is due: %s', (reply) => {
    const connection = bdatOpened()
    handOver(connection, 'one\r\n')
    handOver(connection, 'two\r\n')
    expect(feed(connection, reply)).toMatchObject([{ type: 'ReplyReceived', exchange: 'CHUNK' }])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, pendingCommands: 0, timeout: undefined })
    expect(() => connection.sendBody(octets('x'))).toThrow(LocalProtocolError)
    expect(() => connection.endBody()).toThrow(expect.objectContaining({ state: 'resetDue', command: 'endBody' }))
    expect(drain(connection)).toEqual([])
  })

  test('leaves nothing legal but RSET, EHLO, HELO and QUIT', () => {
    const connection = connectionIn('resetDue')
    const verbs = [
      'RSET',
      'EHLO',
      'HELO',
      'QUIT',
      'MAIL',
      'RCPT',
      'DATA',
      'BDAT',
      'NOOP',
      'VRFY',
      'STARTTLS',
      'AUTH',
      'XCLIENT',
    ]
    expect(verbs.filter((verb) => connection.can(verb as Verb))).toEqual(['RSET', 'EHLO', 'HELO', 'QUIT'])
  })

  test.each([
    [{ verb: 'RSET' }, '250 ok', 'ready'],
    [{ verb: 'RSET' }, '500 what', 'resetDue'],
    [{ verb: 'EHLO', domain: 'bar.example' }, '250 ok', 'ready'],
    [{ verb: 'EHLO', domain: 'bar.example' }, '500 what', 'resetDue'],
    [{ verb: 'QUIT' }, '221 bye', 'closing'],
  ] as const)('is followed by %j, answered %s', (command, reply, state) => {
    const connection = connectionIn('resetDue')
    connection.send(command)
    drain(connection)
    feed(connection, reply)
    expect(connection.state).toBe(state)
  })

  test('has the chunks in flight behind it answered, and none of those that are not', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n', '3\n']) handOver(connection, piece)
    expect(feed(connection, '452 no room')).toMatchObject([{ exchange: 'CHUNK', reply: { code: 452 } }])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, pendingCommands: 1 })
    expect(connection.timeout).toEqual({ phase: 'termination', milliseconds: defaultTimeouts.termination })
    connection.send({ verb: 'RSET' })
    expect(sentOctets(drain(connection))).toBe('RSET\r\n')
    expect(feed(connection, '503 no', '250 ok')).toMatchObject([{ exchange: 'CHUNK' }, { exchange: 'RSET' }])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('may have the last one in flight behind it, which is refused as well', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n']) handOver(connection, piece)
    finish(connection)
    expect(feed(connection, '452 no', '503 no')).toMatchObject([{ exchange: 'CHUNK' }, { exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })

  test('whose last one is accepted all the same leaves nobody knowing what was taken', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n']) handOver(connection, piece)
    finish(connection)
    expect(feed(connection, '452 no', '250 queued').at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })

  test('that is the last one makes RSET due as well', () => {
    const connection = bdatOpened()
    handOver(connection, 'one\r\n')
    finish(connection)
    expect(feed(connection, '554 spam')).toMatchObject([{ type: 'ReplyReceived', exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })
})
