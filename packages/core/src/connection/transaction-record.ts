import { InvalidArgumentError, LocalProtocolError } from '../errors/index.ts'
import type { Capabilities, Command, Reply, Verb } from '../wire/index.ts'
import { bodyValue } from '../wire/parameters/index.ts'
import type { Exchange } from './exchange-queue.ts'
import { asksFor, checkExtensions, checkQuestion } from './required-extensions.ts'
import type { ExchangeName, State } from './state-table.ts'

/** What is noted of a command, for its exchange. */
type Noted = Required<Pick<Exchange, 'recipient' | 'prdr'>>

const nothing: Noted = { recipient: undefined, prdr: undefined }
const askedForPrdr: Noted = { recipient: undefined, prdr: true }

/**
 * What must be remembered of mail transactions. Two can be open at once: with PIPELINING the next one is queued
 * while replies to the last are out.
 */
export class TransactionRecord {
  /** How many were queued since the connection was made. */
  mailCommands = 0
  /** Of the one queued last. */
  #recipients = 0
  #smtpUtf8 = false
  #prdr = false
  #binary = false
  /** Of the one answered last: the recipients accepted, by position. */
  #accepted: number[] = []

  get accepted(): readonly number[] {
    return this.#accepted
  }

  /**
   * Checks a command against what the server offers, then notes it.
   *
   * @returns for RCPT, its position among the recipients of the transaction; for DATA and BDAT, whether MAIL had PRDR
   * @throws {NotSupportedError} {@link InvalidArgumentError}
   */
  queue(command: Command, capabilities: Capabilities): Noted {
    if (command.verb === 'MAIL') {
      const smtpUtf8 = asksFor(command, 'SMTPUTF8')
      checkExtensions(command, capabilities, smtpUtf8)
      this.#smtpUtf8 = smtpUtf8
      this.#prdr = asksFor(command, 'PRDR')
      this.#binary = bodyValue(command.parameters ?? {}) === 'BINARYMIME'
      this.#recipients = 0
      this.mailCommands += 1
    } else if (command.verb === 'RCPT') {
      checkExtensions(command, capabilities, this.#smtpUtf8)
      return { recipient: this.#recipients++, prdr: undefined }
    } else if (command.verb === 'VRFY' || command.verb === 'EXPN') {
      checkQuestion(command, capabilities)
    } else if (command.verb === 'BDAT' && command.binary === true && !this.#binary) {
      throw new InvalidArgumentError('binary', 'needs BODY=BINARYMIME on MAIL (RFC 3030 §3)')
    } else if ((command.verb === 'DATA' || command.verb === 'BDAT') && this.#prdr) {
      return askedForPrdr
    }
    return nothing
  }

  /** Makes the error to throw where the transaction makes that verb illegal; `undefined` where it does not. */
  illegality(verb: Verb, state: State): (() => LocalProtocolError) | undefined {
    if (verb !== 'DATA' || !this.#binary) return undefined
    const message = 'DATA is not legal behind BODY=BINARYMIME, which goes by BDAT alone (RFC 3030 §3)'
    return () => new LocalProtocolError(message, { state, command: verb })
  }

  /** Takes in a reply: whatever MAIL is told, the recipients of the transaction before are none of the next one's. */
  follow(name: ExchangeName, reply: Reply, recipient: number | undefined): void {
    if (name === 'MAIL') this.#accepted = []
    else if (recipient !== undefined && reply.severity === 2) this.#accepted.push(recipient)
  }
}
