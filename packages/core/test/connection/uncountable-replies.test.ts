import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection } from '../support/connections.ts'

/** A message to so many recipients in three chunks, all of which are out. */
function inThreeChunks(recipients: number) {
  const connection = openedConnection(['PIPELINING', 'CHUNKING'], { protocol: 'lmtp' })
  connection.send({ verb: 'MAIL', from: 'a@bar.example' })
  for (let i = 0; i < recipients; i += 1) connection.send({ verb: 'RCPT', to: `r${i}@foo.example` })
  drain(connection)
  feed(connection, ...Array(recipients + 1).fill('250 ok'))
  connection.send({ verb: 'BDAT' })
  drain(connection)
  for (const text of ['one', 'two', 'three']) connection.sendBody(new TextEncoder().encode(text))
  connection.endBody()
  drain(connection)
  return connection
}

describe('over LMTP, a chunk that is refused with the last one on its way', () => {
  test('closes where several recipients are accepted: nobody knows how many replies follow', () => {
    const connection = inThreeChunks(2)
    expect(feed(connection, '250 ok', '451 full')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'CHUNK', reply: { code: 250 } },
      { type: 'ReplyReceived', exchange: 'CHUNK', reply: { code: 451 } },
      { type: 'CloseRequested' },
    ])
  })

  test('is followed by one reply where one is accepted', () => {
    const connection = inThreeChunks(1)
    feed(connection, '250 ok', '451 full', '503 bad sequence')
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })
})
