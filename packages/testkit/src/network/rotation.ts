/** Gives the values of a list in turn, and begins again when it is through. */
export class Rotation<Value> {
  readonly #values: readonly Value[]
  #at = 0

  constructor(values: readonly Value[]) {
    this.#values = values
  }

  /** The next value; `undefined` where the list is empty. */
  next(): Value | undefined {
    const value = this.#values[this.#at]
    this.#at = (this.#at + 1) % Math.max(1, this.#values.length)
    return value
  }
}
