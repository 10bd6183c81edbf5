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

/** Deliveries on their way in, taken one by one as there is room for them, and their reports on the way out. */
export class DeliveryStream implements MailSource {
  readonly #deliveries: Deliveries
  readonly #options: DeliveryStreamOptions
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
    const { problem, error = problem, ...rest } = result
    const report = reportDelivery(addresses, error === undefined ? rest : { ...rest, error })
    // One that is malformed may have no recipients.
    this.#reports.push(problem === undefined ? report : { ...report, ok: false })
    this.#reported?.()
  }

  /** The next report, or `undefined` when there are no more. Throws what the iterable has thrown, behind the last. */
  async next(): Promise<DeliveryReport | undefined> {
    while (this.#reports.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#reported = resolve
      })
    }
    const report = this.#reports.shift()
    if (report !== undefined) {
      this.#taken -= 1
      this.#roomMade?.()
    } else if (this.#failure !== undefined) {
      throw this.#failure.error
    }
    return report
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
    for (let report = await stream.next(); report !== undefined; report = await stream.next()) yield report
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
