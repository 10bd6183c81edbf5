/** A fixed set of code points. */
export class CodePointSet {
  readonly #read: () => readonly number[]
  #bounds: readonly number[] | undefined

  /** @param read gives first and last of each range, by turns, ascending; called when a code point is first asked for */
  constructor(read: () => readonly number[]) {
    this.#read = read
  }

  has(codePoint: number): boolean {
    this.#bounds ??= this.#read()
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

/** From code points and ranges of them in hexadecimal: `00A0 2000-200B`. */
export function setOfRanges(text: string): CodePointSet {
  return new CodePointSet(() =>
    text.split(' ').flatMap((range) => {
      const [first = '', last = first] = range.split('-')
      return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
    }),
  )
}

/**
 * From the same in base 36, and relative: how many code points lie between the last range and this one, and how many of
 * this one follow its first. `00A0 2000-200B` is `4g 673-b`, half as long where ranges are close together.
 */
export function setOfGaps(text: string): CodePointSet {
  return new CodePointSet(() => {
    let next = 0
    return text
      .trim()
      .split(/\s+/)
      .flatMap((range) => {
        const [gap = '', more = '0'] = range.split('-')
        const first = next + Number.parseInt(gap, 36)
        const last = first + Number.parseInt(more, 36)
        next = last + 1
        return [first, last]
      })
  })
}
