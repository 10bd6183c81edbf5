import type { ClientConnection } from '../connection/index.ts'
import { StartTlsRefusedError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import { type Flow, request, throwAtEnd } from './flow.ts'

/**
 * Upgrades to TLS (RFC 3207). Afterwards nothing is known of the server, and EHLO is due again.
 *
 * @returns the server's 220
 * @throws {NotSupportedError} when it is not offered, {@link StartTlsRefusedError} for any reply but 220, {@link LocalProtocolError} when TLS
 * stands or a transaction is open; else what ended the connection, such as a refused certificate
 */
export function* startTls(connection: ClientConnection): Flow<Reply> {
  const reply = yield* request(connection, { verb: 'STARTTLS' })
  if (reply.code !== 220) throw new StartTlsRefusedError(reply)
  while (!connection.secure) throwAtEnd(yield 'nextEvent')
  return reply
}
