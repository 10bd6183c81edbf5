import { ContentIntake, discardChunk } from './content-intake.ts'
import type { Decide } from './content-replies.ts'
import { ContentVerdict } from './content-verdict.ts'
import type { Decision } from './decision.ts'
import { spoil } from './effects.ts'
import type { Chunk, Judgement } from './judgement.ts'
import type { OctetQueue } from './octet-queue.ts'
import type { ContentVerb, ReceivedMessage } from './received.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'
import { isPositive } from './transaction-log.ts'
import type { ViolationRecorder } from './violation-recorder.ts'

/** A BDAT whose octets are on their way, or a BURL. */
interface OpenChunk extends Chunk {
  remaining: number
  readonly decision: Decision
  /** The state that the command came in, or that its refusal has led to. */
  readonly before: SessionRecord['state']
  /** What it brings is kept; thrown away, and then answered; or thrown away, answered already. */
  readonly fate: 'taken' | 'refused' | 'answered'
  /** RFC 2033 §4.2: no recipient is accepted, so no reply is due. */
  readonly unanswered: boolean
}

/** What the content brings about outside. */
export interface ContentOutcome {
  readonly decisions: readonly Decision[]
  readonly message?: ReceivedMessage
  /** Whether the whole content is in, not only a chunk. */
  readonly whole: boolean
  /** Whether BURL was part of it. */
  readonly byUrl: boolean
}

/** Takes content in, by DATA or piece by piece, and finds what is said to it. */
export class ContentPhase {
  readonly #session: SessionRecord
  readonly #settings: ServerSettings
  readonly #input: OctetQueue
  readonly #violations: ViolationRecorder
  readonly #verdict: ContentVerdict
  #intake: ContentIntake | undefined
  #chunk: OpenChunk | undefined

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
    this.#verdict = new ContentVerdict(session, settings, decide)
  }

  /** What came of a message is thrown away: the transaction has ended or can't go on. */
  forget(): void {
    this.#intake = undefined
  }

  /** 354 was said. */
  beginData(): void {
    this.#intake = this.#newIntake('DATA')
  }

  /** BDAT or BURL came, and this was decided about it. Gives what is said to it at once, by quirk. */
  beginChunk(chunk: Chunk, judgement: Judgement, decision: Decision): ContentOutcome | undefined {
    const session = this.#session
    const { executesRefusedChunks, refusesChunksEarly } = this.#settings.quirks
    const { url, size } = chunk
    const { unanswered = false } = judgement
    const positive = isPositive(decision.reply)
    const legal = session.state === 'rcpt' || session.state === 'chunked'
    const fate = legal && positive ? 'taken' : 'refused'
    const open = { ...chunk, remaining: size, decision, before: session.state, fate, unanswered } as const
    if (url !== undefined) session.log.current?.urls.push(url)
    if (fate === 'taken') this.#take(chunk)
    if (!positive && executesRefusedChunks) {
      this.#violations.innocentUntil = this.#input.position + size
      return this.#refuse(open)
    }
    const early = !positive && refusesChunksEarly ? this.#refuse(open) : undefined
    this.#chunk = early === undefined ? open : { ...open, before: session.state, fate: 'answered' }
    session.state = 'chunk'
    return early
  }

  /** Reads on; gives what comes of it once the content or the chunk is in. */
  advance(): ContentOutcome | undefined {
    const chunk = this.#chunk
    if (chunk === undefined) return this.#intake?.readDotted(this.#input) ? this.#finish(this.#intake) : undefined
    const intake = chunk.fate === 'taken' ? this.#intake : undefined
    const complete = intake === undefined ? discardChunk(this.#input, chunk) : intake.readChunk(this.#input, chunk)
    if (!complete) return undefined
    this.#chunk = undefined
    if (intake === undefined) this.#session.state = chunk.before
    if (chunk.fate === 'answered') return { decisions: [], whole: chunk.last, byUrl: this.#usesUrls }
    if (intake === undefined) return this.#refuse(chunk)
    if (chunk.last) return this.#finish(intake)
    this.#session.state = 'chunked'
    this.#note(chunk.decision)
    return { decisions: [chunk.decision], whole: false, byUrl: this.#usesUrls }
  }

  #take({ url }: Chunk): void {
    this.#intake ??= this.#newIntake(url === undefined ? 'BDAT' : 'BURL')
    const fetched = url === undefined ? undefined : this.#settings.urls.get(url)
    if (fetched !== undefined) this.#intake.addFetched(fetched)
  }

  /** RFC 3030 §2, RFC 4468 §3.2: what is refused leaves RSET as the only way on. */
  #refuse({ decision, last, unanswered }: OpenChunk): ContentOutcome {
    const session = this.#session
    const byUrl = this.#usesUrls
    const { accepted = [] } = session.log.current ?? {}
    if (unanswered && decision.reply === undefined) {
      session.endTransaction()
      return { decisions: [], whole: true, byUrl }
    }
    spoil(session)
    this.forget()
    this.#note(decision)
    // Where the policy says yes to what has no place, nobody gets anything.
    if (decision.reply !== undefined && !isPositive(decision.reply)) {
      for (const recipient of accepted) recipient.content = decision.reply
    }
    const perRecipient = last && session.protocol === 'lmtp' && accepted.length > 0
    return { decisions: perRecipient ? accepted.map(() => decision) : [decision], whole: last, byUrl }
  }

  #note({ reply }: Decision): void {
    if (reply !== undefined) this.#session.log.current?.chunks.push(reply)
  }

  #finish(intake: ContentIntake): ContentOutcome {
    const { log } = this.#session
    const byUrl = this.#usesUrls
    intake.finish()
    this.forget()
    // Where the policy has asked for content without MAIL there is no transaction.
    const verdict = this.#verdict.on(intake, log.current ?? log.addMail('', {}, true))
    this.#session.endTransaction()
    return { ...verdict, whole: true, byUrl }
  }

  get #usesUrls(): boolean {
    return (this.#session.log.current?.urls.length ?? 0) > 0
  }

  #newIntake(by: ContentVerb): ContentIntake {
    const { current } = this.#session.log
    const body = current?.body ?? '7BIT'
    const announced = { eightBit: body !== '7BIT' || current?.smtpUtf8 === true, binary: body === 'BINARYMIME' }
    const bareLineFeeds = this.#settings.quirks.takesBareLineFeeds ?? false
    const limit = Math.min(this.#settings.maxSize, this.#verdict.room)
    return new ContentIntake(by, limit, announced, this.#violations.badOctet, { bareLineFeeds })
  }
}
