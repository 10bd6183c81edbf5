/** At most so many in any so many milliseconds. */
export class RateLimit {
  readonly #limit: { readonly messages: number; readonly milliseconds: number } | undefined
  /** When the last ones were noted, the oldest at `#oldest` once there are as many as may be. */
  readonly #times: number[] = []
  #oldest = 0

  constructor(limit?: { readonly messages: number; readonly milliseconds: number }) {
    this.#limit = limit
  }

  /** Milliseconds until one more is allowed. */
  delay(now: number): number {
    if (this.#limit === undefined || this.#times.length < this.#limit.messages) return 0
    return Math.max(0, (this.#times[this.#oldest] as number) + this.#limit.milliseconds - now)
  }

  note(now: number): void {
    if (this.#limit === undefined) return
    if (this.#times.length < this.#limit.messages) {
      this.#times.push(now)
    } else {
      this.#times[this.#oldest] = now
      this.#oldest = (this.#oldest + 1) % this.#limit.messages
    }
  }
}
