/** Who waits, in order. Taking out the first costs the same however long the line is. */
export class WaitingLine<Item> {
  #items: (Item | undefined)[] = []
  #first = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: Item): void {
    this.#items.push(item)
    this.#length += 1
  }

  /** Before all others. */
  unshift(item: Item): void {
    if (this.#first === 0) this.#items.unshift(item)
    else this.#items[--this.#first] = item
    this.#length += 1
  }

  shift(): Item | undefined {
    while (this.#first < this.#items.length) {
      const item = this.#items[this.#first]
      this.#items[this.#first] = undefined
      this.#first += 1
      if (this.#first * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#first)
        this.#first = 0
      }
      if (item === undefined) continue
      this.#length -= 1
      return item
    }
    return undefined
  }

  /** Whether it was there. */
  remove(item: Item): boolean {
    const at = this.#items.indexOf(item, this.#first)
    if (at === -1) return false
    this.#items[at] = undefined
    this.#length -= 1
    return true
  }
}
