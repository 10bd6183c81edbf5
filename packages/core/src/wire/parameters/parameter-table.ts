import { InvalidArgumentError } from '../../errors/index.ts'
import type { Capabilities } from '../capabilities.ts'
import { checkDeliverByMinimum, encodeDeliverBy } from './deliver-by.ts'
import { encodeEnvelopeIdentifier } from './envelope-identifier.ts'
import { checkHoldFor, checkHoldForBeside, checkHoldUntil, encodeHoldUntil } from './future-release.ts'
import type { MailParameterOptions } from './mail-options.ts'
import { encodeNotify } from './notify.ts'
import { encodeOriginalRecipient } from './original-recipient.ts'
import { flag, oneOf, wholeNumber } from './plain-values.ts'
import type { RcptParameterOptions } from './rcpt-options.ts'
import { encodeSolicitation } from './solicitation.ts'
import { encodeSubmitter } from './submitter.ts'
import { checkTrackingBeside, encodeTracking } from './tracking.ts'
import { encodeValidSince } from './valid-since.ts'

/** What of the transaction decides how a value is written. */
export interface EncodingContext {
  /** Whether MAIL asks for SMTPUTF8. */
  readonly smtpUtf8: boolean
}

/** A parameter of MAIL or RCPT, and the option that asks for it. */
export interface ParameterRow<Value, Options> {
  readonly keyword: string
  /** The extension that it belongs to, by its EHLO keyword. */
  readonly extension: string
  /** Another one that brings it along. */
  readonly alsoBy?: string
  /** What stands behind `=`, `true` where nothing does; `undefined` where the option does not ask for it. */
  readonly encode: (value: Value, field: string, context: EncodingContext) => string | number | true | undefined
  /** Throws an {@link InvalidArgumentError} when the server has said that it does not take this value. */
  readonly checkLimit?: (value: Value, field: string, capabilities: Capabilities) => void
  /** Throws an {@link InvalidArgumentError} when another option forbids it, or one that it needs is missing. */
  readonly checkBeside?: (value: Value, options: Options, field: string) => void
}

/** A row for each option. They go out in the order of the table. */
export type ParameterTable<Options> = {
  readonly [Name in keyof Options]-?: ParameterRow<NonNullable<Options[Name]>, Options>
}

/** MAIL's parameters by option. */
export const mailParameterTable: ParameterTable<MailParameterOptions> = {
  // RFC 1870 §3.
  size: {
    keyword: 'SIZE',
    extension: 'SIZE',
    encode: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    checkLimit: checkSize,
  },
  // RFC 6152 §2 and RFC 3030 §3; BINARYMIME is an extension of its own.
  body: { keyword: 'BODY', extension: '8BITMIME', encode: oneOf('7BIT', '8BITMIME', 'BINARYMIME') },
  // RFC 6531 §3.1.
  smtpUtf8: { keyword: 'SMTPUTF8', extension: 'SMTPUTF8', encode: flag },
  // RFC 4954 §5.
  submitter: { keyword: 'AUTH', extension: 'AUTH', encode: encodeSubmitter },
  // RFC 3885 §3.1.
  mtrk: { keyword: 'MTRK', extension: 'MTRK', encode: encodeTracking, checkBeside: checkTrackingBeside },
  // RFC 3461 §4.3 and §4.4; RFC 3885 §2.
  ret: { keyword: 'RET', extension: 'DSN', encode: oneOf('FULL', 'HDRS') },
  envid: { keyword: 'ENVID', extension: 'DSN', alsoBy: 'MTRK', encode: encodeEnvelopeIdentifier },
  // RFC 8689 §2.
  requireTls: { keyword: 'REQUIRETLS', extension: 'REQUIRETLS', encode: flag },
  // RFC 2852 §4.
  deliverBy: { keyword: 'BY', extension: 'DELIVERBY', encode: encodeDeliverBy, checkLimit: checkDeliverByMinimum },
  // RFC 4865 §3.
  holdFor: {
    keyword: 'HOLDFOR',
    extension: 'FUTURERELEASE',
    encode: wholeNumber(1, 999_999_999),
    checkLimit: checkHoldFor,
    checkBeside: checkHoldForBeside,
  },
  holdUntil: {
    keyword: 'HOLDUNTIL',
    extension: 'FUTURERELEASE',
    encode: encodeHoldUntil,
    checkLimit: checkHoldUntil,
  },
  // RFC 6710 §4.
  mtPriority: { keyword: 'MT-PRIORITY', extension: 'MT-PRIORITY', encode: wholeNumber(-9, 9) },
  // RFC 3865 §2.2.
  solicit: { keyword: 'SOLICIT', extension: 'NO-SOLICITING', encode: encodeSolicitation },
  // RFC 4141 §4.
  conperm: { keyword: 'CONPERM', extension: 'CONPERM', encode: flag },
  // Exim's.
  prdr: { keyword: 'PRDR', extension: 'PRDR', encode: flag },
}

/** RCPT's parameters by option. */
export const rcptParameterTable: ParameterTable<RcptParameterOptions> = {
  // RFC 3461 §4.1 and §4.2; RFC 3885 §2.
  notify: { keyword: 'NOTIFY', extension: 'DSN', encode: encodeNotify },
  orcpt: { keyword: 'ORCPT', extension: 'DSN', alsoBy: 'MTRK', encode: encodeOriginalRecipient },
  // RFC 7293 §3.2.
  rrvs: { keyword: 'RRVS', extension: 'RRVS', encode: encodeValidSince },
  // RFC 4141 §5.
  conneg: { keyword: 'CONNEG', extension: 'CONNEG', encode: flag },
}

function checkSize(size: number, field: string, { maxMessageSize = Number.POSITIVE_INFINITY }: Capabilities): void {
  if (size > maxMessageSize) {
    throw new InvalidArgumentError(
      field,
      `is more than the ${maxMessageSize} octets that the server takes`,
      String(size),
    )
  }
}
