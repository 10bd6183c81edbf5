import type { InFlight } from './in-flight.ts'

/** The transactions in flight on one connection, in order, and what they weigh. */
export class Flight {
  readonly #all: InFlight[] = []
  #octets = 0

  /** How many there are. */
  get length(): number {
    return this.#all.length
  }

  /** Octets of their content, as far as those are known. */
  get octets(): number {
    return this.#octets
  }

  get first(): InFlight | undefined {
    return this.#all[0]
  }

  get last(): InFlight | undefined {
    return this.#all.at(-1)
  }

  add(transaction: InFlight): void {
    this.#all.push(transaction)
    this.#octets += transaction.octets
  }

  /** There must be one. */
  takeFirst(): void {
    const { octets } = this.#all.shift() as InFlight
    this.#octets -= octets
  }

  takeAll(): readonly InFlight[] {
    this.#octets = 0
    return this.#all.splice(0)
  }

  entries(): IterableIterator<[number, InFlight]> {
    return this.#all.entries()
  }

  /** Whose command it was: mostly of the first, since replies come in order, or of the last, which has just been sent. */
  ownerOf(id: number): InFlight | undefined {
    if (this.first?.transaction.owns(id)) return this.first
    return this.#all.findLast(({ transaction }) => transaction.owns(id))
  }
}
