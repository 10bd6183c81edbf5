import type { OctetQueue } from './octet-queue.ts'
import type { Quirks } from './quirks.ts'

const loneNoop = 'NOOP\r\n'

/** What becomes of octets that have arrived with the end of the content, by quirk. */
export class BehindContent {
  readonly #quirks: Quirks
  readonly #input: OctetQueue
  /** Commands that start before that place ride behind content, and are refused. */
  #refusedUntil = 0

  constructor(quirks: Quirks, input: OctetQueue) {
    this.#quirks = quirks
    this.#input = input
  }

  /** The content has ended, and was answered. True where the server hangs up. */
  hangsUp(): boolean {
    const { dropsBehindContent, refusesBehindContent, dropsConnectionBehindContent } = this.#quirks
    if (dropsConnectionBehindContent && !this.#isLoneNoop()) return true
    if (dropsBehindContent) this.#input.skip()
    else if (refusesBehindContent) this.#refusedUntil = this.#input.position + this.#input.length
    return false
  }

  /** Whether a command that starts there is refused. */
  refuses(position: number): boolean {
    return position < this.#refusedUntil
  }

  /** As far as it has come. */
  #isLoneNoop(): boolean {
    const waiting = String.fromCharCode(...this.#input.peek(loneNoop.length + 1))
    return loneNoop.startsWith(waiting.toUpperCase())
  }
}
