import { ContentIntake, discardChunk } from './content-intake.ts'
import type { Decision } from './decision.ts'
import { spoil } from './effects.ts'
import type { Judgement } from './judgement.ts'
import type { OctetQueue } from './octet-queue.ts'
import type { ContentMoment } from './policy.ts'
import type { ReceivedMessage } from './received.ts'
import { replyOf, type ServerReply } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'
import { isPositive, type RecipientRecord, type TransactionRecord } from './transaction-log.ts'
import type { ViolationRecorder } from './violation-recorder.ts'

/** A BDAT whose octets are on their way. */
interface OpenChunk {
  remaining: number
  readonly last: boolean
  readonly taken: boolean
  readonly decision: Decision
  /** The state that the command came in. */
  readonly before: SessionRecord['state']
  /** RFC 2033 §4.2: no recipient is accepted, so no reply is due. */
  readonly unanswered: boolean
}

/** What the content brings about outside. */
export interface ContentOutcome {
  readonly decisions: readonly Decision[]
  readonly message?: ReceivedMessage
  /** Whether the whole content is in, not only a chunk. */
  readonly whole: boolean
}

/** Asks the policy. */
export type Decide = (moment: Omit<ContentMoment, 'session'>) => Decision

/** Takes content in, by DATA or BDAT, and finds what is said to it. */
export class ContentPhase {
  readonly #session: SessionRecord
  readonly #settings: ServerSettings
  readonly #input: OctetQueue
  readonly #violations: ViolationRecorder
  readonly #decide: Decide
  #intake: ContentIntake | undefined
  #chunk: OpenChunk | undefined
  #storedOctets = 0

  constructor(
    session: SessionRecord,
    settings: ServerSettings,
    input: OctetQueue,
    violations: ViolationRecorder,
    decide: Decide,
  ) {
    this.#session = session
    this.#settings = settings
    this.#input = input
    this.#violations = violations
    this.#decide = decide
  }

  /** What came of a message is thrown away: the transaction has ended or can't go on. */
  forget(): void {
    this.#intake = undefined
  }

  /** 354 was said. */
  beginData(): void {
    this.#intake = this.#newIntake('DATA')
  }

  /** BDAT came, and this was decided about it. */
  beginChunk({ chunk, unanswered }: Judgement, decision: Decision): void {
    const session = this.#session
    const legal = session.state === 'rcpt' || session.state === 'chunked'
    const taken = legal && isPositive(decision.reply)
    if (taken) this.#intake ??= this.#newIntake('BDAT')
    const { size: remaining = 0, last = false } = chunk ?? {}
    this.#chunk = { remaining, last, taken, decision, before: session.state, unanswered: unanswered ?? false }
    session.state = 'chunk'
  }

  /** Reads on; gives what comes of it once the content or the chunk is in. */
  advance(): ContentOutcome | undefined {
    const chunk = this.#chunk
    if (chunk === undefined) return this.#intake?.readDotted(this.#input) ? this.#finish(this.#intake) : undefined
    const intake = chunk.taken ? this.#intake : undefined
    const complete = intake === undefined ? discardChunk(this.#input, chunk) : intake.readChunk(this.#input, chunk)
    if (!complete) return undefined
    this.#chunk = undefined
    if (intake === undefined) return this.#refuse(chunk)
    if (chunk.last) return this.#finish(intake)
    this.#session.state = 'chunked'
    this.#note(chunk.decision)
    return { decisions: [chunk.decision], whole: false }
  }

  /** RFC 3030 §2: a refused BDAT leaves RSET as the only way on. */
  #refuse({ decision, last, before, unanswered }: OpenChunk): ContentOutcome {
    const session = this.#session
    session.state = before
    const { accepted = [] } = session.log.current ?? {}
    if (unanswered && decision.reply === undefined) {
      session.endTransaction()
      return { decisions: [], whole: true }
    }
    spoil(session)
    this.forget()
    this.#note(decision)
    for (const recipient of accepted) setContent(recipient, decision)
    const perRecipient = last && session.protocol === 'lmtp' && accepted.length > 0
    return { decisions: perRecipient ? accepted.map(() => decision) : [decision], whole: last }
  }

  #note({ reply }: Decision): void {
    if (reply !== undefined) this.#session.log.current?.chunks.push(reply)
  }

  #finish(intake: ContentIntake): ContentOutcome {
    const { log, protocol } = this.#session
    intake.finish()
    this.forget()
    // Where the policy has asked for content without MAIL there is none.
    const transaction = log.current ?? log.addMail('', {}, true)
    const usual = this.#usualFor(intake, transaction)
    const candidate = messageOf(transaction, intake, transaction.accepted)
    const decisions: Decision[] = []
    const about = protocol === 'lmtp' ? transaction.accepted.map((each) => [each]) : [transaction.accepted]
    for (const recipients of about) {
      const [recipient] = recipients
      const whose = protocol === 'lmtp' && recipient && { recipient: recipient.index, path: recipient.path }
      const decision = this.#decide({ type: 'content', usual, message: candidate, ...whose })
      decisions.push(decision)
      if (decision.reply !== undefined) transaction.content.push(decision.reply)
      for (const each of recipients) setContent(each, decision)
      if (decision.close) break
    }
    this.#session.endTransaction()
    return this.#outcome(decisions, transaction, candidate)
  }

  #outcome(decisions: readonly Decision[], transaction: TransactionRecord, candidate: ReceivedMessage): ContentOutcome {
    const delivered = transaction.accepted.filter((recipient) => recipient.delivered)
    if (delivered.length === 0) return { decisions, whole: true }
    const message = { ...candidate, recipients: delivered.map(({ path }) => path) }
    this.#session.messages.push(message)
    this.#storedOctets += message.content.length
    return { decisions, message, whole: true }
  }

  #usualFor({ size }: ContentIntake, { accepted }: TransactionRecord): ServerReply {
    const { maxSize } = this.#settings
    if (size > maxSize) return replyOf(552, '5.3.4', `at most ${maxSize} octets are taken`)
    if (accepted.length === 0) return replyOf(554, '5.5.1', 'no valid recipients')
    if (size > this.#room) return replyOf(452, '4.3.1', 'no room for more')
    return replyOf(250, '2.0.0', `${size} octets taken`)
  }

  get #room(): number {
    return this.#settings.limits.maxStoredOctets - this.#storedOctets
  }

  #newIntake(by: 'DATA' | 'BDAT'): ContentIntake {
    const { current } = this.#session.log
    const body = current?.body ?? '7BIT'
    const announced = { eightBit: body !== '7BIT' || current?.smtpUtf8 === true, binary: body === 'BINARYMIME' }
    const bareLineFeeds = this.#settings.quirks.takesBareLineFeeds ?? false
    const limit = Math.min(this.#settings.maxSize, this.#room)
    return new ContentIntake(by, limit, announced, this.#violations.badOctet, { bareLineFeeds })
  }
}

function messageOf(
  { index, from }: TransactionRecord,
  { content, by }: ContentIntake,
  recipients: readonly RecipientRecord[],
): ReceivedMessage {
  return { transaction: index, from, recipients: recipients.map(({ path }) => path), content, by }
}

function setContent(recipient: RecipientRecord, { reply }: Decision): void {
  if (reply !== undefined) recipient.content = reply
}
