import type { MailWindowOptions } from '../session/index.ts'
import type { CallOptions } from './call-options.ts'
import { checked } from './checked.ts'
import { abortSignal } from './connect-options.ts'
import * as z from './schema.ts'
import { type SendingOptions, sendingFields } from './sending-options.ts'

/** Options of `deliver`. What is left out is as it was on connecting. */
export interface DeliverOptions extends CallOptions, SendingOptions {}

/** Options of `deliverAll`. */
export interface DeliverAllOptions extends DeliverOptions {
  /**
   * How much may be under way: `messages` that were taken and whose reports were not, and with `eager` `octets` of those
   * in flight together; one message always may. Default 128 messages and 1 MiB.
   */
  readonly window?: { readonly messages?: number | undefined; readonly octets?: number | undefined } | undefined
}

/** The schema of a number of things. */
export const count: z.Schema<number> = z.custom<number>(isCount, 'must be a whole number from 1')
/** That of `window`. */
export const windowField: z.Schema<DeliverAllOptions['window']> = z.optional(
  z.strictObject({ messages: z.optional(count), octets: z.optional(count) }, 'must be an object'),
)
const deliverSchema = z.strictObject({ ...sendingFields, signal: abortSignal })
const deliverAllSchema = z.strictObject({
  ...sendingFields,
  window: windowField,
  signal: abortSignal,
})

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

export const defaultWindow: MailWindowOptions['window'] = { messages: 128, octets: 1_048_576 }

/** Of a call without options; there is nothing to check then. */
export const noOptions: DeliverOptions = Object.freeze({})

/** @throws {InvalidArgumentError} which names the option */
export function checkDeliverOptions(options: DeliverOptions): DeliverOptions {
  if (options === noOptions) return noOptions
  return checked(deliverSchema, options, 'options')
}

/** @throws {InvalidArgumentError} which names the option */
export function checkDeliverAllOptions(options: DeliverAllOptions): DeliverAllOptions {
  return checked(deliverAllSchema, options, 'options')
}
