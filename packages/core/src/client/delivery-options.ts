import type { MailOptions, RcptOptions } from '../wire/index.ts'
import { droppableExtensions, encodeMailOptions, encodeRcptOptions, parametersGiven } from '../wire/parameters/index.ts'
import { esmtpOptionsSchema } from './esmtp-options.ts'
import * as z from './schema.ts'

/** What kind of value each option has. What it may be is checked where it is encoded, which shows it. */
const text = z.string('must be a string')
const texts = z.array(text, 'must be a list of strings')
const number = z.number('must be a number')
const flag = z.boolean('must be true or false')
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array')
const date = z.union([z.date('must be a Date'), text], 'must be a Date or a string')

type Fields<Options> = { readonly [Name in keyof Options]-?: z.Schema<unknown> }

/** The options of MAIL, a schema for each. */
export const mailOptionFields: Fields<MailOptions> = {
  body: z.optional(text),
  size: z.optional(number),
  smtpUtf8: z.optional(flag),
  submitter: z.optional(text),
  ret: z.optional(text),
  envid: z.optional(text),
  requireTls: z.optional(flag),
  deliverBy: z.optional(
    z.strictObject({ seconds: number, mode: text, trace: z.optional(flag) }, 'must be { seconds, mode }'),
  ),
  holdFor: z.optional(number),
  holdUntil: z.optional(date),
  mtPriority: z.optional(number),
  mtrk: z.optional(z.strictObject({ certifier: bytes, timeout: z.optional(number) }, 'must be { certifier }')),
  solicit: z.optional(texts),
  conperm: z.optional(flag),
  prdr: z.optional(flag),
  mailParameters: z.optional(esmtpOptionsSchema),
  ifOffered: z.optional(texts),
}

/** The options of RCPT, a schema for each. */
export const rcptOptionFields: Fields<RcptOptions> = {
  notify: z.optional(texts),
  orcpt: z.optional(
    z.union([text, z.strictObject({ type: text, address: text })], 'must be a string or { type, address }'),
  ),
  rrvs: z.optional(
    z.union(
      [date, z.strictObject({ since: date, otherwise: z.optional(text) })],
      'must be a Date, a string or { since, otherwise }',
    ),
  ),
  conneg: z.optional(flag),
  rcptParameters: z.optional(esmtpOptionsSchema),
}

/**
 * Checks what the options ask for before a session is looked at, so that nothing of a message is read for nothing.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function checkMailOptions(options: MailOptions): void {
  encodeMailOptions(options, shortestForm)
  parametersGiven(options.mailParameters, 'mailParameters')
  droppableExtensions(options.ifOffered ?? [])
}

/**
 * Checks a recipient's options.
 *
 * @param field names the recipient in errors, such as `to[1]`
 * @throws {InvalidArgumentError} which names the field
 */
export function checkRcptOptions(options: RcptOptions, field: string): void {
  encodeRcptOptions(options, field, shortestForm)
  parametersGiven(options.rcptParameters ?? {}, `${field}.rcptParameters`)
}

/** What is too long in this form is so in any. */
const shortestForm = { smtpUtf8: true }
