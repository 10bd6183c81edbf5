import type { ClientConnection } from '../connection/index.ts'
import { DataError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import type { Demand } from './demand.ts'
import { type Flow, throwAtEnd } from './flow.ts'

/**
 * DATA and the message behind it, in a transaction that is open.
 *
 * @returns the replies to the message, whatever they are: one, or with LMTP one for each accepted recipient
 * @throws {DataError} when the server does not ask for the message; {@link LocalProtocolError} when no recipient was
 * accepted before; else the connection's own error when it ends before the last reply
 */
export function* data(connection: ClientConnection): Flow<readonly Reply[]> {
  const id = connection.send({ verb: 'DATA' })
  const replies: Reply[] = []
  let demand: Demand = 'nextEvent'
  for (;;) {
    const event = yield demand
    demand = 'nextEvent'
    if (event.type === 'BodyRequested') {
      demand = 'sendContent'
    } else if (event.type === 'ReplyReceived' && event.id === id) {
      if (event.exchange === 'CONTENT') replies.push(event.reply)
      else if (event.reply.code !== 354) throw new DataError(event.reply)
    } else {
      throwAtEnd(event)
    }
    if (replies.length > 0 && connection.pendingCommands === 0) return replies
  }
}
