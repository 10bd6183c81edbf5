import { checked } from './checked.ts'
import { abortSignal } from './connect-options.ts'
import * as z from './schema.ts'

/** Options of a single call. */
export interface CallOptions {
  /** Aborting it ends the connection: there is no other way to stop what is under way. */
  readonly signal?: AbortSignal | undefined
}

const schema = z.strictObject({ signal: abortSignal })

/** @throws {InvalidArgumentError} which names the option */
export function signalOf(options: CallOptions): AbortSignal | undefined {
  return checked(schema, options, 'options').signal
}
