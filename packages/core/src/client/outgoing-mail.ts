import { InvalidArgumentError } from '../errors/index.ts'
import { type Envelope, type MailObject, sevenBitReason } from '../session/index.ts'
import type { Capabilities } from '../wire/index.ts'
import { type ContentSource, sevenBitOnly } from './content-source.ts'
import { type Delivery, type PreparedDelivery, prepareDelivery } from './delivery.ts'

/** A delivery as a flow sends it. */
export interface OutgoingMail extends MailObject {
  readonly content: ContentSource
  readonly addresses: readonly string[]
}

/**
 * A delivery that was prepared, to be sent.
 *
 * @param capabilities what the server offers that it goes to, whichever connection that is
 */
export function outgoingMail(
  { addresses, content, envelope: { from, to, options, recipientOptions } }: PreparedDelivery,
  capabilities: () => Capabilities,
  chunking?: boolean,
): OutgoingMail {
  const { survey, hasUrls: byUrl = false } = content
  const repeatable = content.rewind !== undefined
  if (survey !== undefined) {
    const { size, octets, eightBit, eightBitHeader } = survey
    const known = { size, octets, eightBit, eightBitHeader }
    const envelope = { from, to, options, recipientOptions, chunking, byUrl, ...known }
    return { addresses, envelope, content, repeatable }
  }
  const envelope = { from, to, options, recipientOptions, chunking, byUrl }
  const checked = sevenBitOnly(content, () => sevenBitReason(envelope, capabilities()))
  return { addresses, envelope, content: checked, repeatable }
}

/** A delivery that is malformed, to be reported in its turn. */
export function malformedMail(delivery: Delivery, problem: InvalidArgumentError): OutgoingMail {
  const content: ContentSource = { next: () => undefined, cancel() {} }
  return {
    addresses: addressesOf(delivery),
    envelope: { to: [] } as unknown as Envelope,
    content,
    repeatable: false,
    problem,
  }
}

/** @returns a delivery that is malformed with its problem */
export function prepared(delivery: Delivery): PreparedDelivery | InvalidArgumentError {
  try {
    return prepareDelivery(delivery)
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error
    throw error
  }
}

/** By position; those that can't be read are empty. */
function addressesOf(delivery: unknown): readonly string[] {
  const { to } = (delivery ?? {}) as { to?: unknown }
  if (to === undefined) return []
  return (Array.isArray(to) ? to : [to]).map((each) => {
    const address = typeof each === 'object' && each !== null ? (each as { address?: unknown }).address : each
    return typeof address === 'string' ? address : ''
  })
}
