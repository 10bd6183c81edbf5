import type { ClientConnection } from '../connection/index.ts'
import type { SmtpError } from '../errors/index.ts'
import { announcement } from './announcement.ts'
import type { Demand } from './demand.ts'
import type { Envelope } from './envelope.ts'
import type { Flow, FlowEvent } from './flow.ts'
import { MailTransaction } from './mail-transaction.ts'
import { noteRecipients } from './recipient-domains.ts'
import type { RecipientOutcome } from './report.ts'
import { sizeInChunks } from './size-in-chunks.ts'

export interface TransactionResult {
  /** By position in the envelope. */
  readonly outcomes: readonly RecipientOutcome[]
  /** Why the connection ended amid the transaction, if it did by a fault. */
  readonly error?: SmtpError
  /** Why it could not be announced to this server. Nothing was sent. */
  readonly problem?: SmtpError
  /** Extensions that the envelope asked for if offered, and that were not. */
  readonly dropped?: readonly string[]
}

/**
 * One mail transaction (RFC 5321 §3.3), by itself. Never throws for what the server says or for a connection that ends;
 * the result tells it.
 *
 * @throws {NotSupportedError} when the message needs an extension that the server lacks
 * @throws {InvalidArgumentError} when the message is larger than the server takes; nothing was sent in both cases
 */
export function* transact(connection: ClientConnection, envelope: Envelope): Flow<TransactionResult> {
  const announced = announcement(envelope, connection)
  // A refused DATA leaves a transaction open. RSET rides in the same flight, so it costs no round trip.
  const start = { reset: !connection.can('MAIL'), size: sizeInChunks(envelope, announced) }
  const transaction = new MailTransaction(connection, announced, start)
  noteRecipients(connection, envelope.to)
  const { dropped } = announced
  let demand: Demand = 'nextEvent'
  for (;;) {
    const event: FlowEvent = yield demand
    demand = 'nextEvent'
    transaction.receive(event)
    if (event.type === 'ServerClosing') transaction.closing(event.reply, event.delivery)
    if (event.type === 'Failed') {
      transaction.ended(event.delivery)
      return resultOf(transaction, dropped, event.error)
    }
    // Behind a 421 there is more to be told of those who are not decided.
    const over = event.type === 'Closed' || (transaction.done && connection.state !== 'closing')
    if (over) return resultOf(transaction, dropped, transaction.failure)
    if (transaction.contentAsked) {
      transaction.contentBegun()
      demand = 'sendContent'
    }
  }
}

/** Of a transaction that is over. */
export function resultOf(
  { outcomes }: MailTransaction,
  dropped: readonly string[],
  error: SmtpError | undefined,
): TransactionResult {
  return error === undefined ? { outcomes, dropped } : { outcomes, dropped, error }
}
