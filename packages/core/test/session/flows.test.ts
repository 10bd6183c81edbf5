import {
  authenticate,
  type Flow,
  InvalidArgumentError,
  NotConnectedError,
  NotSupportedError,
  replyTo,
  type SaslMechanism,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, sentText } from '../support/connections.ts'

const credentials = { user: 'ann', pass: 'secret' }

test('a flow that waits for a reply ends with the connection', () => {
  const flow = replyTo(1)
  flow.next()
  expect(() => flow.next({ type: 'Closed' })).toThrow(NotConnectedError)
})

test('and passes over events that are not its own', () => {
  const connection = connectionIn('ready')
  const first = connection.send({ verb: 'NOOP' })
  const flow: Flow<unknown> = replyTo(first + 1)
  flow.next()
  drain(connection)
  for (const output of feed(connection, '250 ok')) expect(flow.next(output as never).done).toBe(false)
})

test('a flow that waits for the reply to a command that is skipped does not wait for ever', () => {
  const flow = replyTo(7)
  flow.next()
  expect(() => flow.next({ type: 'CommandSkipped', id: 7, exchange: 'RCPT' })).toThrow('RCPT was not sent')
})

describe('authenticate', () => {
  const serverFirst: SaslMechanism = {
    name: 'LOGIN',
    plaintext: false,
    start: ({ user }) => ({ initialResponse: undefined, respond: () => new TextEncoder().encode(user) }),
  }

  test('takes a mechanism of one’s own, in which the server speaks first', () => {
    const connection = connectionIn('ready')
    const flow = authenticate(connection, { credentials, mechanisms: [serverFirst] })
    flow.next()
    expect(sentText(drain(connection))).toBe('AUTH LOGIN\r\n')
    for (const output of feed(connection, '334 ')) flow.next(output as never)
    expect(sentText(drain(connection))).toBe('YW5u\r\n')
    const [reply] = feed(connection, '235 ok')
    expect(flow.next(reply as never).done).toBe(true)
    expect(connection.authenticated).toBe(true)
  })

  test('sends no plaintext password without TLS', () => {
    const connection = connectionIn('ready')
    expect(() => authenticate(connection, { credentials }).next()).toThrow(NotSupportedError)
    expect(drain(connection)).toEqual([])
  })

  test.each([
    [{ user: '', pass: 'x' }, 'auth.user'],
    [{ user: 'a\0b', pass: 'x' }, 'auth.user'],
    [{ user: 'a', pass: 'x\0' }, 'auth.pass'],
    [{ user: 'a', pass: 'x', authzid: '\0' }, 'auth.authzid'],
  ])('%j can be carried by no mechanism', (credentials, field) => {
    const flow = authenticate(connectionIn('ready'), { credentials, allowInsecureAuth: true })
    expect(() => flow.next()).toThrow(expect.objectContaining({ field, code: 'INVALID_ARGUMENT' }))
    expect(() => authenticate(connectionIn('ready'), { credentials }).next()).toThrow(InvalidArgumentError)
  })
})
