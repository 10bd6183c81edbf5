/** Keeps content up to a limit, and counts all of it. */
export class ContentStore {
  readonly #limit: number
  #octets = new Uint8Array(1024)
  #kept = 0
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Octets added, kept or not. */
  get size(): number {
    return this.#size
  }

  add(octet: number): void {
    this.#size += 1
    if (this.#kept === this.#limit) return
    if (this.#kept === this.#octets.length) {
      const larger = new Uint8Array(2 * this.#kept)
      larger.set(this.#octets)
      this.#octets = larger
    }
    this.#octets[this.#kept] = octet
    this.#kept += 1
  }

  /** What was kept. A copy. */
  take(): Uint8Array {
    return this.#octets.slice(0, this.#kept)
  }
}
