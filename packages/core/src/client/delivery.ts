import * as z from 'zod/mini'
import type { SmtpError } from '../errors/index.ts'
import type { Envelope, RecipientOutcome, TransactionResult } from '../session/index.ts'
import { parseForwardPath, parseReversePath } from '../wire/index.ts'
import { checked } from './checked.ts'
import { type ContentSource, contentSource, type Message } from './content-source.ts'

export interface Recipient {
  readonly address: string
}

/** A message and who it goes from and to. */
export interface Delivery {
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
}

const recipient = z.union([z.string(), z.strictObject({ address: z.string() })], 'must be a string or { address }')

const schema = z.strictObject({
  from: z.string('must be a string: an address, or an empty one for the null reverse-path'),
  to: z.union(
    [recipient, z.array(recipient).check(z.minLength(1, 'must have at least one recipient'))],
    'must be an address or a list of at least one',
  ),
  message: z.unknown(),
})

/** A delivery, checked and ready to be sent. */
export interface PreparedDelivery {
  readonly addresses: readonly string[]
  readonly envelope: Envelope
  readonly content: ContentSource
}

/** @throws {InvalidArgumentError} which names the field, such as `to[2]` */
export function prepareDelivery(delivery: Delivery): PreparedDelivery {
  const { from, to } = checked(schema, delivery, 'delivery')
  const addresses = (Array.isArray(to) ? to : [to]).map((each) => (typeof each === 'string' ? each : each.address))
  const paths = addresses.map((address, i) => parseForwardPath(address, Array.isArray(to) ? `to[${i}]` : 'to'))
  const reversePath = parseReversePath(from)
  // Last: a stream that was begun can't be given back.
  const content = contentSource(delivery.message)
  return { addresses, envelope: { from: reversePath, to: paths, ...content.survey }, content }
}

export function reportDelivery(addresses: readonly string[], { outcomes, error }: TransactionResult): DeliveryReport {
  const recipients = addresses.map((address, i) => ({ address, ...(outcomes[i] ?? { status: 'notSent' as const }) }))
  const ok = recipients.every(({ status }) => status === 'accepted')
  return error === undefined ? { recipients, ok } : { recipients, ok, error }
}
