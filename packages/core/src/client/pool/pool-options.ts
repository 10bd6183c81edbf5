import { checkMilliseconds } from '../../connection/index.ts'
import { InvalidArgumentError } from '../../errors/index.ts'
import { checked } from '../checked.ts'
import type { ConnectOptions } from '../connect-options.ts'
import { count, defaultWindow, windowField } from '../deliver-options.ts'
import * as z from '../schema.ts'
import type { PoolEvent } from './pool-event.ts'

/** Options of a pool, besides those of each of its connections. */
export interface PoolOptions extends Omit<ConnectOptions, 'signal' | 'stepwise'> {
  /** How many connections there may be at a time. Default 5. */
  readonly maxConnections?: number
  /** After how many messages a connection is given up for a new one. Default: no limit but the server's. */
  readonly maxMessages?: number
  /** How many messages may be on their way over one connection, and octets of them. Default 128 and 1 MiB. */
  readonly window?: { readonly messages?: number | undefined; readonly octets?: number | undefined }
  /** Milliseconds after which a connection that nobody needs is ended. Default 30,000. */
  readonly idleTimeout?: number
  /**
   * Milliseconds after which a connection that nobody has needed is asked by NOOP whether it still stands, before a
   * message is entrusted to it. Default 5,000.
   */
  readonly checkAfter?: number
  /** Over all connections, at most so many messages are begun in any `milliseconds`. Default: no limit. */
  readonly rateLimit?: { readonly messages: number; readonly milliseconds: number }
  /**
   * How often a message may be begun at most, where the connection has ended before the server can have accepted it
   * for anybody. Default 3.
   */
  readonly maxAttempts?: number
  /** Is told what happens, for metrics and logs. What it throws is ignored. */
  readonly onEvent?: (event: PoolEvent) => void
}

/** What of the options is the pool's own, complete. */
export interface PoolSettings {
  readonly maxConnections: number
  readonly maxMessages: number
  readonly window: { readonly messages: number; readonly octets: number }
  readonly idleTimeout: number
  readonly checkAfter: number
  readonly rateLimit: { readonly messages: number; readonly milliseconds: number } | undefined
  readonly maxAttempts: number
  readonly onEvent: ((event: PoolEvent) => void) | undefined
}

const schema = z.strictObject({
  maxConnections: z.optional(count),
  maxMessages: z.optional(count),
  window: windowField,
  idleTimeout: z.optional(count),
  checkAfter: z.optional(count),
  rateLimit: z.optional(z.strictObject({ messages: count, milliseconds: count }, 'must be an object')),
  maxAttempts: z.optional(count),
  onEvent: z.optional(
    z.custom<(event: PoolEvent) => void>((value) => typeof value === 'function', 'must be a function'),
  ),
})

/**
 * What of the options is the pool's own, and what is its connections'.
 *
 * @throws {InvalidArgumentError} which names the option
 */
export function poolSettings(options: PoolOptions): {
  readonly settings: PoolSettings
  readonly connectOptions: ConnectOptions
} {
  const { maxConnections, maxMessages, window, idleTimeout, checkAfter, rateLimit, maxAttempts, onEvent, ...rest } =
    options
  const own = { maxConnections, maxMessages, window, idleTimeout, checkAfter, rateLimit, maxAttempts, onEvent }
  checked(schema, own, 'options')
  for (const name of ['signal', 'stepwise']) {
    if (name in rest) throw new InvalidArgumentError(name, "is not known in a pool's options")
  }
  if (idleTimeout !== undefined) checkMilliseconds('idleTimeout', idleTimeout)
  if (checkAfter !== undefined) checkMilliseconds('checkAfter', checkAfter)
  if (rateLimit !== undefined) checkMilliseconds('rateLimit.milliseconds', rateLimit.milliseconds)
  return {
    settings: {
      maxConnections: maxConnections ?? 5,
      maxMessages: maxMessages ?? Number.POSITIVE_INFINITY,
      window: {
        messages: window?.messages ?? defaultWindow.messages,
        octets: window?.octets ?? defaultWindow.octets,
      },
      idleTimeout: idleTimeout ?? 30_000,
      checkAfter: checkAfter ?? 5_000,
      rateLimit,
      maxAttempts: maxAttempts ?? 3,
      onEvent,
    },
    connectOptions: rest,
  }
}
