import type { Delivery, DeliveryReport } from '@sansmtp/core/client'

/** The n-th of some deliveries, all different. */
export function delivery(n: number, more: Partial<Delivery> = {}): Delivery {
  return { from: 'a@bar.example', to: `r${n}@foo.example`, message: `message ${n}\r\n`, ...more }
}

export function deliveries(count: number): Delivery[] {
  return Array.from({ length: count }, (_, n) => delivery(n))
}

/** All reports, and what was thrown behind them. */
export async function collected(reports: AsyncIterable<DeliveryReport>) {
  const told: DeliveryReport[] = []
  try {
    for await (const report of reports) told.push(report)
  } catch (error) {
    return { told, error }
  }
  return { told, error: undefined }
}

/** Such as `r1@foo.example accepted`, for each recipient. */
export function shortened(reports: readonly DeliveryReport[]): readonly string[] {
  return reports.flatMap(({ recipients }) => recipients.map(({ address, status }) => `${address} ${status}`))
}

/** Deliveries that come when they are put in, and what became of the iterator. */
export class Deliveries implements AsyncIterableIterator<Delivery> {
  /** How often it was asked for another one. */
  asked = 0
  returned = 0
  #waiting: ((result: IteratorResult<Delivery>) => void) | undefined
  readonly #put: IteratorResult<Delivery>[] = []

  put(...given: readonly Delivery[]): void {
    for (const value of given) this.#give({ done: false, value })
  }

  end(): void {
    this.#give({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<Delivery>> {
    this.asked += 1
    return new Promise((resolve) => {
      const first = this.#put.shift()
      if (first === undefined) this.#waiting = resolve
      else resolve(first)
    })
  }

  async return(): Promise<IteratorResult<Delivery>> {
    this.returned += 1
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #give(result: IteratorResult<Delivery>): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.#put.push(result)
    else waiting(result)
  }
}
