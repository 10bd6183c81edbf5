import { AbortedError, LocalProtocolError } from '../../errors/index.ts'
import { type CallOptions, signalOf } from '../call-options.ts'
import {
  type Delivery,
  type DeliveryReport,
  type PreparedDelivery,
  prepareDelivery,
  reportDelivery,
} from '../delivery.ts'
import { type Deliveries, DeliveryStream, reportsOf } from '../delivery-stream.ts'
import type { Address } from '../endpoint.ts'
import { sessionOpener } from '../session-opening.ts'
import type { Connect } from '../transport.ts'
import { untilEither } from '../until-either.ts'
import { Dispatcher } from './dispatcher.ts'
import { InOrder } from './in-order.ts'
import { type PoolOptions, poolSettings } from './pool-options.ts'
import { PooledMail } from './pooled-mail.ts'

/** How a pool stands. */
export interface PoolCounts {
  /** Connections, those included that are being made. */
  readonly connections: number
  /** Those of them that nobody needs now. */
  readonly idle: number
  /** Messages that no connection has taken yet. */
  readonly waiting: number
  /** Messages that are on their way over one. */
  readonly underWay: number
}

/**
 * Sends messages over several connections to one server, which it opens as they are needed, keeps for a while, and
 * opens anew when the server has hung up. No message is lost by that, or sent twice: one goes to another connection only
 * where the server can't have accepted it for anybody. Each adapter adds what connects.
 */
export class SmtpPool {
  readonly #dispatcher: Dispatcher
  readonly #window: number
  readonly #chunking: boolean | undefined
  #closed = false

  /**
   * Opens nothing yet.
   *
   * @param connect an adapter's function
   * @param address as for `SmtpClient.connectBy`
   * @throws {InvalidArgumentError} which names the option
   */
  constructor(connect: Connect, address: Address, options: PoolOptions = {}) {
    const { settings, connectOptions } = poolSettings(options)
    const { pipelining = 'auto', chunking } = connectOptions
    const open = sessionOpener('smtp', connect, address, connectOptions)
    const { window } = settings
    this.#dispatcher = new Dispatcher(open, { pipelining, window }, settings)
    this.#window = window.messages * settings.maxConnections
    this.#chunking = chunking
  }

  get counts(): PoolCounts {
    const { connections, idle, waiting, underWay } = this.#dispatcher
    return { connections, idle, waiting, underWay }
  }

  /**
   * Delivers a message to its recipients, and reports what became of each, as `SmtpClient.deliver` does; also where no
   * connection can be made. An abort takes it out of the line; once a connection has it, it ends that connection where
   * no other message is on it, and is too late otherwise.
   *
   * @throws {InvalidArgumentError} {@link NotSupportedError} as `SmtpClient.deliver`; {@link AbortedError} when the signal
   * is aborted before a connection has taken it; {@link LocalProtocolError} when the pool was closed
   */
  async deliver(delivery: Delivery, options: CallOptions = {}): Promise<DeliveryReport> {
    const signal = signalOf(options)
    this.#requireOpen()
    if (signal?.aborted) throw new AbortedError({ cause: signal.reason })
    const mail = this.#mailOf(prepareDelivery(delivery))
    const result = await this.#dispatcher.send(mail, signal)
    mail.content.cancel()
    if (result.problem !== undefined) throw result.problem
    if (mail.attempts === 0 && result.error instanceof AbortedError) throw result.error
    return reportDelivery(mail.addresses, result)
  }

  /**
   * Delivers many messages, and yields a report for each, in their order. No more are taken than all connections together
   * have windows for, together with the reports that are not taken. Leave the loop by `break`, and what was taken is
   * still sent.
   *
   * @throws {InvalidArgumentError} when an option is malformed; {@link LocalProtocolError} when the pool was closed; and,
   * behind the last report, whatever the iterable throws
   */
  deliverAll(deliveries: Deliveries, options: CallOptions = {}): AsyncGenerator<DeliveryReport, void, undefined> {
    const signal = signalOf(options)
    this.#requireOpen()
    const stream = new DeliveryStream(deliveries, { messages: this.#window, mailOf: (ready) => this.#mailOf(ready) })
    const { closing } = this.#dispatcher
    return reportsOf(stream, () => untilEither(signal, closing, (until) => this.#sendAll(stream, signal, until)))
  }

  /** Resolves when no message waits and none is under way. The connections stay. */
  async drain(): Promise<void> {
    await this.#dispatcher.drained()
  }

  /** Takes no more messages, sends those that it has, and ends its connections with QUIT. */
  async quit(): Promise<void> {
    this.#closed = true
    await this.#dispatcher.drained()
    await this.#dispatcher.quit()
  }

  /** Ends all at once: what is under way is reported as it stands, and what waits as `notSent`. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#dispatcher.close()
  }

  /** As `quit`, then `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit()
    await this.close()
  }

  async #sendAll(stream: DeliveryStream, signal: AbortSignal | undefined, until: AbortSignal): Promise<void> {
    const order = new InOrder(stream)
    stream.endBy(until)
    for (;;) {
      const taken = stream.take()
      // With no turn in between where it is at hand, so that many leave together.
      const mail = taken instanceof Promise ? await taken : taken
      if (mail === undefined) break
      const tell = order.expect(mail)
      if (mail.problem === undefined) void this.#dispatcher.send(mail as PooledMail, signal).then(tell)
      else tell({ outcomes: [], problem: mail.problem })
    }
    await order.reported()
  }

  #mailOf(ready: PreparedDelivery): PooledMail {
    return new PooledMail(ready, this.#chunking, performance.now())
  }

  #requireOpen(): void {
    if (this.#closed) throw new LocalProtocolError('the pool was closed; make a new one')
  }
}
