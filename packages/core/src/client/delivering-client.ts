import { NotConnectedError, SmtpError } from '../errors/index.ts'
import {
  isMessageFault,
  MailBacklog,
  type MailingEnd,
  type MailObject,
  type MailSource,
  type MailWindowOptions,
  type Pipelining,
  type ServerTraits,
  sendAll,
  type TransactionResult,
} from '../session/index.ts'
import {
  checkDeliverAllOptions,
  checkDeliverOptions,
  type DeliverAllOptions,
  type DeliverOptions,
  defaultWindow,
  noOptions,
} from './deliver-options.ts'
import {
  type Delivery,
  type DeliveryReport,
  type PreparedDelivery,
  prepareDelivery,
  reportDelivery,
} from './delivery.ts'
import { type Deliveries, DeliveryStream, reportsOf } from './delivery-stream.ts'
import { ExtensionClient } from './extension-client.ts'
import { outgoingMail } from './outgoing-mail.ts'
import type { SendingOptions } from './sending-options.ts'
import type { Run } from './session-client.ts'

/** Sends messages, one or many, and tells the truth about each recipient. */
export class DeliveringClient extends ExtensionClient {
  /** What was learned of the server; it outlasts a connection. */
  protected traits: ServerTraits = {}

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
  async deliver(delivery: Delivery, options: DeliverOptions = noOptions): Promise<DeliveryReport> {
    const { signal, pipelining: asked, chunking: chunkingAsked } = checkDeliverOptions(options)
    const { pipelining, chunking } = this.#sending(asked, chunkingAsked)
    const prepared = prepareDelivery(delivery)
    const source = new OneMail(outgoingMail(prepared, () => this.capabilities, chunking))
    try {
      // With nothing behind it there is nothing to learn.
      await this.sendAll(signal, pipelining === 'eager' ? oneEagerly : oneTransaction, source)
    } finally {
      prepared.content.cancel()
    }
    const { result } = source
    if (result.problem !== undefined) throw result.problem
    return reportDelivery(prepared.addresses, result)
  }

  /**
   * Delivers many messages over one connection, and yields a report for each, in their order, as replies come. Round
   * trips are saved as far as the server is fit for it; see `pipelining`. A message that is refused at any point leaves
   * its neighbours as they are; one that is malformed, or that the server can't take, is reported with an `error` and
   * not sent. When the connection ends, those in flight are reported as they stand, and all others as `notSent`.
   *
   * Where the server takes no more on a connection, or has shown to be unfit for what was tried, it goes on over another
   * one: if `connect` has made this one, and nothing was done by hand (`startTls`, `login`, `auth`) that would be lost.
   *
   * Nothing is taken before the first report is asked for, and then no more than the window has room for, together with
   * the reports that are not taken. Other calls wait until the last message is sent: within the loop, don't await one.
   * Leave the loop by `break`, and what was taken is still sent; a delivery that an async iterable owes is not.
   *
   * @throws {InvalidArgumentError} when an option is malformed; {@link AbortedError} when the signal is aborted before
   * it begins; and, behind the last report, whatever the iterable throws, or an {@link AbortedError} where an abort or
   * `close` has found it waiting for an async iterable, or for reports to be taken: what is left has no reports then
   */
  deliverAll(deliveries: Deliveries, options: DeliverAllOptions = {}): AsyncGenerator<DeliveryReport, void, undefined> {
    const {
      signal,
      window: asked = {},
      pipelining: pipeliningAsked,
      chunking: chunkingAsked,
    } = checkDeliverAllOptions(options)
    const { messages = defaultWindow.messages, octets = defaultWindow.octets } = asked
    const { pipelining, chunking } = this.#sending(pipeliningAsked, chunkingAsked)
    const mailOf = (ready: PreparedDelivery) => outgoingMail(ready, () => this.capabilities, chunking)
    const stream = new DeliveryStream(deliveries, { messages, mailOf })
    return reportsOf(stream, () => this.sendAll(signal, { pipelining, window: { messages, octets } }, stream))
  }

  /** Sends all that a source has, when the calls before have ended, over as many connections as it takes. */
  protected sendAll(signal: AbortSignal | undefined, how: Sending, source: EndableSource): Promise<void> {
    return this.queue(signal, (run) =>
      this.untilClosed(signal, async (until) => {
        source.endBy?.(until)
        const backlog = new MailBacklog(source)
        try {
          await this.#sendBacklog(run, backlog, how, until)
        } catch (error) {
          if (!(error instanceof SmtpError)) throw error
          await reportUnsent(backlog, error)
        }
      }),
    )
  }

  async #sendBacklog(run: Run, backlog: MailBacklog, how: Sending, until: AbortSignal): Promise<void> {
    for (;;) {
      if (!this.established) await this.establish(run)
      const end = await this.#sendOver(run, backlog, how)
      if (end.type === 'done') return
      if (end.type === 'over') throw endForOthers(end.error)
      await this.renew(until, end)
    }
  }

  /** Sends what one connection takes. */
  async #sendOver(run: Run, backlog: MailBacklog, how: Sending): Promise<MailingEnd> {
    const { connection } = this
    const before = connection.mailCommands
    const { pipelining, window } = how
    const { traits, canRenew: mayReconnect } = this
    const options = { pipelining, window, traits, clientName: this.nameOf(), mayReconnect }
    const end = await run(() => sendAll(connection, backlog, options))
    if (connection.mailCommands > before) this.abandoned = true
    return end
  }

  #sending(
    pipelining: SendingOptions['pipelining'],
    chunking: SendingOptions['chunking'],
  ): { pipelining: Pipelining; chunking: boolean | undefined } {
    const { sending } = this.session
    return { pipelining: pipelining ?? sending.pipelining ?? 'auto', chunking: chunking ?? sending.chunking }
  }
}

/** It may be told what ends the call. */
export type EndableSource = MailSource & Partial<Pick<DeliveryStream, 'endBy'>>

export type Sending = Pick<MailWindowOptions, 'pipelining' | 'window'>

const oneEagerly: Sending = { pipelining: 'eager', window: defaultWindow }
const oneTransaction: Sending = { pipelining: 'transaction', window: defaultWindow }

/** A single mail object, and what is told of it. */
class OneMail implements MailSource {
  #mail: MailObject | undefined
  result: TransactionResult = { outcomes: [] }

  constructor(mail: MailObject) {
    this.#mail = mail
  }

  take(): MailObject | undefined {
    const mail = this.#mail
    this.#mail = undefined
    return mail
  }

  report(_: MailObject, result: TransactionResult): void {
    this.result = result
  }
}

/** Why those that are left are not sent. Where a message was the fault, and not the connection, it was not theirs. */
function endForOthers(error: SmtpError | undefined): SmtpError {
  return error === undefined || isMessageFault(error) ? new NotConnectedError({ cause: error }) : error
}

async function reportUnsent(backlog: MailBacklog, error: SmtpError): Promise<void> {
  backlog.giveUp(error)
  while (!backlog.ended) {
    backlog.add(await backlog.take())
    backlog.giveUp(error)
  }
  // Of what a mistake in the flow has left in flight nothing is known.
  if (!backlog.done) throw error
}
