import type { ClientConnection } from '../connection/index.ts'
import { AuthenticationError, RemoteProtocolError } from '../errors/index.ts'
import { decodeBase64, encodeBase64, maxCommandLineLength, type Reply } from '../wire/index.ts'
import { completeScramLimits, type ExchangeOptions } from './authentication-options.ts'
import { saslCredentials } from './credentials.ts'
import { type Flow, request, throwAtEnd } from './flow.ts'
import type { SaslContext, SaslExchange, SaslMechanism } from './sasl/mechanism.ts'
import { deriveKey, makeNonce } from './work.ts'

/**
 * One AUTH exchange (RFC 4954 §4). `token` is the access token, where the credentials have one.
 *
 * @returns the reply that says that it has succeeded
 * @throws {AuthenticationError} when it is refused, {@link RemoteProtocolError} when a challenge is not as it must be, or
 * the server has not proven what it had to; that last one ends the connection
 */
export function* exchange(
  connection: ClientConnection,
  mechanism: SaslMechanism,
  options: ExchangeOptions,
  token: string,
): Flow<Reply> {
  const sasl = mechanism.start(
    saslCredentials(options.credentials, token),
    yield* contextOf(connection, mechanism, options),
  )
  let waiting = sasl.initialResponse
  const command = { verb: 'AUTH', mechanism: mechanism.name } as const
  let reply: Reply
  if (waiting !== undefined && mayGoWithCommand(mechanism, waiting, options)) {
    reply = yield* request(connection, { ...command, initialResponse: waiting })
    waiting = undefined
  } else {
    reply = yield* request(connection, command)
  }
  let challenged = false
  while (reply.code === 334) {
    // One challenge too many has ended the connection, which it tells behind the challenge.
    while (!connection.can('AUTH-RESPONSE')) throwAtEnd(yield 'nextEvent')
    reply = yield* answer(connection, mechanism, reply, waiting ?? sasl)
    waiting = undefined
    challenged = true
  }
  if (reply.severity !== 2 && reply.code !== 503) {
    throw new AuthenticationError(mechanism.name, reply, sasl.explanation)
  }
  // 503 in place of the first challenge says that nothing has to be proven.
  if (sasl.serverProven === false && (reply.severity === 2 || challenged)) yield* refuseUnproven(connection, mechanism)
  return reply
}

function* contextOf(
  { capabilities, tls }: ClientConnection,
  { needsNonce = false }: SaslMechanism,
  { scram, server }: ExchangeOptions,
): Flow<SaslContext> {
  const { minIterations: min, maxIterations: max } = completeScramLimits(scram)
  return {
    nonce: needsNonce ? yield* makeNonce() : '',
    offered: capabilities.authMechanisms,
    channelBindings: tls?.channelBindings ?? {},
    iterations: { min, max },
    ...(server !== undefined && { server }),
  }
}

/** RFC 4954 §4: a long initial response waits for the server's empty challenge. */
function mayGoWithCommand({ name }: SaslMechanism, response: Uint8Array, options: ExchangeOptions): boolean {
  return (
    options.initialResponse !== false && `AUTH ${name} ${encodeBase64(response)}\r\n`.length <= maxCommandLineLength
  )
}

/** Answers a challenge, with the initial response where that has had to wait for it. */
function* answer(
  connection: ClientConnection,
  mechanism: SaslMechanism,
  reply: Reply,
  next: SaslExchange | Uint8Array,
): Flow<Reply> {
  try {
    const challenge = decodeChallenge(mechanism, reply)
    const response = next instanceof Uint8Array ? next : yield* respond(next, challenge)
    if (response === 'cancel') return yield* cancel(connection, mechanism)
    return yield* request(connection, { verb: 'AUTH-RESPONSE', response })
  } catch (error) {
    // What the mechanism can't go on with leaves the session as it was.
    if (connection.can('AUTH-RESPONSE')) yield* cancelBecauseOf(connection, mechanism)
    throw error
  }
}

function* respond(sasl: SaslExchange, challenge: Uint8Array): Flow<Uint8Array | 'cancel'> {
  const response = sasl.respond(challenge)
  if (response === 'cancel' || response instanceof Uint8Array) return response
  return response.respond(yield* deriveKey(response.derive))
}

/** RFC 4954 §4: the server must refuse what the client has given up. One that does not lets somebody in unproven. */
function* cancel(connection: ClientConnection, { name }: SaslMechanism): Flow<Reply> {
  const reply = yield* request(connection, { verb: 'AUTH-RESPONSE', response: 'cancel' })
  if (reply.severity !== 2) return reply
  connection.abort(new RemoteProtocolError('UNEXPECTED_REPLY', `the server accepted AUTH ${name}, which was cancelled`))
  for (;;) throwAtEnd(yield 'nextEvent')
}

/** Why it is cancelled is the error to tell, even where the connection ends meanwhile. */
function* cancelBecauseOf(connection: ClientConnection, mechanism: SaslMechanism): Flow<void> {
  try {
    yield* cancel(connection, mechanism)
  } catch {}
}

function decodeChallenge({ name }: SaslMechanism, { text }: Reply): Uint8Array {
  try {
    return decodeBase64(text)
  } catch {
    throw new RemoteProtocolError('BAD_CHALLENGE', `the server sent a challenge to AUTH ${name} that is not in base64`)
  }
}

/** The session counts as authenticated, with who knows whom. */
function* refuseUnproven(connection: ClientConnection, { name }: SaslMechanism): Flow<never> {
  const message = `the server ended AUTH ${name} without a proof that it knows the password`
  connection.abort(new RemoteProtocolError('SERVER_NOT_PROVEN', message))
  for (;;) throwAtEnd(yield 'nextEvent')
}
