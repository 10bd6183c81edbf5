import { InvalidArgumentError } from '../errors/index.ts'
import { decodeUtf8 } from '../wire/index.ts'
import { parseAddressList } from './address-list.ts'
import type { HeaderField } from './header.ts'

/** Whom a message is from and for, as addresses in text. */
export interface HeaderEnvelope {
  readonly from: string
  /** Without regard to doubles: the same address twice is two recipients. Empty when the header names nobody. */
  readonly to: readonly string[]
}

/** What the caller has said; it takes the place of what the header says. */
export interface GivenEnvelope {
  readonly from?: string | undefined
  readonly to?: readonly string[] | undefined
}

/**
 * The envelope that a message's header asks for (RFC 5322 §3.6.2, §3.6.3): from the first address in `Sender`, or
 * else in `From`, to all in `To`, `Bcc` and `Cc`, in this order. A message with a `Resent-Date` is sent to whom it is
 * resent, by the fields `Resent-Sender` and so on (§3.6.6), and the others don't count.
 *
 * What is given counts unchanged and unchecked, and the fields that it replaces are not read.
 *
 * @throws {InvalidArgumentError} for a header with more than one `Resent-Date` (which block of Resent fields is the
 *   last, can't be told), without a field for the sender, or with a field that can't be read as addresses, in which
 *   case the error's `field` is such as `message header To`
 */
export function envelopeFromHeader(fields: readonly HeaderField[], given: GivenEnvelope = {}): HeaderEnvelope {
  const resentDates = valuesOf(fields, 'Resent-Date').length
  if (resentDates > 1) {
    throw new InvalidArgumentError('message', 'has more than one Resent-Date field, so its envelope can not be told')
  }
  const prefix = resentDates === 1 ? 'Resent-' : ''
  return {
    from: given.from ?? senderIn(fields, prefix),
    to: given.to ?? ['To', 'Bcc', 'Cc'].flatMap((name) => addressesIn(fields, prefix + name)),
  }
}

function senderIn(fields: readonly HeaderField[], prefix: string): string {
  const name = [`${prefix}Sender`, `${prefix}From`].find((name) => valuesOf(fields, name).length > 0)
  if (name === undefined) {
    throw new InvalidArgumentError('message', `has no ${prefix}From field, so the sender must be given`)
  }
  const [sender] = addressesIn(fields, name)
  if (sender === undefined) throw new InvalidArgumentError(labelOf(name), 'names no address')
  return sender
}

function addressesIn(fields: readonly HeaderField[], name: string): readonly string[] {
  const label = labelOf(name)
  return valuesOf(fields, name).flatMap((value) => parseAddressList(unfolded(value, label), label))
}

function valuesOf(fields: readonly HeaderField[], name: string): readonly Uint8Array[] {
  const wanted = name.toLowerCase()
  return fields.filter((field) => field.name.toLowerCase() === wanted).map(({ value }) => value)
}

function labelOf(name: string): string {
  return `message header ${name}`
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** RFC 5322 §2.2.3. Each CR and LF in a value is a line ending, before a blank or at the end. */
function unfolded(value: Uint8Array, label: string): string {
  try {
    return strictDecoder.decode(value).replace(/[\r\n]/g, '')
  } catch {
    throw new InvalidArgumentError(label, 'is not UTF-8', decodeUtf8(value).replace(/[\r\n]+/g, ''))
  }
}
