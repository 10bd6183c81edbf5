import type { ContentIntake } from './content-intake.ts'
import { ContentReplies, type Decide } from './content-replies.ts'
import type { Decision } from './decision.ts'
import type { ReceivedMessage } from './received.ts'
import { replyOf, type ServerReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'
import type { RecipientRecord, TransactionRecord } from './transaction-log.ts'

/** What is said to a message, and the message if anybody gets it. */
export interface Verdict {
  readonly decisions: readonly Decision[]
  readonly message?: ReceivedMessage
}

/** Finds what is said to content that came whole, and keeps what is delivered. */
export class ContentVerdict {
  readonly #session: SessionRecord
  readonly #settings: ServerSettings
  readonly #decide: Decide
  #storedOctets = 0

  constructor(session: SessionRecord, settings: ServerSettings, decide: Decide) {
    this.#session = session
    this.#settings = settings
    this.#decide = decide
  }

  /** Octets that can still be stored. */
  get room(): number {
    return this.#settings.limits.maxStoredOctets - this.#storedOctets
  }

  on(intake: ContentIntake, transaction: TransactionRecord): Verdict {
    const { accepted } = transaction
    const usual = this.#usualFor(intake, transaction)
    const candidate = messageOf(transaction, intake, accepted)
    const replies = new ContentReplies(transaction, candidate, usual, this.#decide)
    if (this.#session.protocol === 'lmtp') replies.forEach()
    else if (transaction.asksForPrdr && accepted.length > 1 && usual.code < 400) replies.withPrdr()
    else replies.forAll()
    const delivered = accepted.filter((recipient) => recipient.delivered)
    if (delivered.length === 0) return replies
    const message = { ...candidate, ...namesOf(delivered) }
    this.#session.messages.push(message)
    this.#storedOctets += message.content.length
    return { decisions: replies.decisions, message }
  }

  #usualFor({ size }: ContentIntake, { accepted }: TransactionRecord): ServerReply {
    const { maxSize } = this.#settings
    if (size > maxSize) return replyOf(552, '5.3.4', `at most ${maxSize} octets are taken`)
    if (accepted.length === 0) return replyOf(554, '5.5.1', 'no valid recipients')
    if (size > this.room) return replyOf(452, '4.3.1', 'no room for more')
    return replyOf(250, '2.0.0', `${size} octets taken`)
  }
}

function messageOf(
  { index, from }: TransactionRecord,
  { content, by }: ContentIntake,
  recipients: readonly RecipientRecord[],
): ReceivedMessage {
  return { transaction: index, from, ...namesOf(recipients), content, by }
}

function namesOf(recipients: readonly RecipientRecord[]): Pick<ReceivedMessage, 'recipients' | 'recipientIndexes'> {
  return { recipients: recipients.map(({ path }) => path), recipientIndexes: recipients.map(({ index }) => index) }
}
