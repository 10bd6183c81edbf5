import { checkMilliseconds, type Limits, type Timeouts } from '../connection/index.ts'
import { type Credentials, completeScramLimits, type SaslMechanism, type ScramLimits } from '../session/index.ts'
import { checkClientName, encodeProxyHeader, type ProxyHeader } from '../wire/index.ts'
import { authSchema, checkAuth, mechanismsSchema } from './auth-option.ts'
import { checked } from './checked.ts'
import { clientNameOnWire } from './client-name.ts'
import { isRecord } from './is-record.ts'
import { mechanismsNamed } from './named-mechanisms.ts'
import * as z from './schema.ts'
import { type SendingOptions, sendingFields } from './sending-options.ts'
import type { TlsPolicy } from './tls-policy.ts'
import type { OnTranscript } from './transcript.ts'
import type { TlsOptions } from './transport.ts'

/** Options of a session over a transport that is there already. */
export interface SessionOptions extends SendingOptions {
  /**
   * `required`: STARTTLS, or no session. `opportunistic`: STARTTLS where it is offered; credentials still need it.
   * `off`: none. `implicit`: TLS from the first byte, as with `smtps://`. Default: `required`, or for a unix socket
   * `off`.
   */
  readonly tls?: TlsPolicy
  readonly tlsOptions?: Partial<TlsOptions>
  /** Default: those in the URL, if any. */
  readonly auth?: Credentials
  /** Sends a password in clear where there is no TLS. */
  readonly allowInsecureAuth?: boolean
  /**
   * The only mechanisms to authenticate with, by name or the caller's own, in the order in which they are tried. Default:
   * all that fit the credentials, the strongest first.
   */
  readonly mechanisms?: readonly (string | SaslMechanism)[]
  /** What is taken of servers that speak SCRAM. */
  readonly scram?: Partial<ScramLimits>
  /** What the client calls itself: a domain or an address literal. Default: the host's full name or its address. */
  readonly clientName?: string
  /** Milliseconds for each phase; `connect` is the time for the connection to be made. */
  readonly timeouts?: Partial<Timeouts> & { readonly connect?: number }
  readonly limits?: Partial<Limits>
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal | undefined
  /**
   * Only the greeting is awaited, and the rest is the caller's: `ehlo`, `startTls`, `login`. What these options ask for
   * and is not done by then, the first call that needs it does.
   */
  readonly stepwise?: boolean
  /**
   * Sends a PROXY protocol header first, ahead of TLS too: whose connection this is, to a server that expects one of
   * every client. With `tls: 'implicit'` a transport of one's own must then be in clear still.
   */
  readonly proxy?: ProxyHeader
  /** Is told the dialogue, line by line, without credentials. */
  readonly onTranscript?: OnTranscript
}

export interface ConnectOptions extends SessionOptions {
  /** The address to connect from. */
  readonly localAddress?: string
}

const text = z.string('must be a string')
const pem = z.string('must be a string in PEM')
const flag = z.boolean('must be true or false')
/** Which names there are, and what they may be, is checked where the defaults are put in. */
const numbers = z.custom<Readonly<Record<string, number>>>(isRecord, 'must be an object')
const isFunction = (value: unknown) => typeof value === 'function'

/** The schema of every `signal` option. */
export const abortSignal: z.Schema<AbortSignal | undefined> = z.optional(
  z.custom<AbortSignal>(isAbortSignal, 'must be an AbortSignal'),
)

const tlsFields = {
  serverName: z.optional(text),
  ca: z.optional(z.union([pem, z.array(pem)], 'must be a string in PEM, or an array of them')),
  cert: z.optional(pem),
  key: z.optional(pem),
  minVersion: z.optional(z.oneOf(['TLSv1.2', 'TLSv1.3'], "must be 'TLSv1.2' or 'TLSv1.3'")),
  rejectUnauthorized: z.optional(flag),
}

const proxyEnd = z.optional(
  z.strictObject({ host: text, port: z.number('must be a number') }, 'must be an object with a host and a port'),
)

const schema = z.strictObject({
  tls: z.optional(
    z.oneOf(
      ['required', 'opportunistic', 'off', 'implicit'],
      "must be 'required', 'opportunistic', 'off' or 'implicit'",
    ),
  ),
  tlsOptions: z.optional(z.strictObject(tlsFields)),
  auth: z.optional(authSchema),
  allowInsecureAuth: z.optional(flag),
  mechanisms: z.optional(mechanismsSchema),
  scram: z.optional(numbers),
  clientName: z.optional(text),
  timeouts: z.optional(numbers),
  limits: z.optional(numbers),
  localAddress: z.optional(text),
  stepwise: z.optional(flag),
  proxy: z.optional(
    z.strictObject(
      { version: z.optional(z.unchecked()), local: z.optional(z.unchecked()), source: proxyEnd, destination: proxyEnd },
      'must be an object',
    ),
  ),
  ...sendingFields,
  signal: abortSignal,
  onTranscript: z.optional(z.custom<OnTranscript>(isFunction, 'must be a function')),
})

/** @throws {InvalidArgumentError} which names the option */
export function checkConnectOptions(options: ConnectOptions): void {
  const { clientName, timeouts, mechanisms, scram } = checked(schema, options, 'options')
  if (timeouts?.['connect'] !== undefined) checkMilliseconds('timeouts.connect', timeouts['connect'])
  if (options.auth !== undefined) checkAuth(options.auth, options.tlsOptions ?? {})
  if (mechanisms !== undefined) mechanismsNamed(mechanisms)
  completeScramLimits(scram)
  if (options.proxy !== undefined) encodeProxyHeader(options.proxy)
  if (clientName !== undefined) checkClientName('clientName', clientNameOnWire(clientName))
}

const startTlsSchema = z.strictObject({ ...tlsFields, signal: abortSignal })

/** @throws {InvalidArgumentError} which names the option */
export function checkStartTlsOptions(
  options: Partial<TlsOptions> & { readonly signal?: AbortSignal | undefined },
): void {
  checked(startTlsSchema, options, 'options')
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}
