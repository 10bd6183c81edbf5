import type { ClientConnection } from '../connection/index.ts'
import {
  DataError,
  RecipientsRefusedError,
  type RefusedRecipient,
  SenderRefusedError,
  type SmtpError,
  UnexpectedEofError,
} from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import type { Envelope } from './envelope.ts'
import type { Flow } from './flow.ts'
import type { RecipientOutcome } from './report.ts'
import { reset } from './reset.ts'
import { transact } from './transaction.ts'

/** Sender and recipients as they were given, for errors and results; the recipients by position in the envelope. */
export interface GivenAddresses {
  readonly from: string
  readonly to: readonly string[]
}

/**
 * One mail transaction by DATA as smtplib's `sendmail` has it: what the server refuses is returned while somebody gets the
 * message, and thrown where nobody does. RSET then leaves the session as it was before.
 *
 * @returns the recipients who were refused
 * @throws {SenderRefusedError} {@link RecipientsRefusedError} {@link DataError}; the connection's own error when it ends
 * amid the transaction; {@link NotSupportedError} {@link InvalidArgumentError} as `transact`
 */
export function* sendMail(
  connection: ClientConnection,
  envelope: Envelope,
  given: GivenAddresses,
): Flow<readonly RefusedRecipient<Reply>[]> {
  const { outcomes, error } = yield* transact(connection, { ...envelope, chunking: false })
  if (error !== undefined) throw error
  // After a 421 amid the replies to an LMTP message: who is behind it is neither refused nor known to be accepted.
  const unknown = outcomes.some(({ status }) => status === 'unknown')
  if (!unknown && outcomes.some(({ status }) => status === 'accepted')) return refusedOf(outcomes, given)
  yield* reset(connection)
  throw unknown ? endedAmidReplies(outcomes) : failureOf(connection, outcomes, given)
}

function endedAmidReplies(outcomes: readonly RecipientOutcome[]): SmtpError {
  const { reply } = outcomes.find(({ reply }) => reply?.code === 421) as { reply: Reply }
  const error = new UnexpectedEofError('dataSent', { cause: new DataError(reply) })
  error.delivery = 'unknown'
  return error
}

function failureOf(
  { dialect }: ClientConnection,
  outcomes: readonly RecipientOutcome[],
  given: GivenAddresses,
): SmtpError {
  const forAll = outcomes.find(
    ({ decidedBy }) => decidedBy === 'DATA' || (decidedBy === 'CONTENT' && dialect.contentReplies === 'one'),
  )
  if (forAll !== undefined) return new DataError(forAll.reply as Reply)
  // Not those who were accepted, or not yet named, when the server closed the connection.
  const refused = refusedOf(outcomes, given).filter(({ position }) =>
    ['RCPT', 'CONTENT'].includes(String(outcomes[position]?.decidedBy)),
  )
  if (refused.length > 0) return new RecipientsRefusedError(refused)
  return new SenderRefusedError(given.from, outcomes[0]?.reply as Reply)
}

function refusedOf(outcomes: readonly RecipientOutcome[], { to }: GivenAddresses): readonly RefusedRecipient<Reply>[] {
  return outcomes.flatMap(({ status, reply }, position) =>
    reply === undefined || status === 'accepted' ? [] : [{ address: to[position] as string, position, reply }],
  )
}
