import { RemoteProtocolError } from '../errors/index.ts'
import { type Reply, ReplyDecoder } from '../wire/index.ts'
import type { Limits } from './limits.ts'

/** Gathers what comes in, unread: bytes, then perhaps the end. */
export class Incoming {
  readonly #decoder: ReplyDecoder
  readonly #maxBufferedBytes: number
  #overflowed = false
  #end: { readonly cause: unknown } | undefined

  constructor(limits: Limits) {
    this.#decoder = new ReplyDecoder(limits)
    this.#maxBufferedBytes = limits.maxBufferedBytes
  }

  get bufferedBytes(): number {
    return this.#decoder.bufferedBytes
  }

  /** Whether anything came in that was not yet read as a reply, kept or not. */
  get unread(): boolean {
    return this.bufferedBytes > 0 || this.#overflowed
  }

  /** The end of the stream, once it has come; it takes effect behind the bytes before it. */
  get end(): { readonly cause: unknown } | undefined {
    return this.#end
  }

  /** Past the limit bytes are dropped, and reading fails behind those that were kept. */
  push(bytes: Uint8Array): void {
    this.#overflowed ||= bytes.length > this.#maxBufferedBytes - this.#decoder.bufferedBytes
    if (!this.#overflowed) this.#decoder.push(bytes)
  }

  finish(cause: unknown): void {
    this.#end ??= { cause }
  }

  /**
   * The next reply, or `undefined` where there is no whole one.
   *
   * @throws {RemoteProtocolError} when the peer breaks the syntax of replies or a limit
   */
  nextReply(): Reply | undefined {
    const reply = this.#decoder.next()
    if (reply === undefined && this.#overflowed) {
      const message = `the server sent more than ${this.#maxBufferedBytes} octets that nothing asked for`
      throw new RemoteProtocolError('TOO_MANY_BYTES', message)
    }
    return reply
  }
}
