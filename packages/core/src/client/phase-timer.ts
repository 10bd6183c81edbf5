import type { Timeout } from '../connection/index.ts'

/** The one timer of a connection, armed afresh for each new `Timeout`. */
export class PhaseTimer {
  #armed: Timeout | undefined
  #timer: unknown

  /** Keeps it in step with what is to be waited for; without it none runs. */
  arm(wanted: Timeout | undefined, ranOut: (timeout: Timeout) => void): void {
    if (wanted === this.#armed) return
    this.disarm()
    this.#armed = wanted
    if (wanted !== undefined) this.#timer = setTimeout(() => ranOut(wanted), wanted.milliseconds)
  }

  disarm(): void {
    if (this.#armed !== undefined) clearTimeout(this.#timer)
    this.#armed = undefined
  }
}
