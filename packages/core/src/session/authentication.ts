import type { ClientConnection } from '../connection/index.ts'
import { AuthenticationRefusedError, NotSupportedError, RemoteProtocolError } from '../errors/index.ts'
import { decodeBase64, encodeBase64, maxCommandLineLength, type Reply } from '../wire/index.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { type Flow, replyTo } from './flow.ts'
import type { SaslMechanism } from './sasl/mechanism.ts'
import { mechanisms } from './sasl/mechanisms.ts'

export interface AuthenticationOptions {
  readonly credentials: Credentials
  /** Lets a password go out without TLS. */
  readonly allowInsecureAuth?: boolean
  /** In the order in which they are tried. Default: all that this library knows, the strongest first. */
  readonly mechanisms?: readonly SaslMechanism[]
}

/**
 * Authenticates with the mechanisms that both sides know, in order of strength, until one succeeds (RFC 4954).
 *
 * @throws {InvalidArgumentError} when the credentials can't be carried; {@link NotSupportedError} when no mechanism
 * can be used, {@link AuthenticationRefusedError} when none succeeds, {@link RemoteProtocolError} for a challenge that
 * is not base64
 */
export function* authenticate(connection: ClientConnection, options: AuthenticationOptions): Flow<void> {
  checkCredentials(options.credentials)
  let refusal: AuthenticationRefusedError | undefined
  for (const mechanism of usableMechanisms(connection, options)) {
    const reply = yield* exchange(connection, mechanism, options.credentials)
    // 503 is how servers say that the session is authenticated already.
    if (reply.severity === 2 || reply.code === 503) return
    refusal = new AuthenticationRefusedError(mechanism.name, reply)
    if (!connection.can('AUTH')) break
  }
  // There was at least one mechanism to try.
  throw refusal as AuthenticationRefusedError
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
  const usable = common.filter(({ plaintext }) => !plaintext || connection.secure || options.allowInsecureAuth === true)
  if (usable.length === 0) {
    const message = 'a password is not sent without TLS; connect with TLS, or set allowInsecureAuth to send it in clear'
    throw new NotSupportedError('STARTTLS', message)
  }
  return usable
}

function* exchange(connection: ClientConnection, mechanism: SaslMechanism, credentials: Credentials): Flow<Reply> {
  const { initialResponse, respond } = mechanism.start(credentials)
  const command = { verb: 'AUTH', mechanism: mechanism.name } as const
  // RFC 4954 §4: a long initial response waits for the server's empty challenge.
  const line = `AUTH ${mechanism.name} ${initialResponse === undefined ? '' : encodeBase64(initialResponse)}\r\n`
  let waiting = line.length > maxCommandLineLength ? initialResponse : undefined
  const withCommand = waiting === undefined && initialResponse !== undefined
  let reply = yield* replyTo(connection.send(withCommand ? { ...command, initialResponse } : command))
  while (reply.code === 334) {
    const challenge = decodeChallenge(reply)
    const response = challenge === undefined ? 'cancel' : (waiting ?? respond(challenge))
    waiting = undefined
    reply = yield* replyTo(connection.send({ verb: 'AUTH-RESPONSE', response }))
    if (challenge === undefined) {
      const message = `the server sent a challenge to AUTH ${mechanism.name} that is not in base64`
      throw new RemoteProtocolError('BAD_CHALLENGE', message)
    }
  }
  return reply
}

function decodeChallenge(reply: Reply): Uint8Array | undefined {
  try {
    return decodeBase64(reply.text)
  } catch {
    return undefined
  }
}
