import { InvalidArgumentError, NotSupportedError, type SmtpError } from '../errors/index.ts'
import type { Capabilities } from '../wire/index.ts'
import { bodyValue, droppableExtensions, parametersGiven } from '../wire/parameters/index.ts'
import type { Envelope } from './envelope.ts'
import type { Offer } from './offer.ts'

/** What the caller says that the octets of the message are, in capitals; empty where nothing is said. */
export function bodyAsked({ options = {}, mailParameters = {} }: Envelope): string {
  if (options.body !== undefined) return options.body
  const raw = parametersGiven(options.mailParameters, 'mailParameters')
  return bodyValue(raw) || bodyValue(mailParameters)
}

/**
 * Checks what the caller says of the octets against what is known of them.
 *
 * @throws {InvalidArgumentError} {@link NotSupportedError}
 */
export function checkBody(envelope: Envelope): void {
  if (bodyValue(envelope.mailParameters ?? {}) === 'BINARYMIME') {
    throw new NotSupportedError('BINARYMIME', 'BODY=BINARYMIME needs BDAT (RFC 3030), and the message goes by DATA')
  }
  if (bodyAsked(envelope) === '7BIT' && envelope.eightBit === true) throw notSevenBit(envelope)
}

/**
 * Whether BODY=8BITMIME is to be said of octets that the caller says nothing of. Addresses beyond US-ASCII come with 8BITMIME (RFC 6531
 * §3.6), whatever the message holds.
 *
 * @param international whether an address is beyond US-ASCII
 * @throws {NotSupportedError} when the message may not go to this server as it is
 */
export function saysEightBit(envelope: Envelope, offer: Offer, international: boolean): boolean {
  const { eightBit } = envelope
  if (offer.capabilities.has('8BITMIME')) return eightBit !== false || international
  if (eightBit === true) offer.takes(['8BITMIME'], eightBitProblem(envelope))
  // It would have been said, had it been offered, since nobody knows better.
  if (eightBit === undefined && offer.isDroppable('8BITMIME')) offer.drop('8BITMIME')
  return false
}

/** Why a message whose octets are not known yet may have none beyond US-ASCII; `undefined` where it may. */
export function sevenBitReason(envelope: Envelope, capabilities: Capabilities): (() => SmtpError) | undefined {
  const body = bodyAsked(envelope)
  if (envelope.eightBit !== undefined || body === 'BINARYMIME') return undefined
  const droppable = droppableExtensions(envelope.options?.ifOffered ?? [])
  if (!capabilities.has('8BITMIME') && !droppable.has('8BITMIME')) {
    return () => new NotSupportedError('8BITMIME', eightBitProblem(envelope))
  }
  return body === '7BIT' ? () => notSevenBit(envelope) : undefined
}

function notSevenBit({ options }: Envelope): InvalidArgumentError {
  const field = options?.body === undefined ? 'BODY' : 'body'
  return new InvalidArgumentError(field, 'is 7BIT, but the message has 8-bit octets; leave it out')
}

/** RFC 6152 §3: octets beyond US-ASCII may not go to a server without 8BITMIME. */
function eightBitProblem({ options }: Envelope): string {
  const problem =
    'the message has 8-bit octets, and the server does not offer 8BITMIME; ' +
    'encode its parts as quoted-printable or base64'
  return options === undefined ? problem : `${problem}, or name 8BITMIME in ifOffered to send it as it is`
}
