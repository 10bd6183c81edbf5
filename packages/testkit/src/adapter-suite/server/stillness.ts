import type { RoundTrips } from './server-host.ts'

const roundTrips = 50

/** Tells when nothing moves any more, without a clock: whatever else could move has its turns in each round trip. */
export class Stillness {
  readonly #roundTrips: RoundTrips

  constructor(roundTrips: RoundTrips) {
    this.#roundTrips = roundTrips
  }

  /** Resolves when `measure` has given the same over many round trips on end. */
  async reached(measure: () => number | Promise<number> = () => 0): Promise<void> {
    for (let last = await measure(), same = 0; same < roundTrips; ) {
      await this.#roundTrips.once()
      const now = await measure()
      same = now === last ? same + 1 : 0
      last = now
    }
  }

  end(): Promise<void> {
    return this.#roundTrips.end()
  }
}
