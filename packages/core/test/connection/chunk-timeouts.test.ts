import { defaultTimeouts } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets } from './bdat-opened.ts'

const pipelining = { keywords: ['PIPELINING'] }

describe('time, for content by BDAT,', () => {
  const content = { phase: 'content', milliseconds: defaultTimeouts.content }
  const termination = { phase: 'termination', milliseconds: defaultTimeouts.termination }

  test('runs for content from BodyRequested, and for a chunk from when it has left', () => {
    const connection = bdatOpened()
    expect(connection.timeout).toEqual(content)
    connection.sendBody(octets('one\r\n'))
    connection.sendBody(octets('two\r\n'))
    expect(connection.timeout).toEqual(content)
    drain(connection)
    expect(connection.timeout).toEqual(termination)
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(content)
    finish(connection)
    expect(connection.timeout).toEqual(termination)
    feed(connection, '250 queued')
    expect(connection.timeout).toBeUndefined()
  })

  test('is armed afresh by each reply, and by no further chunk', () => {
    const connection = bdatOpened(pipelining)
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    const first = connection.timeout
    handOver(connection, '3\n')
    expect(connection.timeout).toBe(first)
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(first)
    expect(connection.timeout).not.toBe(first)
  })

  test('that has run out while a chunk was not answered ends it, and nothing of the message was taken', () => {
    const connection = bdatOpened()
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    connection.handleTimeout()
    expect(drain(connection).at(-1)).toMatchObject({
      type: 'Failed',
      error: { code: 'TIMEOUT', phase: 'termination' },
      delivery: 'notSent',
    })
    expect(connection.bodyOpen).toBe(false)
  })

  test('of the envelope’s replies is kept while content goes out behind it', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    const { timeout } = connection
    expect(timeout).toMatchObject({ phase: 'mail' })
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    expect(connection.timeout).toBe(timeout)
    feed(connection, '250 ok')
    expect(connection.timeout).toMatchObject({ phase: 'rcpt' })
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(termination)
  })
})
