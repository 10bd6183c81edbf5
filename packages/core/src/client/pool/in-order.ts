import type { MailObject, MailSource, TransactionResult } from '../../session/index.ts'

interface Due {
  readonly mail: MailObject
  result: TransactionResult | undefined
}

/** Reports, in the order in which mail came, of what is settled in any order. */
export class InOrder {
  readonly #source: Pick<MailSource, 'report'>
  readonly #due: Due[] = []
  #empty: (() => void) | undefined

  constructor(source: Pick<MailSource, 'report'>) {
    this.#source = source
  }

  /** Its turn is behind all that were expected before. Call what is returned when its result is there. */
  expect(mail: MailObject): (result: TransactionResult) => void {
    const due: Due = { mail, result: undefined }
    this.#due.push(due)
    return (result) => {
      due.result = result
      this.#report()
    }
  }

  /** Resolves when all that was expected is reported. */
  async reported(): Promise<void> {
    if (this.#due.length === 0) return
    await new Promise<void>((resolve) => {
      this.#empty = resolve
    })
  }

  #report(): void {
    for (let first = this.#due[0]; first?.result !== undefined; first = this.#due[0]) {
      this.#due.shift()
      this.#source.report(first.mail, first.result)
    }
    if (this.#due.length === 0) this.#empty?.()
  }
}
