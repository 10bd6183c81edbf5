import type { Work, WorkDone } from '../session/index.ts'
import { encodeBase64 } from '../wire/index.ts'
import { derivedKey } from './derive-key.ts'

/** Octets of randomness in a nonce. */
const nonceLength = 24

/** What a running flow has asked to be done, one thing at a time, and its outcome once that is there. */
export class WorkInHand {
  #work: Work | undefined
  #outcome: WorkDone | undefined

  /** `wake` runs what it is given where nothing else happens at the same time; `fail` is told what should not be. */
  begin(work: Work, wake: (what: () => void) => void, fail: (error: unknown) => void): void {
    this.#work = work
    const settled = (what: () => void) => {
      wake(() => {
        // The flow that asked for it may have ended.
        if (this.#work === work) what()
      })
    }
    done(work).then(
      (outcome) => settled(() => (this.#outcome = outcome)),
      (error) => settled(() => fail(error)),
    )
  }

  /** The outcome, once; `undefined` as long as it is not there. */
  take(): WorkDone | undefined {
    const outcome = this.#outcome
    if (outcome !== undefined) this.drop()
    return outcome
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.#work = undefined
    this.#outcome = undefined
  }
}

async function done(work: Work): Promise<WorkDone> {
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
