/** How long the server takes to say something once it was written to. */
export class ReplyTime {
  #askedAt: number | undefined
  #milliseconds = 0

  /** The last time taken, in milliseconds; zero before the first. */
  get milliseconds(): number {
    return this.#milliseconds
  }

  /** Each time counts from the last write: a message that is sent for a minute is not a minute's wait. */
  asked(): void {
    this.#askedAt = performance.now()
  }

  received(): void {
    if (this.#askedAt === undefined) return
    this.#milliseconds = performance.now() - this.#askedAt
    this.#askedAt = undefined
  }
}
