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
  /** One of those whose extensions are known. */
  readonly keyword: string
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
  size: { keyword: 'SIZE', encode: wholeNumber(0, Number.MAX_SAFE_INTEGER), checkLimit: checkSize },
  // BINARYMIME is an extension of its own (RFC 3030 §3).
  body: { keyword: 'BODY', encode: oneOf('7BIT', '8BITMIME', 'BINARYMIME') },
  smtpUtf8: { keyword: 'SMTPUTF8', encode: flag },
  submitter: { keyword: 'AUTH', encode: encodeSubmitter },
  mtrk: { keyword: 'MTRK', encode: encodeTracking, checkBeside: checkTrackingBeside },
  ret: { keyword: 'RET', encode: oneOf('FULL', 'HDRS') },
  envid: { keyword: 'ENVID', encode: encodeEnvelopeIdentifier },
  requireTls: { keyword: 'REQUIRETLS', encode: flag },
  deliverBy: { keyword: 'BY', encode: encodeDeliverBy, checkLimit: checkDeliverByMinimum },
  holdFor: {
    keyword: 'HOLDFOR',
    encode: wholeNumber(1, 999_999_999),
    checkLimit: checkHoldFor,
    checkBeside: checkHoldForBeside,
  },
  holdUntil: { keyword: 'HOLDUNTIL', encode: encodeHoldUntil, checkLimit: checkHoldUntil },
  mtPriority: { keyword: 'MT-PRIORITY', encode: wholeNumber(-9, 9) },
  solicit: { keyword: 'SOLICIT', encode: encodeSolicitation },
  conperm: { keyword: 'CONPERM', encode: flag },
  prdr: { keyword: 'PRDR', encode: flag },
}

/** RCPT's parameters by option. */
export const rcptParameterTable: ParameterTable<RcptParameterOptions> = {
  notify: { keyword: 'NOTIFY', encode: encodeNotify },
  orcpt: { keyword: 'ORCPT', encode: encodeOriginalRecipient },
  rrvs: { keyword: 'RRVS', encode: encodeValidSince },
  conneg: { keyword: 'CONNEG', encode: flag },
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
