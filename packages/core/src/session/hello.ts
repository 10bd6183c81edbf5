import type { ClientConnection } from '../connection/index.ts'
import { HeloError } from '../errors/index.ts'
import { type Flow, request } from './flow.ts'

/**
 * EHLO where it is due, and HELO where that is refused (RFC 5321 §4.1.1.1); LHLO for LMTP, which has no other.
 *
 * @throws {HeloError} when neither is accepted
 */
export function* hello(connection: ClientConnection, clientName: string): Flow<void> {
  if (connection.state !== 'greeted') return
  const { hello: verb, olderHello } = connection.dialect
  const reply = yield* request(connection, { verb, domain: clientName })
  if (reply.severity === 2) return
  // Not after 421, which has closed the connection.
  if (olderHello === undefined || connection.state !== 'greeted') throw new HeloError(verb, reply)
  const older = yield* request(connection, { verb: olderHello, domain: clientName })
  if (older.severity !== 2) throw new HeloError(olderHello, older)
}
