import type { Timeout } from '../connection/index.ts'

/**
 * The one timer of a connection, armed afresh for each new `Timeout`. The runtime's own timer is left as it is where that
 * runs out no later: most timeouts are made afresh long before, and timers are dear.
 */
export class PhaseTimer {
  #armed: Timeout | undefined
  #deadline = 0
  #ranOut: (timeout: Timeout) => void = () => {}
  #timer: unknown
  #wakesAt = 0

  /** Keeps it in step with what is to be waited for; without it none runs out. */
  arm(wanted: Timeout | undefined, ranOut: (timeout: Timeout) => void): void {
    if (wanted === this.#armed) return
    if (wanted === undefined) {
      this.disarm()
      return
    }
    this.#armed = wanted
    this.#ranOut = ranOut
    this.#deadline = performance.now() + wanted.milliseconds
    if (this.#timer === undefined || this.#wakesAt > this.#deadline) this.#set(wanted.milliseconds)
  }

  /** Nothing is waited for, but soon will be: the runtime's timer is left as it is. */
  rest(): void {
    this.#armed = undefined
  }

  disarm(): void {
    this.#armed = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #set(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#wakesAt = this.#deadline
    this.#timer = setTimeout(() => this.#wake(), milliseconds)
  }

  #wake(): void {
    this.#timer = undefined
    if (this.#armed === undefined) return
    const left = this.#deadline - performance.now()
    if (left > 0) this.#set(left)
    else this.#ranOut(this.#armed)
  }
}
