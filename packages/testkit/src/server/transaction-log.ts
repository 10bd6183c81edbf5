import type { ReceivedAttributes, ReceivedParameters, ReceivedTransaction, RecipientTruth } from './received.ts'
import type { GivenReply } from './server-reply.ts'

/** One recipient, while replies to it are still due. */
export class RecipientRecord implements RecipientTruth {
  readonly index: number
  readonly path: string
  readonly parameters: ReceivedParameters
  rcpt?: GivenReply
  content?: GivenReply
  overall?: GivenReply
  /** With PRDR its own reply is not the last word. */
  awaitsOverall = false

  constructor(index: number, path: string, parameters: ReceivedParameters) {
    this.index = index
    this.path = path
    this.parameters = parameters
  }

  get delivered(): boolean {
    return isPositive(this.rcpt) && isPositive(this.content) && (!this.awaitsOverall || isPositive(this.overall))
  }
}

/** One transaction, while it goes on. */
export class TransactionRecord implements ReceivedTransaction {
  readonly index: number
  readonly from: string
  readonly parameters: ReceivedParameters
  readonly forwarded: ReceivedAttributes
  readonly recipients: RecipientRecord[] = []
  /** The recipients that were accepted while the transaction was open. */
  readonly accepted: RecipientRecord[] = []
  readonly chunks: GivenReply[] = []
  readonly urls: string[] = []
  readonly content: GivenReply[] = []
  mail?: GivenReply
  data?: GivenReply
  prdr?: GivenReply

  constructor(index: number, from: string, parameters: ReceivedParameters, forwarded: ReceivedAttributes) {
    this.index = index
    this.from = from
    this.parameters = parameters
    this.forwarded = forwarded
  }

  /** RFC 6531 §3.4. */
  get smtpUtf8(): boolean {
    return this.parameters['SMTPUTF8'] !== undefined
  }

  get asksForPrdr(): boolean {
    return this.parameters['PRDR'] !== undefined
  }

  /** In upper case. */
  get body(): string {
    return String(this.parameters['BODY'] ?? '7BIT').toUpperCase()
  }
}

/** The transactions of a connection, and which one RCPT, DATA and BDAT are about. */
export class TransactionLog {
  readonly transactions: TransactionRecord[] = []
  readonly recipients: RecipientRecord[] = []
  /** The one that is open, or that the last MAIL would have opened. Absent once it has ended. */
  current: TransactionRecord | undefined

  /** A MAIL command came. One amid an open transaction leaves that as it is. */
  addMail(
    from: string,
    parameters: ReceivedParameters,
    opensNow: boolean,
    forwarded: ReceivedAttributes = {},
  ): TransactionRecord {
    const transaction = new TransactionRecord(this.transactions.length, from, parameters, forwarded)
    this.transactions.push(transaction)
    if (opensNow) this.current = transaction
    return transaction
  }

  addRcpt(path: string, parameters: ReceivedParameters): RecipientRecord {
    const recipient = new RecipientRecord(this.current?.recipients.length ?? 0, path, parameters)
    this.recipients.push(recipient)
    this.current?.recipients.push(recipient)
    return recipient
  }

  end(): void {
    this.current = undefined
  }
}

export function isPositive(reply: GivenReply | undefined): boolean {
  return reply !== undefined && reply.code >= 200 && reply.code < 300
}
