import { defaultTimeouts } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

const minutes = (count: number) => count * 60_000

describe('the timeout', () => {
  test('for the greeting is 5 minutes', () => {
    expect(connectionIn('greeting').timeout).toEqual({ phase: 'greeting', milliseconds: minutes(5) })
  })

  test.each([
    ['MAIL', 'ready', 'mail', 5],
    ['RCPT', 'mail', 'rcpt', 5],
    ['DATA', 'rcpt', 'data', 2],
  ] as const)('for the reply to %s is as long as asked for', (verb, state, phase, count) => {
    const connection = connectionIn(state)
    const path = { from: 'a@bar.example', to: 'b@foo.example' }
    connection.send({ verb, ...path } as Parameters<typeof connection.send>[0])
    drain(connection)
    expect(connection.timeout).toEqual({ phase, milliseconds: minutes(count) })
  })

  test('for a block of content is 3 minutes, and for the reply to its end 10', () => {
    const connection = connectionIn('data')
    expect(connection.timeout).toEqual({ phase: 'content', milliseconds: minutes(3) })
    connection.endBody()
    drain(connection)
    expect(connection.timeout).toEqual({ phase: 'termination', milliseconds: minutes(10) })
  })

  test('is armed afresh for each reply and each block, and none is for the whole transaction', () => {
    const connection = connectionIn('ready')
    const seen = new Set<unknown>()
    const look = () => seen.add(connection.timeout)
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    drain(connection)
    look()
    for (const to of ['b@foo.example', 'c@foo.example']) {
      feed(connection, '250 ok')
      connection.send({ verb: 'RCPT', to })
      drain(connection)
      look()
    }
    feed(connection, '250 ok')
    connection.send({ verb: 'DATA' })
    drain(connection)
    look()
    feed(connection, '354 go')
    for (let i = 0; i < 3; i += 1) {
      connection.sendBody(new TextEncoder().encode('block\r\n'))
      drain(connection)
      look()
    }
    expect(seen.size).toBe(7)
  })

  test('of each phase can be set by the caller', async () => {
    for (const [verb, phase] of [
      ['MAIL', 'mail'],
      ['RCPT', 'rcpt'],
      ['DATA', 'data'],
    ] as const) {
      const timeouts = { [phase]: 10 }
      const options = { keywords: [], answer: (line: string) => (line.startsWith(verb) ? null : undefined) }
      const { client } = await connectedClient(options, { timeouts })
      expect(await client.deliver(delivery)).toMatchObject({ error: { code: 'TIMEOUT', phase, milliseconds: 10 } })
    }
  })

  test('exists for whatever can be waited for', () => {
    for (const milliseconds of Object.values(defaultTimeouts)) expect(milliseconds).toBeGreaterThan(0)
  })
})
