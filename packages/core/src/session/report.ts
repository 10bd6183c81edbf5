import type { Reply } from '../wire/index.ts'

/**
 * How a recipient ended:
 * - `accepted`: the server took responsibility for the message; there is a 2xx in hand
 * - `rejected`: a 5xx; don't try again
 * - `deferred`: a 4xx; try again later
 * - `notSent`: the connection ended before the server could have accepted the message
 * - `unknown`: it ended after; the message may have arrived or not, and to send it again may double it
 */
export type RecipientStatus = 'accepted' | 'rejected' | 'deferred' | 'notSent' | 'unknown'

/**
 * What the reply that decided a recipient answered: a command, the message (`CONTENT`), or nothing: the server was
 * `CLOSING`.
 */
export type DecidedBy = 'MAIL' | 'RCPT' | 'DATA' | 'CONTENT' | 'CLOSING'

export interface RecipientOutcome {
  readonly status: RecipientStatus
  /** The reply that decided it; absent for `notSent` and `unknown`. */
  readonly reply?: Reply
  /** Absent for `notSent` and `unknown`. */
  readonly decidedBy?: DecidedBy
}

/** Of one who was in no transaction that got so far. */
export const notSent: RecipientOutcome = { status: 'notSent' }

/** The outcomes of a transaction's recipients, by position. The first word on a recipient is the last. */
export class Outcomes {
  readonly #outcomes: (RecipientOutcome | undefined)[]

  constructor(recipients: number) {
    this.#outcomes = new Array(recipients).fill(undefined)
  }

  get undecided(): number {
    return this.#outcomes.filter((outcome) => outcome === undefined).length
  }

  /** A reply decides for one recipient. */
  decide(recipient: number, reply: Reply, decidedBy: DecidedBy): void {
    const status = reply.severity === 2 ? 'accepted' : reply.severity === 5 ? 'rejected' : 'deferred'
    this.#outcomes[recipient] ??= { status, reply, decidedBy }
  }

  /** A reply decides for all who are not yet decided. */
  decideRest(reply: Reply, decidedBy: DecidedBy): void {
    for (let i = 0; i < this.#outcomes.length; i += 1) this.decide(i, reply, decidedBy)
  }

  /** The connection ended, and all who are not yet decided with it. */
  endRest(status: 'notSent' | 'unknown'): void {
    for (let i = 0; i < this.#outcomes.length; i += 1) this.#outcomes[i] ??= { status }
  }

  /** All outcomes. Whoever is not decided at the end was not sent to. */
  toArray(): readonly RecipientOutcome[] {
    this.endRest('notSent')
    return this.#outcomes as RecipientOutcome[]
  }
}
