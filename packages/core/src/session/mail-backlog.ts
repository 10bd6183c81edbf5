import type { SmtpError } from '../errors/index.ts'
import type { TakeMail } from './demand.ts'
import type { MailObject } from './mail-object.ts'
import { PendingMail, type Repetition } from './pending-mail.ts'
import type { TransactionResult } from './transaction.ts'

/** Where mail comes from, and where its reports go. */
export interface MailSource extends Pick<TakeMail, 'take'> {
  /** Is told of each mail object, in the order in which they were taken. */
  report(mail: MailObject, result: TransactionResult): void
}

/** Mail objects that were taken and not yet reported; they outlast a connection. */
export class MailBacklog {
  readonly #source: MailSource
  /** All that are not reported, in the order in which they were taken. */
  readonly #pending: PendingMail[] = []
  /** So many of the first have all their recipients in transactions. */
  #begun = 0
  /** What the source has been asked for and nobody has been told. */
  #unclaimed: { readonly mail: ReturnType<MailSource['take']> } | undefined
  #ended = false
  #taking = false

  constructor(source: MailSource) {
    this.#source = source
  }

  /** Whether the source can be asked for more. */
  get open(): boolean {
    return !this.#ended && !this.#taking
  }

  /** Whether the source has no more. */
  get ended(): boolean {
    return this.#ended
  }

  /** The first that has recipients in no transaction yet. */
  get next(): PendingMail | undefined {
    while (this.#pending[this.#begun]?.remaining.length === 0) this.#begun += 1
    return this.#pending[this.#begun]
  }

  /** Whether everything is reported. */
  get done(): boolean {
    return this.#ended && this.#pending.length === 0
  }

  /** Another connection begins: of what was asked for on the one before, nobody was told. */
  begin(): void {
    this.#taking = false
  }

  /** Asks the source for more. */
  demand(): TakeMail {
    this.#taking = true
    return { type: 'takeMail', take: () => this.take() }
  }

  take(): ReturnType<MailSource['take']> {
    this.#unclaimed ??= { mail: this.#source.take() }
    return this.#unclaimed.mail
  }

  add(mail: MailObject | undefined): void {
    this.#taking = false
    this.#unclaimed = undefined
    if (mail === undefined) this.#ended = true
    else this.#pending.push(new PendingMail(mail))
  }

  /** Reports what is complete, as far as nothing before it is not. */
  report(): void {
    while (this.#pending[0]?.complete) {
      const { mail, result } = this.#pending.shift() as PendingMail
      this.#begun = Math.max(0, this.#begun - 1)
      this.#source.report(mail, result)
    }
  }

  /** Those recipients of a mail object are in no transaction after all. */
  takeBack(pending: PendingMail, part: readonly number[], why: Repetition): void {
    pending.takeBack(part, why)
    this.#begun = 0
  }

  /** The connection has ended: nothing that is left will be sent. */
  giveUp(error: SmtpError): void {
    for (const pending of this.#pending) pending.giveUp(error)
    this.report()
  }
}
