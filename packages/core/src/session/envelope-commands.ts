import type { ClientConnection } from '../connection/index.ts'
import { type Parameters, type Path, pathWithALabels, type Reply } from '../wire/index.ts'
import { type Flow, request } from './flow.ts'
import { keptParameters } from './kept-parameters.ts'
import { checkRequireTls } from './require-tls.ts'

/**
 * MAIL by itself (RFC 5321 §4.1.1.2), whatever the reply. A domain beyond US-ASCII goes as A-labels where the server
 * does not offer SMTPUTF8.
 *
 * @throws {LocalProtocolError} when it is illegal now, {@link InvalidArgumentError}, {@link NotSupportedError}
 */
export function* mail(connection: ClientConnection, from: Path, parameters: Parameters): Flow<Reply> {
  const kept = keptParameters(parameters, connection.capabilities)
  checkRequireTls(kept, connection)
  return yield* request(connection, { verb: 'MAIL', from: written(connection, from), parameters: kept })
}

/** RCPT by itself (RFC 5321 §4.1.1.3); as `mail`. */
export function* rcpt(connection: ClientConnection, to: Path, parameters: Parameters): Flow<Reply> {
  const kept = keptParameters(parameters, connection.capabilities)
  return yield* request(connection, { verb: 'RCPT', to: written(connection, to), parameters: kept })
}

function written({ capabilities }: ClientConnection, path: Path): Path {
  return capabilities.has('SMTPUTF8') ? path : pathWithALabels(path)
}
