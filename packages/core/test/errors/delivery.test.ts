import { ContentSourceError, type SmtpError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'

describe('the delivery of an error', () => {
  const ended = (state: Parameters<typeof connectionIn>[0]): SmtpError => {
    const connection = connectionIn(state)
    connection.receiveEof()
    for (const output of drain(connection)) if (output.type === 'Failed') return output.error
    return expect.unreachable()
  }

  test.each(['greeting', 'greeted', 'ready', 'mail', 'rcpt', 'data', 'auth', 'startTls'] as const)(
    'that ended a connection in state %s is notSent',
    (state) => {
      expect(ended(state)).toMatchObject({ code: 'UNEXPECTED_EOF', delivery: 'notSent' })
    },
  )

  test('is unknown where all of a message was sent and the reply to it is missing', () => {
    expect(ended('dataSent')).toMatchObject({ code: 'UNEXPECTED_EOF', delivery: 'unknown' })
  })

  test('is told whatever ended it, and of the caller’s own error too', () => {
    const cause = new ContentSourceError({ cause: 'gone' })
    const connection = connectionIn('data')
    connection.abort(cause)
    drain(connection)
    expect(cause.delivery).toBe('notSent')
    const silent = connectionIn('dataSent')
    silent.handleTimeout()
    expect(drain(silent)).toMatchObject([{}, { error: { code: 'TIMEOUT', delivery: 'unknown' } }])
    const broken = connectionIn('dataSent')
    expect(feed(broken, '250-a', '251 b')).toMatchObject([
      {},
      { error: { violation: 'REPLY_CODES_DIFFER', delivery: 'unknown' } },
    ])
  })
})
