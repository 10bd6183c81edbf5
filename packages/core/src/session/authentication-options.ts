import { completed } from '../connection/completed.ts'
import { checkLimit } from '../connection/limits.ts'
import { InvalidArgumentError } from '../errors/index.ts'
import type { Credentials } from './credentials.ts'
import type { SaslMechanism } from './sasl/mechanism.ts'

/** How much work SCRAM may be. Too few iterations make a stolen proof easy to guess from, too many stop the client. */
export interface ScramLimits {
  /** Default 4096, as RFC 5802 §5.1 and RFC 7677 §3 have it. */
  readonly minIterations: number
  /** Default 1,000,000, a second or less on today's machines. */
  readonly maxIterations: number
}

export const defaultScramLimits: ScramLimits = { minIterations: 4096, maxIterations: 1_000_000 }

export interface ExchangeOptions {
  readonly credentials: Credentials
  /** Lets a password go out without TLS. */
  readonly allowInsecureAuth?: boolean
  /** Lets nothing go out without TLS, not even a proof that does not show the password but lets it be guessed. */
  readonly tlsOnly?: boolean
  /** Whether a mechanism's first response may go with the AUTH command (RFC 4954 §4). Default true. */
  readonly initialResponse?: boolean
  readonly scram?: Partial<ScramLimits>
  /** Where the client has connected to, which OAUTHBEARER tells the server (RFC 7628 §3.1). */
  readonly server?: { readonly host: string; readonly port: number }
}

export interface AuthenticationOptions extends ExchangeOptions {
  /** In the order in which they are tried. Default: all that this library knows, the strongest first. */
  readonly mechanisms?: readonly SaslMechanism[]
}

/** @throws {InvalidArgumentError} when one is unknown or no whole number from 1, or when they leave nothing between */
export function completeScramLimits(limits: Partial<ScramLimits> = {}): ScramLimits {
  const complete = completed(defaultScramLimits, limits, 'scram', checkLimit)
  if (complete.minIterations > complete.maxIterations) {
    throw new InvalidArgumentError('scram.minIterations', 'must not be above maxIterations')
  }
  return complete
}
