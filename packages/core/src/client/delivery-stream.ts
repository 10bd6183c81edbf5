import { AbortedError, InvalidArgumentError } from '../errors/index.ts'
import type { MailObject, MailSource, TransactionResult } from '../session/index.ts'
import { type Delivery, type DeliveryReport, type PreparedDelivery, reportDelivery } from './delivery.ts'
import { malformedMail, type OutgoingMail, prepared } from './outgoing-mail.ts'

export type Deliveries = Iterable<Delivery> | AsyncIterable<Delivery>

export interface DeliveryStreamOptions {
  /** How many messages may be taken whose reports nobody has taken yet. */
  readonly messages: number
  /** What is sent for a delivery. */
  readonly mailOf: (ready: PreparedDelivery) => OutgoingMail
}

/**
 * The part of the window that may still be taken when more is: each alone would go out in a write of its own, and every
 * write costs as much as several messages.
 */
const refillFrom = 0.75

/** Deliveries on their way in, taken one by one as there is room for them, and their reports on the way out. */
export class DeliveryStream implements MailSource {
  readonly #deliveries: Deliveries
  readonly #options: DeliveryStreamOptions
  /** So many taken and not reported are few enough to take more. */
  readonly #lowWater: number
  #iterator: Iterator<Delivery> | AsyncIterator<Delivery> | undefined
  readonly #reports: DeliveryReport[] = []
  /** Taken, and their reports not yet. */
  #taken = 0
  #exhausted = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  #until: AbortSignal | undefined
  /** For room, or for the iterable; once the call is aborted, not for long. */
  #waiting = false
  #patience: unknown
  /** Settles what waits for room, what waits for the iterable, and what waits for a report. */
  #roomMade: (() => void) | undefined
  #giveUp: (() => void) | undefined
  #reported: (() => void) | undefined

  /** @throws {InvalidArgumentError} when it is no iterable; it is not begun */
  constructor(deliveries: Deliveries, options: DeliveryStreamOptions) {
    if (!isIterable(deliveries)) {
      throw new InvalidArgumentError('deliveries', 'must be an iterable or async iterable of deliveries')
    }
    this.#deliveries = deliveries
    this.#options = options
    this.#lowWater = Math.floor(options.messages * refillFrom)
  }

