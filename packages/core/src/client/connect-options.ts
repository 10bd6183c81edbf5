import * as z from 'zod/mini'
import type { Limits, Timeouts } from '../connection/index.ts'
import type { Credentials, StartTlsPolicy } from '../session/index.ts'
import { checkDomain } from '../wire/index.ts'
import { checked } from './checked.ts'
import type { OnTranscript } from './transcript.ts'
import type { TlsOptions } from './transport.ts'

/** Options of a session over a transport that is there already. */
export interface SessionOptions {
  /**
   * `required`: STARTTLS, or no session. `opportunistic`: STARTTLS where it is offered; credentials still need it.
   * `off`: none. `implicit`: TLS from the first byte, as with `smtps://`. Default: `required`, or for a unix socket
   * `off`.
   */
  readonly tls?: StartTlsPolicy | 'implicit'
  readonly tlsOptions?: Partial<TlsOptions>
  /** Default: those in the URL, if any. */
  readonly auth?: Credentials
  /** Sends a password in clear where there is no TLS. */
  readonly allowInsecureAuth?: boolean
  /** What the client calls itself: a domain or an address literal. Default: the host's full name or its address. */
  readonly clientName?: string
  /** Milliseconds for each phase; `connect` is the time for the connection to be made. */
  readonly timeouts?: Partial<Timeouts> & { readonly connect?: number }
  readonly limits?: Partial<Limits>
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal
  /** Is told the dialogue, line by line, without credentials. */
  readonly onTranscript?: OnTranscript
}

export interface ConnectOptions extends SessionOptions {
  /** The address to connect from. */
  readonly localAddress?: string
}

const pem = z.string()

const schema = z.strictObject({
  tls: z.optional(z.enum(['required', 'opportunistic', 'off', 'implicit'])),
  tlsOptions: z.optional(
    z.strictObject({
      serverName: z.optional(z.string()),
      ca: z.optional(z.union([pem, z.array(pem)])),
      cert: z.optional(pem),
      key: z.optional(pem),
      minVersion: z.optional(z.enum(['TLSv1.2', 'TLSv1.3'])),
      rejectUnauthorized: z.optional(z.boolean()),
    }),
  ),
  auth: z.optional(
    z.strictObject({
      user: z.string().check(z.minLength(1)),
      pass: z.string(),
      authzid: z.optional(z.string()),
    }),
  ),
  allowInsecureAuth: z.optional(z.boolean()),
  clientName: z.optional(z.string()),
  timeouts: z.optional(z.record(z.string(), z.number())),
  limits: z.optional(z.record(z.string(), z.number())),
  localAddress: z.optional(z.string()),
  signal: z.optional(z.custom<AbortSignal>(isAbortSignal, 'must be an AbortSignal')),
  onTranscript: z.optional(z.custom<OnTranscript>((value) => typeof value === 'function', 'must be a function')),
})

/** @throws {InvalidArgumentError} which names the option */
export function checkConnectOptions(options: ConnectOptions): void {
  const { clientName } = checked(schema, options, 'options')
  if (clientName !== undefined) checkDomain('clientName', clientName)
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}
