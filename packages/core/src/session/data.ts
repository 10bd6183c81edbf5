import type { ClientConnection } from '../connection/index.ts'
import { DataError } from '../errors/index.ts'
import type { BdatCommand, ContentSurvey, Reply } from '../wire/index.ts'
import type { Demand } from './demand.ts'
import { type Flow, throwAtEnd } from './flow.ts'

type OctetCounts = Pick<ContentSurvey, 'size' | 'octets'>

/**
 * DATA or BDAT and the message behind it, in a transaction that is open. Behind BODY=BINARYMIME its octets go as they are.
 *
 * @param survey of the message, where it is known
 * @returns the replies to the message, whatever they are: one; with LMTP one for each accepted recipient; where PRDR was
 * asked for both, the one for all last; where a chunk was refused, the first such refusal alone
 * @throws {DataError} when the server does not ask for the message; {@link LocalProtocolError} when no recipient was
 * accepted before; {@link NotSupportedError} when CHUNKING is not offered; else the connection's own error when it ends
 * before the last reply
 */
export function* data(connection: ClientConnection, by: 'DATA' | 'BDAT', survey?: OctetCounts): Flow<readonly Reply[]> {
  const id = connection.send(by === 'DATA' ? { verb: by } : bdat(connection, survey))
  const replies: Reply[] = []
  let refusal: Reply | undefined
  let demand: Demand = 'nextEvent'
  for (;;) {
    const event = yield demand
    demand = 'nextEvent'
    if (event.type === 'BodyRequested') {
      demand = 'sendContent'
    } else if (event.type === 'ReplyReceived' && event.id === id) {
      const { exchange, reply } = event
      if (exchange === 'DATA' && reply.code !== 354) throw new DataError(reply)
      if (exchange === 'CONTENT' && reply.code !== 353) replies.push(reply)
      if (exchange === 'CHUNK' && reply.severity !== 2) refusal ??= reply
    } else if (event.type === 'ContentFailed') {
      throw event.error
    } else {
      throwAtEnd(event)
    }
    const answered = refusal !== undefined || replies.length > 0
    if (answered && connection.pendingCommands === 0) {
      return refusal === undefined ? replies : [refusal]
    }
  }
}

function bdat(connection: ClientConnection, survey: OctetCounts | undefined): BdatCommand {
  // RFC 3030 §3: the one thing that DATA is not legal behind and BDAT is.
  const binary = connection.can('BDAT') && !connection.can('DATA')
  const size = binary ? survey?.octets : survey?.size
  return { verb: 'BDAT', binary, ...(size !== undefined && { size }) }
}
