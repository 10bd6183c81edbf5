import { InvalidArgumentError, type SmtpError } from '../errors/index.ts'
import type { Envelope, RecipientOutcome, TransactionResult } from '../session/index.ts'
import { notSent } from '../session/report.ts'
import { type MailOptions, parseForwardPath, parseReversePath, type RcptOptions } from '../wire/index.ts'
import { checked } from './checked.ts'
import { type ContentSource, contentSource, type Message } from './content-source.ts'
import { checkMailOptions, checkRcptOptions, mailOptionFields, rcptOptionFields } from './delivery-options.ts'
import * as z from './schema.ts'

/** A recipient, and what is asked for with RCPT. */
export interface Recipient extends RcptOptions {
  readonly address: string
}

/** A message, who it goes from and to, and what is asked for with MAIL. */
export interface Delivery extends MailOptions {
  /** The reverse-path; an empty text is the null one, for notifications (RFC 5321 §4.5.5). */
  readonly from: string
  /** The recipients. The same address twice is two recipients. */
  readonly to: string | Recipient | readonly (string | Recipient)[]
  /** The message as RFC 5322 has it. Line endings are made CRLF, nothing else is touched. */
  readonly message: Message
}

/** What became of one recipient. */
export interface RecipientReport extends RecipientOutcome {
  /** The address as it was given. */
  readonly address: string
}

/** The truth about a delivery: nothing is called accepted without a 2xx in hand. */
export interface DeliveryReport {
  /** By position, as they were given. */
  readonly recipients: readonly RecipientReport[]
  /** Whether every recipient was accepted. */
  readonly ok: boolean
  /** Why the connection ended amid the delivery, if it did by a fault or an abort. */
  readonly error?: SmtpError
  /** The extensions whose parameters were left out, since they were not offered and `ifOffered` names them. */
  readonly dropped: readonly string[]
}

const address = z.string('must be a string')
const recipientFields = { address, ...rcptOptionFields }
const addressed = (given: unknown) => (typeof given === 'string' ? { address: given } : given)
const recipient = z.made(addressed, z.strictObject(recipientFields, 'must be a string or { address }'))
const onlyRecipient = z.made(addressed, z.strictObject(recipientFields, 'must be an address or a list of at least one'))
const recipients = z.array(recipient)

const fields = {
  from: z.string('must be a string: an address, or an empty one for the null reverse-path'),
  message: z.unchecked(),
  ...mailOptionFields,
}
/** One for each form of `to`, because a union does not tell which field is wrong. */
const toOne = z.strictObject({ ...fields, to: onlyRecipient })
const toSeveral = z.strictObject({ ...fields, to: recipients })

/** A delivery, checked and ready to be sent. */
export interface PreparedDelivery {
  readonly addresses: readonly string[]
  readonly envelope: Required<Pick<Envelope, 'from' | 'to' | 'options' | 'recipientOptions'>>
  readonly content: ContentSource
}

/** @throws {InvalidArgumentError} which names the field, such as `to[2]` or `to[2].notify` */
export function prepareDelivery(delivery: Delivery): PreparedDelivery {
  // Most have no options, and are checked in no time.
  const { from, addresses, message, options, recipients } = isPlain(delivery)
    ? plainDelivery(delivery)
    : checkedDelivery(delivery)
  if (addresses.length === 0) throw new InvalidArgumentError('to', 'must have at least one recipient')
  const reversePath = parseReversePath(from)
  if (options !== noOptions) checkMailOptions(options)
  const fieldOf = Array.isArray(delivery.to) ? (i: number) => `to[${i}]` : () => 'to'
  const to = addresses.map((address, i) => parseForwardPath(address, fieldOf(i)))
  const recipientOptions = recipients.map((each, i) => recipientOptionsOf(each, fieldOf(i)))
  // Last: a stream that was begun can't be given back.
  const content = contentSource(message)
  return { addresses, envelope: { from: reversePath, to, options, recipientOptions }, content }
}

interface CheckedDelivery {
  readonly from: string
  readonly addresses: readonly string[]
  readonly message: Message
  readonly options: MailOptions
  /** Empty where they have no options. */
  readonly recipients: readonly Recipient[]
}

const noOptions: MailOptions = Object.freeze({})

function plainDelivery({ from, to, message }: PlainDelivery): CheckedDelivery {
  const addresses = typeof to === 'string' ? [to] : [...to]
  return { from, addresses, message, options: noOptions, recipients: [] }
}

function checkedDelivery(delivery: Delivery): CheckedDelivery {
  const several = Array.isArray((delivery as Partial<Delivery> | undefined)?.to)
  const { from, to, message, ...options } = several
    ? checked(toSeveral, delivery, 'delivery')
    : checked(toOne, delivery, 'delivery')
  const recipients = [to].flat() as readonly Recipient[]
  return {
    from,
    addresses: recipients.map(({ address }) => address),
    message: message as Message,
    options: options as MailOptions,
    recipients,
  }
}

/** A delivery without options, and without mistakes in what kind of value its fields have. */
interface PlainDelivery extends Delivery {
  readonly to: string | readonly string[]
}

function isPlain(delivery: Delivery): delivery is PlainDelivery {
  for (const field in delivery) if (!plainFields.has(field)) return false
  const { from, to } = (delivery ?? {}) as Partial<Delivery>
  return typeof from === 'string' && (typeof to === 'string' || (Array.isArray(to) && to.every(isText)))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

const plainFields: ReadonlySet<string> = new Set(['from', 'to', 'message'])

function recipientOptionsOf({ address: _, ...options }: Recipient, field: string): RcptOptions | undefined {
  if (Object.keys(options).length === 0) return undefined
  checkRcptOptions(options, field)
  return options
}

export function reportDelivery(
  addresses: readonly string[],
  { outcomes, error, dropped = [] }: TransactionResult,
): DeliveryReport {
  const recipients = addresses.map((address, i) => reportRecipient(address, outcomes[i]))
  const ok = recipients.every(({ status }) => status === 'accepted')
  return error === undefined ? { recipients, ok, dropped } : { recipients, ok, error, dropped }
}

function reportRecipient(address: string, { status, reply, decidedBy }: RecipientOutcome = notSent): RecipientReport {
  if (reply === undefined || decidedBy === undefined) return { address, status }
  return { address, status, reply, decidedBy }
}
