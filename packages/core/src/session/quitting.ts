import type { ClientConnection } from '../connection/index.ts'
import type { Flow } from './flow.ts'

/** Ends a session with QUIT and waits for the connection to close. That it closes early is no error. */
export function* quit(connection: ClientConnection): Flow<void> {
  connection.send({ verb: 'QUIT' })
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'Closed' || event.type === 'Failed') return
  }
}
