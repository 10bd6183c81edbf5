import { encodeUtf8, type MailOptions, type RcptOptions } from '@sansmtp/core'
import fc from 'fast-check'
import { deliveryOptions, type OptionChoice } from './delivery-options.ts'
import { mailbox } from './mailboxes.ts'
import { recipientOptions } from './recipient-options.ts'

/** A recipient with what is asked for of it. */
export interface RecipientExample extends RcptOptions {
  readonly address: string
}

/** A message, its envelope, and what is asked for. */
export interface DeliveryExample extends MailOptions {
  readonly from: string
  readonly to: readonly (string | RecipientExample)[]
  readonly message: Uint8Array
}

export interface DeliveryChoice extends OptionChoice {
  /** Default 3. */
  readonly maxRecipients?: number
}

export interface DeliveriesChoice extends DeliveryChoice {
  /** Default 5. */
  readonly maxDeliveries?: number
}

/**
 * A delivery that a server with these extensions, and no limits, has no reason to refuse: small, its recipients some of
 * them alike, its message within what it is announced as. Lines of the message end with CRLF.
 */
export function delivery({ maxRecipients = 3, ...choice }: DeliveryChoice = {}): fc.Arbitrary<DeliveryExample> {
  const offered = (keyword: string) => choice.extensions?.includes(keyword) ?? true
  const from = fc.oneof({ weight: 5, arbitrary: mailbox() }, { weight: 1, arbitrary: fc.constant('') })
  const plain = { weight: 2, arbitrary: mailbox() }
  const full = fc
    .tuple(mailbox(), recipientOptions(choice))
    .map(([address, options]): RecipientExample => ({ address, ...options }))
  const known = fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<string | RecipientExample>[]>(plain, { weight: 1, arbitrary: full }),
    {
      minLength: 1,
      maxLength: maxRecipients,
    },
  )
  return fc
    .record({
      from,
      known,
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: maxRecipients }),
      options: deliveryOptions(choice),
      lines: fc.array(fc.constantFrom('', '.', '..', 'x', 'a line', 'From x', 'QUIT', 'é'), { maxLength: 5 }),
    })
    .map(({ from, known, picks, options, lines }) => {
      const eightBit = options.body === undefined ? offered('8BITMIME') : options.body !== '7BIT'
      const text = lines.map((line) => `${eightBit ? line : line.replace('é', 'e')}\r\n`).join('')
      return {
        ...options,
        from,
        to: picks.flatMap((pick) => known[pick % known.length] ?? []),
        message: encodeUtf8(`Subject: x\r\n\r\n${text}`),
      }
    })
}

/** Deliveries behind one another, as `deliverAll` takes them. */
export function deliveries({ maxDeliveries = 5, ...choice }: DeliveriesChoice = {}): fc.Arbitrary<DeliveryExample[]> {
  return fc.array(delivery(choice), { maxLength: maxDeliveries })
}
