import type { ServerOutput } from './server-output.ts'

/**
 * What the server has to tell, in order. Replies are gathered, so that those to a pipelined group leave together
 * (RFC 2920 §3.2 (2)), until `flush`.
 */
export class Voice {
  readonly #outputs: ServerOutput[] = []
  #said: Uint8Array[] = []

  get silent(): boolean {
    return this.#outputs.length === 0
  }

  tell(output: ServerOutput): void {
    this.#outputs.push(output)
  }

  say(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#said.push(bytes)
  }

  flush(): void {
    if (this.#said.length === 0) return
    const bytes = new Uint8Array(this.#said.reduce((length, piece) => length + piece.length, 0))
    let end = 0
    for (const piece of this.#said) {
      bytes.set(piece, end)
      end += piece.length
    }
    this.#said = []
    this.#outputs.push({ type: 'SendBytes', bytes })
  }

  next(): ServerOutput | undefined {
    return this.#outputs.shift()
  }
}
