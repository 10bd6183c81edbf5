import type { MailOptions } from '@sansmtp/core'
import fc from 'fast-check'
import { between, letterOrDigit, oneOf } from './characters.ts'
import { dateTime } from './date-times.ts'
import { mailbox } from './mailboxes.ts'

export interface OptionChoice {
  /** Only options of these extensions, by keyword, are chosen from. Default all. */
  readonly extensions?: readonly string[]
}

const maxSeconds = 999_999_999

/** What a delivery may ask for, by the extension that it needs. Later ones win over earlier ones. */
const choices: Readonly<Record<string, () => fc.Arbitrary<MailOptions>>> = {
  '8BITMIME': () => fc.record({ body: fc.constantFrom('7BIT', '8BITMIME') }),
  BINARYMIME: () => fc.record({ body: fc.constant('BINARYMIME') }),
  SMTPUTF8: () => fc.record({ smtpUtf8: fc.constant(true) }),
  AUTH: () => fc.record({ submitter: fc.oneof(mailbox(), fc.constant('')) }),
  DSN: () => fc.record({ ret: fc.constantFrom('FULL', 'HDRS'), envid: envelopeIdentifier() }, { requiredKeys: [] }),
  REQUIRETLS: () => fc.record({ requireTls: fc.constant(true) }),
  DELIVERBY: () => fc.record({ deliverBy: deliverBy() }),
  FUTURERELEASE: () =>
    fc.oneof(fc.record({ holdFor: fc.integer({ min: 1, max: maxSeconds }) }), fc.record({ holdUntil: dateTime() })),
  'MT-PRIORITY': () => fc.record({ mtPriority: fc.integer({ min: -9, max: 9 }) }),
  // RFC 3885 §3.2: with an ENVID that names a host.
  MTRK: () => fc.record({ mtrk: tracking(), envid: fc.nat().map((id) => `${id}@client.example`) }),
  'NO-SOLICITING': () => fc.record({ solicit: fc.array(solicitation(), { minLength: 1, maxLength: 3 }) }),
  CONPERM: () => fc.record({ conperm: fc.constant(true) }),
  PRDR: () => fc.record({ prdr: fc.constant(true) }),
}

/**
 * What a delivery asks for with MAIL: plain data, valid by the RFCs by itself, though a server may have limits of its own.
 * Without `size`, which is the message's. ENVID comes with MTRK, too, so that both need DSN as well. Shrinks to
 * nothing.
 */
export function deliveryOptions({ extensions }: OptionChoice = {}): fc.Arbitrary<MailOptions> {
  const chosen = Object.entries(choices).filter(([keyword]) => extensions?.includes(keyword) ?? true)
  const parts = chosen.map(([, options]) => fc.option(options(), { nil: {}, freq: 2 }))
  return fc.tuple(...parts).map((parts) => compatible(Object.assign({}, ...parts)))
}

/** RFC 4865 §5.2: a message is not held until it is late. Of a point in time that can't be known here. */
function compatible(options: MailOptions): MailOptions {
  const { deliverBy, ...others } = options
  const held = options.holdFor ?? 0
  return options.holdUntil !== undefined || (deliverBy !== undefined && deliverBy.seconds < held) ? others : options
}

/** Printable US-ASCII, of no more than 100 characters in xtext (RFC 3461 §4.4 and §5.4). */
function envelopeIdentifier(): fc.Arbitrary<string> {
  return fc.string({ unit: between('!', '~'), minLength: 1, maxLength: 33 })
}

/** RFC 2852 §4. */
function deliverBy(): fc.Arbitrary<NonNullable<MailOptions['deliverBy']>> {
  const late = fc.record({ seconds: fc.integer({ min: -maxSeconds, max: maxSeconds }), mode: fc.constant('notify') })
  const lost = fc.record({ seconds: fc.integer({ min: 1, max: maxSeconds }), mode: fc.constant('return') })
  return fc.tuple(fc.oneof(lost, late), fc.boolean()).map(([by, trace]) => (trace ? { ...by, trace } : by))
}

/** RFC 3885 §3.1: the certifier is a SHA-1. */
function tracking(): fc.Arbitrary<NonNullable<MailOptions['mtrk']>> {
  return fc.record(
    { certifier: fc.uint8Array({ minLength: 20, maxLength: 20 }), timeout: fc.nat(999_999) },
    { requiredKeys: ['certifier'] },
  )
}

/** A solicitation class keyword (RFC 3865 §2.2). */
function solicitation(): fc.Arbitrary<string> {
  const character = fc.oneof({ weight: 4, arbitrary: letterOrDigit }, { weight: 1, arbitrary: oneOf('.-_:') })
  return fc.tuple(between('a', 'z'), fc.string({ unit: character, maxLength: 12 })).map((parts) => parts.join(''))
}
