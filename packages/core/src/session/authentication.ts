import type { ClientConnection } from '../connection/index.ts'
import { AuthenticationError, NotSupportedError, RemoteProtocolError } from '../errors/index.ts'
import { decodeBase64, encodeBase64, maxCommandLineLength, type Reply } from '../wire/index.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { type Flow, request, throwAtEnd } from './flow.ts'
import type { SaslMechanism } from './sasl/mechanism.ts'
import { mechanisms } from './sasl/mechanisms.ts'

export interface ExchangeOptions {
  readonly credentials: Credentials
  /** Lets a password go out without TLS. */
  readonly allowInsecureAuth?: boolean
  /** Lets nothing go out without TLS, not even a proof that does not show the password but lets it be guessed. */
  readonly tlsOnly?: boolean
  /** Whether a mechanism's first response may go with the AUTH command (RFC 4954 §4). Default true. */
  readonly initialResponse?: boolean
}

export interface AuthenticationOptions extends ExchangeOptions {
  /** In the order in which they are tried. Default: all that this library knows, the strongest first. */
  readonly mechanisms?: readonly SaslMechanism[]
}

/**
 * Authenticates with the mechanisms that both sides know, in order of strength, until one succeeds (RFC 4954).
 *
 * @returns the reply that says so: a 2xx, or 503, which is how servers say that the session is authenticated already
 * @throws {InvalidArgumentError} when the credentials can't be carried; {@link NotSupportedError} when no mechanism
 * can be used, {@link AuthenticationError} when none succeeds, {@link RemoteProtocolError} for a challenge that
 * is not base64
 */
export function* authenticate(connection: ClientConnection, options: AuthenticationOptions): Flow<Reply> {
  checkCredentials(options.credentials)
  let refusal: AuthenticationError | undefined
  for (const mechanism of usableMechanisms(connection, options)) {
    try {
      return yield* exchange(connection, mechanism, options)
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
 * @throws {NotSupportedError} {@link AuthenticationError} {@link RemoteProtocolError} as
 * `authenticate`
 */
export function* authenticateWith(
  connection: ClientConnection,
  mechanism: SaslMechanism,
  options: ExchangeOptions,
): Flow<Reply> {
  if (!maySend(connection, mechanism, options)) throw passwordNeedsTls()
  return yield* exchange(connection, mechanism, options)
}

function usableMechanisms(connection: ClientConnection, options: AuthenticationOptions): readonly SaslMechanism[] {
  const offered = connection.capabilities.authMechanisms
  if (offered.length === 0) throw new NotSupportedError('AUTH', 'the server offers no authentication')
  const { mechanisms: ours = mechanisms } = options
  const { user, authzid = user } = options.credentials
  // One that can't say whom to act as would let the user in as somebody else.
  const fit = ours.filter(({ carriesAuthzid = true }) => carriesAuthzid || authzid === user)
  const common = fit.filter(({ name }) => offered.includes(name))
  if (common.length === 0) {
    const known = fit.map(({ name }) => name).join(', ')
    const message = `no mechanism in common: the server offers ${offered.join(', ')}; known here are ${known}`
    throw new NotSupportedError('AUTH', message)
  }
  const usable = common.filter((mechanism) => maySend(connection, mechanism, options))
  if (usable.length === 0) throw passwordNeedsTls()
  return usable
}

function maySend({ secure }: ClientConnection, { plaintext }: SaslMechanism, options: ExchangeOptions): boolean {
  const { allowInsecureAuth = false, tlsOnly = false } = options
  return secure || allowInsecureAuth || (!plaintext && !tlsOnly)
}

function passwordNeedsTls(): NotSupportedError {
  const message = 'a password is not sent without TLS; connect with TLS, or set allowInsecureAuth to send it in clear'
  return new NotSupportedError('STARTTLS', message)
}

function* exchange(connection: ClientConnection, mechanism: SaslMechanism, options: ExchangeOptions): Flow<Reply> {
  const { initialResponse, respond } = mechanism.start(options.credentials)
  const command = { verb: 'AUTH', mechanism: mechanism.name } as const
  // RFC 4954 §4: a long initial response waits for the server's empty challenge.
  const line = `AUTH ${mechanism.name} ${initialResponse === undefined ? '' : encodeBase64(initialResponse)}\r\n`
  const mayGo = options.initialResponse !== false && line.length <= maxCommandLineLength
  let waiting = mayGo ? undefined : initialResponse
  const withCommand = mayGo && initialResponse !== undefined
  let reply = yield* request(connection, withCommand ? { ...command, initialResponse } : command)
  while (reply.code === 334) {
    // One challenge too many has ended the connection, which it tells behind the challenge.
    while (!connection.can('AUTH-RESPONSE')) throwAtEnd(yield 'nextEvent')
    const challenge = decodeChallenge(reply)
    const response = challenge === undefined ? 'cancel' : (waiting ?? respond(challenge))
    waiting = undefined
    reply = yield* request(connection, { verb: 'AUTH-RESPONSE', response })
    if (challenge === undefined) {
      const message = `the server sent a challenge to AUTH ${mechanism.name} that is not in base64`
      throw new RemoteProtocolError('BAD_CHALLENGE', message)
    }
  }
  if (reply.severity !== 2 && reply.code !== 503) throw new AuthenticationError(mechanism.name, reply)
  return reply
}

function decodeChallenge(reply: Reply): Uint8Array | undefined {
  try {
    return decodeBase64(reply.text)
  } catch {
    return undefined
  }
}