  /** Must come first. Once the signal is aborted an iterable is not waited for that does not give at once. */
  endBy(until: AbortSignal): void {
    this.#until = until
    until.addEventListener('abort', this.#hurry)
  }

  take(): MailObject | undefined | Promise<MailObject | undefined> {
    if (this.#exhausted) return undefined
    if (this.#taken >= this.#options.messages) return this.#room().then(() => this.take())
    try {
      this.#iterator ??= iteratorOf(this.#deliveries)
      const step = this.#iterator.next()
      return 'then' in step ? this.#awaited(step) : this.#accept(step)
    } catch (error) {
      return this.#fail(error)
    }
  }

  report(mail: MailObject, result: TransactionResult): void {
    const { addresses, content } = mail as OutgoingMail
    content.cancel()
    const { problem } = result
    // One that is malformed may have no recipients.
    const report =
      problem === undefined
        ? reportDelivery(addresses, result)
        : { ...reportDelivery(addresses, { error: problem, ...result }), ok: false }
    this.#reports.push(report)
    this.#reported?.()
  }

  /** The next report, if it is there. */
  takeReport(): DeliveryReport | undefined {
    const report = this.#reports.shift()
    if (report === undefined) return undefined
    this.#taken -= 1
    if (this.#taken <= this.#lowWater) this.#roomMade?.()
    return report
  }

  /** Whether there is another report, once that is known. Rejects with what the iterable has thrown, behind the last. */
  async hasMore(): Promise<boolean> {
    while (this.#reports.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#reported = resolve
      })
    }
    if (this.#reports.length > 0) return true
    if (this.#failure !== undefined) throw this.#failure.error
    return false
  }

  /** No more reports will come. */
  end(): void {
    this.#until?.removeEventListener('abort', this.#hurry)
    this.#ended = true
    this.#reported?.()
  }

  /**
   * No more is taken: nobody wants the reports. Settles when the iterable has ended too, or at once where it owes a
   * delivery: who knows when that comes.
   */
  async stop(): Promise<void> {
    if (this.#exhausted) return
    this.#exhausted = true
    this.#roomMade?.()
    const returned = (async () => this.#iterator?.return?.())()
    if (this.#giveUp === undefined) await returned
    else this.#giveUp()
    returned.catch(() => {})
  }

  /** Nobody may take the reports any more, and once the call is aborted it must end. */
  async #room(): Promise<void> {
    this.#beginWaiting()
    await new Promise<void>((resolve) => {
      this.#roomMade = resolve
    })
    this.#endWaiting()
  }

  /** What the iterable gives, or nothing where it is given up before. */
  #awaited(step: Promise<IteratorResult<Delivery>>): Promise<MailObject | undefined> {
    this.#beginWaiting()
    return new Promise((resolve) => {
      const settle = (mail?: MailObject) => {
        this.#giveUp = undefined
        this.#endWaiting()
        resolve(mail)
      }
      this.#giveUp = settle
      step
        .then((next) => this.#accept(next))
        .catch((error: unknown) => this.#fail(error))
        .then(settle)
    })
  }

  #beginWaiting(): void {
    this.#waiting = true
    if (this.#until?.aborted) this.#hurry()
  }

  #endWaiting(): void {
    this.#waiting = false
    clearTimeout(this.#patience)
  }

  /** What is at hand, if only behind promises, comes first. */
  readonly #hurry = (): void => {
    if (this.#waiting) this.#patience = setTimeout(() => this.#abandon(), 0)
  }

  /** The call was aborted, and the iterable keeps it waiting, or whoever takes the reports. */
  #abandon(): void {
    this.#failure = { error: new AbortedError({ cause: this.#until?.reason }) }
    void this.stop()
  }

  #accept({ done, value }: IteratorResult<Delivery>): MailObject | undefined {
    if (this.#exhausted) {
      // It comes too late to be sent, or reported.
      const late = done ? undefined : prepared(value)
      if (late !== undefined && 'content' in late) late.content.cancel()
      return undefined
    }
    if (done) {
      this.#exhausted = true
      return undefined
    }
    this.#taken += 1
    const ready = prepared(value)
    if (ready instanceof InvalidArgumentError) return malformedMail(value, ready)
    return this.#options.mailOf(ready)
  }

  #fail(error: unknown): undefined {
    this.#exhausted = true
    this.#failure = { error }
  }
}

/** The reports of a stream whose deliveries `send` sends, until it has ended. */
export async function* reportsOf(
  stream: DeliveryStream,
  send: () => Promise<void>,
): AsyncGenerator<DeliveryReport, void, undefined> {
  const sent = send().finally(() => stream.end())
  // Both are awaited below; until then their errors are nobody's.
  sent.catch(() => {})
  try {
    while (await stream.hasMore()) {
      for (let report = stream.takeReport(); report !== undefined; report = stream.takeReport()) yield report
    }
  } finally {
    const stopped = stream.stop()
    stopped.catch(() => {})
    await sent
    await stopped
  }
}

function isIterable(deliveries: unknown): deliveries is Deliveries {
  return (
    typeof deliveries === 'object' &&
    deliveries !== null &&
    (Symbol.asyncIterator in deliveries || Symbol.iterator in deliveries)
  )
}

function iteratorOf(deliveries: Deliveries): Iterator<Delivery> | AsyncIterator<Delivery> {
  return Symbol.asyncIterator in deliveries ? deliveries[Symbol.asyncIterator]() : deliveries[Symbol.iterator]()
}
