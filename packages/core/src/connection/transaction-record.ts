import type { Capabilities, Command, ContentEncoder, Reply } from '../wire/index.ts'
import { asksForSmtpUtf8, checkExtensions } from './required-extensions.ts'
import type { ExchangeName } from './state-table.ts'

/** Content that the server has asked for and that has not ended. */
export interface OpenContent {
  /** The id of the command that announced it. */
  readonly id: number
  readonly encoder: ContentEncoder
}

/**
 * What must be remembered of mail transactions. Two can be open at once: with PIPELINING the next one is queued
 * while replies to the last are out.
 */
export class TransactionRecord {
  content: OpenContent | undefined
  /** Of the one queued last. */
  #recipients = 0
  #smtpUtf8 = false
  /** Of the one answered last: the recipients accepted, by position. */
  #accepted: number[] = []

  get accepted(): readonly number[] {
    return this.#accepted
  }

  /**
   * Checks a command against what the server offers, then notes it.
   *
   * @returns for RCPT, its position among the recipients of the transaction
   * @throws {NotSupportedError} {@link InvalidArgumentError}
   */
  queue(command: Command, capabilities: Capabilities): { recipient?: number } {
    if (command.verb === 'MAIL') {
      const smtpUtf8 = asksForSmtpUtf8(command)
      checkExtensions(command, capabilities, smtpUtf8)
      this.#smtpUtf8 = smtpUtf8
      this.#recipients = 0
    } else if (command.verb === 'RCPT') {
      checkExtensions(command, capabilities, this.#smtpUtf8)
      return { recipient: this.#recipients++ }
    }
    return {}
  }

  /** Takes in a reply: whatever MAIL is told, the recipients of the transaction before are none of the next one's. */
  follow(name: ExchangeName, reply: Reply, recipient: number | undefined): void {
    if (name === 'MAIL') this.#accepted = []
    else if (recipient !== undefined && reply.severity === 2) this.#accepted.push(recipient)
  }
}
