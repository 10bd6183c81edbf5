import { InvalidArgumentError, type SmtpError } from '../errors/index.ts'
import type { Capabilities, Path } from '../wire/index.ts'
import type { Envelope } from './envelope.ts'
import type { MailObject } from './mail-object.ts'
import { notSent, type RecipientOutcome } from './report.ts'
import type { TransactionResult } from './transaction.ts'

type SessionLimits = Capabilities['limits']

/** Why something is sent again: the server had forgotten who it talks to, or does not take what rides behind content. */
export type Repetition = 'hello' | 'ride'

/** A mail object on its way to all of its recipients, in one transaction or, as LIMITS may have it, several. */
export class PendingMail {
  readonly mail: MailObject
  /** Why it has been sent again; once for each is enough. */
  #repetitions: readonly Repetition[] = []
  #transactions = 0
  /** The positions of all recipients. */
  readonly #all: readonly number[]
  #remaining: readonly number[]
  #outcomes: readonly (RecipientOutcome | undefined)[] = []
  #dropped: readonly string[] = []
  #error: SmtpError | undefined
  #problem: SmtpError | undefined

  constructor(mail: MailObject) {
    const recipients = mail.envelope.to.length
    this.mail = mail
    this.#all = recipients === 1 ? onlyOne : Array.from({ length: recipients }, (_, position) => position)
    this.#remaining = this.#all
    if (mail.problem !== undefined) this.refuse(mail.problem)
  }

  /** Whether all that can be told of it is known. */
  get complete(): boolean {
    return this.#remaining.length === 0 && this.#transactions === 0
  }

  /** Whether it has been sent again, for that reason or for any. */
  repeated(why?: Repetition): boolean {
    return why === undefined ? this.#repetitions.length > 0 : this.#repetitions.includes(why)
  }

  /** Positions of recipients who are in no transaction yet. */
  get remaining(): readonly number[] {
    return this.#remaining
  }

  get result(): TransactionResult {
    const outcomes = this.#all.map((position) => this.#outcomes[position] ?? notSent)
    const dropped = this.#dropped
    if (this.#error === undefined && this.#problem === undefined) return { outcomes, dropped }
    return {
      outcomes,
      dropped,
      ...(this.#error !== undefined && { error: this.#error }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    }
  }

  /**
   * As many recipients as one transaction may have, on a connection that has seen those domains; none where it takes
   * another connection.
   *
   * @throws {InvalidArgumentError} when they need several, and the content is there but once
   */
  nextPart(limits: SessionLimits, domains: ReadonlySet<string>): readonly number[] {
    const { envelope, repeatable } = this.mail
    const part = fittingPart(envelope.to, this.#remaining, limits, domains)
    if (part.length < this.#remaining.length && !repeatable) {
      const elsewhere = fittingPart(envelope.to, this.#remaining, limits, new Set())
      if (elsewhere.length === this.#remaining.length) return []
      const message =
        'is a stream, which can be sent once, and the server takes fewer recipients a message; give its bytes'
      throw new InvalidArgumentError('message', message)
    }
    return part
  }

  /** These recipients are in a transaction now. */
  begin(part: readonly number[]): void {
    this.#transactions += 1
    this.#remaining = part === this.#remaining ? nobody : without(this.#remaining, part)
  }

  /** Those recipients are in none after all. */
  takeBack(part: readonly number[], why: Repetition): void {
    this.#transactions -= 1
    this.#repetitions = [...this.#repetitions, why]
    this.#remaining = [...part, ...this.#remaining]
  }

  /** What has become of the recipients of a transaction. */
  settle(part: readonly number[], { outcomes, dropped = [], error }: TransactionResult): void {
    if (part === this.#all) this.#outcomes = outcomes
    else this.#outcomes = this.#withOutcomes(part, outcomes)
    for (const extension of dropped) {
      if (!this.#dropped.includes(extension)) this.#dropped = [...this.#dropped, extension]
    }
    this.#error ??= error
    this.#transactions -= 1
  }

  #withOutcomes(part: readonly number[], outcomes: readonly RecipientOutcome[]) {
    const all = [...this.#outcomes]
    for (const [i, position] of part.entries()) all[position] = outcomes[i]
    return all
  }

  /** It can't be sent to this server, or, where some of its recipients were sent to on another connection, the rest. */
  refuse(problem: SmtpError): void {
    const begun = this.#remaining.length < this.mail.envelope.to.length
    if (begun) this.#error ??= problem
    else this.#problem = problem
    this.#remaining = nobody
  }

  /** Whoever is in no transaction will be in none, the connection having ended. */
  giveUp(error: SmtpError): void {
    if (this.#remaining.length > 0) this.#error ??= error
    this.#remaining = nobody
  }
}

const onlyOne: readonly number[] = [0]
const nobody: readonly number[] = []

function without(positions: readonly number[], taken: readonly number[]): readonly number[] {
  const gone = new Set(taken)
  return positions.filter((position) => !gone.has(position))
}

/** The envelope for some of its recipients. */
export function envelopeFor(envelope: Envelope, part: readonly number[]): Envelope {
  if (part.length === envelope.to.length) return envelope
  const { recipientOptions } = envelope
  const pick = <Item>(items: readonly Item[]): readonly Item[] => part.map((position) => items[position] as Item)
  return {
    ...envelope,
    to: pick(envelope.to),
    ...(recipientOptions !== undefined && { recipientOptions: pick(recipientOptions) }),
  }
}

/** RFC 9422 §4: no more recipients than the server takes a transaction, and no more domains than it takes a session. */
function fittingPart(
  to: readonly Path[],
  remaining: readonly number[],
  { rcptMax = Number.POSITIVE_INFINITY, rcptDomainMax = Number.POSITIVE_INFINITY }: SessionLimits,
  before: ReadonlySet<string>,
): readonly number[] {
  if (rcptMax === Number.POSITIVE_INFINITY && rcptDomainMax === Number.POSITIVE_INFINITY) return remaining
  const domains = new Set(before)
  const part: number[] = []
  for (const position of remaining) {
    if (part.length === rcptMax) break
    const domain = (to[position] as Path).domain.toLowerCase()
    // Postmaster has none.
    if (domain !== '' && !domains.has(domain) && domains.size >= rcptDomainMax) continue
    if (domain !== '') domains.add(domain)
    part.push(position)
  }
  return part
}
