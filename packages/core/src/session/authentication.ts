import type { ClientConnection } from '../connection/index.ts'
import { AuthenticationError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import type { AuthenticationOptions, ExchangeOptions } from './authentication-options.ts'
import { checkCredentials } from './credentials.ts'
import { exchange } from './exchange.ts'
import type { Flow } from './flow.ts'
import type { SaslMechanism } from './sasl/mechanism.ts'
import { isStale, TokenSource } from './token-source.ts'
import { checkMaySend, usableMechanisms } from './usable-mechanisms.ts'

/**
 * Authenticates with the mechanisms that both sides know, in order of strength, until one succeeds (RFC 4954).
 *
 * @returns the reply that says so: a 2xx, or 503, which is how servers say that the session is authenticated already
 * @throws {InvalidArgumentError} when the credentials can't be carried; {@link NotSupportedError} when no mechanism
 * can be used, {@link AuthenticationError} when none succeeds, {@link TokenProviderError}, {@link RemoteProtocolError}
 * for a challenge that no server may send, and for a server that does not prove what a mechanism asks it to
 */
export function* authenticate(connection: ClientConnection, options: AuthenticationOptions): Flow<Reply> {
  checkCredentials(options.credentials)
  const tokens = new TokenSource(options.credentials)
  let refusal: AuthenticationError | undefined
  for (const mechanism of usableMechanisms(connection, options)) {
    try {
      return yield* attempt(connection, mechanism, options, tokens)
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error
      refusal = error
    }
    if (!connection.can('AUTH')) break
  }
  // There was at least one mechanism to try.
  throw refusal as AuthenticationError
}

/**
 * Authenticates with one mechanism, whether the server lists it or not. What the credentials hold is up to it.
 *
 * @returns as `authenticate`
 * @throws as `authenticate`
 */
export function* authenticateWith(
  connection: ClientConnection,
  mechanism: SaslMechanism,
  options: ExchangeOptions,
): Flow<Reply> {
  checkMaySend(connection, mechanism, options)
  return yield* attempt(connection, mechanism, options, new TokenSource(options.credentials))
}

/** An exchange, and another one with a new token where the first one was stale. */
function* attempt(
  connection: ClientConnection,
  mechanism: SaslMechanism,
  options: ExchangeOptions,
  tokens: TokenSource,
): Flow<Reply> {
  const { proof = 'password' } = mechanism
  if (proof === 'certificate' || proof === 'nothing') return yield* exchange(connection, mechanism, options, '')
  try {
    return yield* exchange(connection, mechanism, options, yield* tokens.current(mechanism.name))
  } catch (error) {
    if (!(error instanceof AuthenticationError && isStale(error) && connection.can('AUTH'))) throw error
    if (!(yield* tokens.renew(mechanism.name))) throw error
  }
  return yield* exchange(connection, mechanism, options, yield* tokens.current(mechanism.name))
}
