/** Octets in the order of their arrival. Knows where in the whole stream the next one stands. */
export class OctetQueue {
  #octets = new Uint8Array(0)
  #start = 0
  #end = 0
  #position = 0

  /** How many wait. */
  get length(): number {
    return this.#end - this.#start
  }

  /** The place of the next octet in the stream, counted from 0. */
  get position(): number {
    return this.#position
  }

  /** Takes a copy. */
  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#octets.length) {
      const waiting = this.peek(this.length)
      this.#octets = new Uint8Array(2 * waiting.length + bytes.length)
      this.#octets.set(waiting)
      this.#start = 0
      this.#end = waiting.length
    }
    this.#octets.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** The next octet, or `undefined`. */
  shift(): number | undefined {
    if (this.#start === this.#end) return undefined
    this.#position += 1
    return this.#octets[this.#start++]
  }

  /** Up to that many octets, left where they are. Not to be kept. */
  peek(length: number): Uint8Array {
    return this.#octets.subarray(this.#start, Math.min(this.#end, this.#start + length))
  }

  /** Passes over that many octets, or all. */
  skip(length: number = this.length): void {
    const skipped = Math.min(length, this.length)
    this.#start += skipped
    this.#position += skipped
  }
}
