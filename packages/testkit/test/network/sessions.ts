import {
  type ClientConnection,
  type Envelope,
  encodeUtf8,
  type Flow,
  open,
  parseForwardPath,
  parseReversePath,
  quit,
  type TransactionResult,
  transact,
} from '@sansmtp/core'

export const opening = { clientName: 'client.example', startTls: 'off' } as const

export const message: Uint8Array = encodeUtf8('Subject: hello\n\n.a line\nand another\n')

/** An envelope to so many recipients, no two alike. */
export function envelopeTo(recipients: number): Envelope {
  const to = Array.from({ length: recipients }, (_, i) => parseForwardPath(`r${i}@foo.example`))
  return { from: parseReversePath('ann@bar.example'), to }
}

/** A whole session with one message. */
export function* oneMessage(connection: ClientConnection, recipients: number): Flow<TransactionResult> {
  yield* open(connection, opening)
  const result = yield* transact(connection, envelopeTo(recipients))
  yield* quit(connection)
  return result
}
