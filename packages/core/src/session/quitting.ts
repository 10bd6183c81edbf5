import type { ClientConnection } from '../connection/index.ts'
import type { Reply } from '../wire/index.ts'
import type { Flow } from './flow.ts'

/**
 * Ends a session with QUIT and waits for the connection to close. That it closes early is no error.
 *
 * @returns the server's answer, if it gave one
 */
export function* quit(connection: ClientConnection): Flow<Reply | undefined> {
  const id = connection.send({ verb: 'QUIT' })
  let reply: Reply | undefined
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'ReplyReceived' && event.id === id) reply = event.reply
    if (event.type === 'Closed' || event.type === 'Failed') return reply
  }
}
