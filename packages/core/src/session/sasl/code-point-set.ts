/** A fixed set of code points, written as ranges in hexadecimal, ascending: `00A0 2000-200B`. */
export class CodePointSet {
  /** First and last of each range, by turns. */
  readonly #bounds: readonly number[]

  constructor(ranges: string) {
    this.#bounds = ranges
      .trim()
      .split(/\s+/)
      .flatMap((range) => {
        const [first = '', last = first] = range.split('-')
        return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
      })
  }

  has(codePoint: number): boolean {
    let low = 0
    let high = this.#bounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#bounds[middle] as number) < codePoint) low = middle + 1
      else high = middle
    }
    // Now `low` is the first bound that is not below it: the end of its range, or the start of one that begins with it.
    return low % 2 === 1 || this.#bounds[low] === codePoint
  }
}
