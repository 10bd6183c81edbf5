import * as z from 'zod/mini'
import type { TlsInfo } from '../connection/index.ts'
import { AbortedError, NotConnectedError } from '../errors/index.ts'
import { quit, transact } from '../session/index.ts'
import type { Capabilities } from '../wire/index.ts'
import { checked } from './checked.ts'
import { abortSignal } from './connect-options.ts'
import { sevenBitOnly } from './content-source.ts'
import { type Delivery, type DeliveryReport, prepareDelivery, reportDelivery } from './delivery.ts'
import type { Pump } from './pump.ts'

/** Options of a single call. */
export interface CallOptions {
  /** Aborting it ends the connection: there is no other way to stop what is under way. */
  readonly signal?: AbortSignal
}

const callSchema = z.strictObject({ signal: abortSignal })

/** A client with an open session. Calls queue: each begins when the one before it has ended. */
export class Client {
  readonly #pump: Pump
  #last: Promise<unknown> = Promise.resolve()

  /** `pump` drives a connection whose session is open. Most callers want `connect` of a subclass. */
  constructor(pump: Pump) {
    this.#pump = pump
  }

  /** Whether the session is still open, as far as the last call could tell. */
  get connected(): boolean {
    return !['closing', 'closed', 'failed'].includes(this.#pump.connection.state)
  }

  /** What the server offers. */
  get capabilities(): Capabilities {
    return this.#pump.connection.capabilities
  }

  /** What is known of the TLS connection; `undefined` where there is none. */
  get tls(): TlsInfo | undefined {
    return this.#pump.tls
  }

  /** Whether TLS stands. */
  get secure(): boolean {
    return this.#pump.connection.secure
  }

  /** Whether the session is authenticated. */
  get authenticated(): boolean {
    return this.#pump.connection.authenticated
  }

  /**
   * Delivers a message to its recipients, and reports what became of each. It does not throw for what the server
   * says, nor for a connection that ends meanwhile, nor for an abort: the report tells.
   *
   * Bytes must not change until it settles. A stream is read once, and cancelled where it is not read to its end; how
   * long it takes is up to whoever made it.
   *
   * @throws {InvalidArgumentError} when an argument is malformed or the message is too large for the server
   * @throws {NotSupportedError} when the message needs an extension that the server lacks
   * @throws {AbortedError} when the signal is aborted before it begins; nothing was sent in these three cases
   */
  async deliver(delivery: Delivery, options: CallOptions = {}): Promise<DeliveryReport> {
    const { signal } = checked(callSchema, options, 'options')
    const { addresses, envelope, content } = prepareDelivery(delivery)
    try {
      return await this.#queue(signal, async () => {
        if (!this.connected) return reportDelivery(addresses, { outcomes: [], error: this.#notConnected() })
        // Of a stream nothing is known before it is read.
        const unsafe = content.survey === undefined && !this.capabilities.has('8BITMIME')
        const source = unsafe ? sevenBitOnly(content) : content
        const result = await this.#pump.run(transact(this.#pump.connection, envelope), { content: source, signal })
        return reportDelivery(addresses, result)
      })
    } finally {
      content.cancel()
    }
  }

  /**
   * Ends the session with QUIT and closes the connection. That the server hangs up early is no error.
   *
   * @throws {NotConnectedError} when the session has ended before; {@link AbortedError} when the signal is aborted
   * before it begins
   */
  async quit(options: CallOptions = {}): Promise<void> {
    const { signal } = checked(callSchema, options, 'options')
    await this.#queue(signal, async () => {
      if (!this.connected) throw this.#notConnected()
      await this.#pump.run(quit(this.#pump.connection), { signal })
      await this.#pump.close()
    })
  }

  /** Closes the connection at once, without a word. What is under way ends, and reports so. */
  async close(): Promise<void> {
    await this.#pump.close()
  }

  /** QUIT where the session is still open, then close, whatever happens. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.connected) await this.quit().catch(() => {})
    await this.close()
  }

  #notConnected(): NotConnectedError {
    return new NotConnectedError({ cause: this.#pump.failure })
  }

  /** Runs a call when those before it have ended, unless its signal is aborted first. */
  #queue<Result>(signal: AbortSignal | undefined, call: () => Promise<Result>): Promise<Result> {
    const before = this.#last
    const result = unlessAborted(signal, before).then(call)
    // Without its value, or each call would hold on to the results of all before it.
    this.#last = Promise.allSettled([before, result]).then(() => {})
    return result
  }
}

/** @throws {AbortedError} as soon as the signal is aborted, if the promise has not settled before */
function unlessAborted(signal: AbortSignal | undefined, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortedError({ cause: signal?.reason }))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    promise.then(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
  })
}
