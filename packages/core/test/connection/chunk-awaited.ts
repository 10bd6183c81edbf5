import type { ClientConnection } from '@sansmtp/core'
import { drain, feed, openedConnection } from '../support/connections.ts'

const text = new TextEncoder()

/** What MAIL and RCPT are answered so that their transaction gets there. */
const replies = {
  ready: ['550 no', '503 no'],
  mail: ['250 ok', '550 no'],
  rcpt: ['250 ok', '250 ok'],
  resetDue: ['250 ok', '250 ok', '452 not this chunk'],
} as const

/**
 * A connection in that state, whose next reply answers a chunk that is not the last, or the content: all was sent with
 * PIPELINING before the replies to the envelope had come.
 */
export function chunkAwaitedIn(state: keyof typeof replies, name: 'CHUNK' | 'CONTENT'): ClientConnection {
  const connection = openedConnection(['PIPELINING', 'CHUNKING'])
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  connection.send({ verb: 'RCPT', to: 'b@foo.example' })
  connection.send({ verb: 'BDAT' })
  drain(connection)
  const chunks = ['one\r\n', 'two\r\n', 'three\r\n', 'four\r\n']
  const before = (state === 'resetDue' ? 1 : 0) + (name === 'CHUNK' ? 3 : 1)
  for (const chunk of chunks.slice(0, before)) connection.sendBody(text.encode(chunk))
  if (name === 'CONTENT') connection.endBody()
  drain(connection)
  feed(connection, ...replies[state])
  if (connection.state !== state) throw new Error(`in state ${connection.state} instead of ${state}`)
  return connection
}
