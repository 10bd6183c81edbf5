import type { ContentFailed, ContentSent, TakeMail, Wait, Work, WorkDone } from '../session/index.ts'
import { encodeBase64 } from '../wire/index.ts'
import { derivedKey } from './derive-key.ts'
import type { ReplyTime } from './reply-time.ts'

/** Octets of randomness in a nonce. */
const nonceLength = 24

/** What a running flow has asked to be done, and the outcomes that are there. */
export class WorkInHand {
  readonly #replyTime: ReplyTime
  readonly #outcomes: (WorkDone | ContentSent | ContentFailed)[] = []
  readonly #timers: unknown[] = []
  /** Changes when nobody waits any more for what was begun before. */
  #round = {}

  constructor(replyTime: ReplyTime) {
    this.#replyTime = replyTime
  }

  /** `wake` runs what it is given where nothing else happens at the same time; `fail` is told what should not be. */
  begin(work: Work, wake: (what: () => void) => void, fail: (error: unknown) => void): void {
    const round = this.#round
    const settled = (what: () => void) => {
      wake(() => {
        // The flow that asked for it may have ended.
        if (this.#round === round) what()
      })
    }
    if (work.type === 'wait') {
      const milliseconds = Math.max(work.milliseconds, work.replyTimes * this.#replyTime.milliseconds)
      this.#timers.push(setTimeout(() => settled(() => this.note({ type: 'Waited' })), milliseconds))
      return
    }
    const outcome = done(work)
    if (outcome instanceof Promise) {
      outcome.then(
        (what) => settled(() => this.note(what)),
        (error) => settled(() => fail(error)),
      )
    } else {
      this.note(outcome)
    }
  }

  /** Notes an outcome that came of itself. */
  note(outcome: WorkDone | ContentSent | ContentFailed): void {
    this.#outcomes.push(outcome)
  }

  /** The next outcome, once; `undefined` as long as there is none. */
  take(): WorkDone | ContentSent | ContentFailed | undefined {
    return this.#outcomes.shift()
  }

  /** Nobody waits for any of it any more. */
  drop(): void {
    this.#round = {}
    this.#outcomes.length = 0
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
  }
}

type Undelayed = Exclude<Work, Wait>

/** At once where it is at hand. */
function done(work: Undelayed): WorkDone | Promise<WorkDone> {
  if (work.type !== 'takeMail') return workDone(work)
  const mail = work.take()
  if (mail === undefined || !('then' in mail)) return { type: 'MailTaken', mail }
  return Promise.resolve(mail).then((taken) => ({ type: 'MailTaken', mail: taken }))
}

async function workDone(work: Exclude<Undelayed, TakeMail>): Promise<WorkDone> {
  switch (work.type) {
    case 'makeNonce':
      return { type: 'NonceMade', nonce: encodeBase64(crypto.getRandomValues(new Uint8Array(nonceLength))) }
    case 'deriveKey':
      return { type: 'KeyDerived', key: await derivedKey(work.derivation) }
    case 'fetchToken':
      try {
        return { type: 'TokenFetched', token: await work.provider(work.request) }
      } catch (error) {
        return { type: 'TokenFailed', error }
      }
  }
}
