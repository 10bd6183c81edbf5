import type { ClientConnection } from '../connection/index.ts'
import { type Flow, request } from './flow.ts'

/** Forgets an open transaction. That the session ends meanwhile is for the next call to say. */
export function* reset(connection: ClientConnection): Flow<void> {
  if (!connection.can('RSET')) return
  try {
    yield* request(connection, { verb: 'RSET' })
  } catch {}
}
