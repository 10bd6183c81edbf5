import type { ClientConnection } from '../connection/index.ts'
import { GreetingRefusedError, HelloRefusedError, NotSupportedError, StartTlsRefusedError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import { authenticate } from './authentication.ts'
import type { Credentials } from './credentials.ts'
import { type Flow, replyTo, throwAtEnd } from './flow.ts'

/**
 * `required`: no session without TLS. `opportunistic`: TLS where the server offers it. `off`: no STARTTLS. Where TLS
 * stands from the start all three are satisfied.
 */
export type StartTlsPolicy = 'required' | 'opportunistic' | 'off'

export interface OpeningOptions {
  /** The client's own name, a domain or an address literal (RFC 5321 §4.1.4). */
  readonly clientName: string
  readonly startTls: StartTlsPolicy
  /** Authenticates with these, if given. */
  readonly credentials?: Credentials
  /** Lets a password go out without TLS. */
  readonly allowInsecureAuth?: boolean
}

/**
 * Opens a session: greeting, EHLO (HELO where that is unknown; LHLO for LMTP), STARTTLS and EHLO again, AUTH.
 *
 * @throws {SmtpError} which says at what step it ended
 */
export function* open(connection: ClientConnection, options: OpeningOptions): Flow<void> {
  const greeting = yield* awaitGreeting()
  if (greeting.severity !== 2) throw new GreetingRefusedError(greeting)
  yield* hello(connection, options.clientName)
  if (!connection.secure && options.startTls !== 'off') {
    yield* startTls(connection, options)
  }
  const { credentials, allowInsecureAuth = false } = options
  if (credentials !== undefined) yield* authenticate(connection, { credentials, allowInsecureAuth })
}

function* awaitGreeting(): Flow<Reply> {
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'GreetingReceived') return event.reply
    throwAtEnd(event)
  }
}

function* hello(connection: ClientConnection, clientName: string): Flow<void> {
  const { hello: verb, olderHello } = connection.dialect
  const reply = yield* replyTo(connection.send({ verb, domain: clientName }))
  if (olderHello !== undefined && isUnknownVerb(reply)) {
    const older = yield* replyTo(connection.send({ verb: olderHello, domain: clientName }))
    if (older.severity !== 2) throw new HelloRefusedError(olderHello, older)
  } else if (reply.severity !== 2) {
    throw new HelloRefusedError(verb, reply)
  }
}

/** RFC 5321 §4.2.4: "not recognized" and "not implemented" are the two ways to say that a verb is unknown. */
function isUnknownVerb(reply: Reply): boolean {
  return reply.code === 500 || reply.code === 502
}

function* startTls(connection: ClientConnection, options: OpeningOptions): Flow<void> {
  const required = options.startTls === 'required'
  if (!connection.capabilities.has('STARTTLS')) {
    if (!required) return
    throw new NotSupportedError(
      'STARTTLS',
      "the server does not offer STARTTLS; tls: 'opportunistic' or 'off' goes on without",
    )
  }
  const reply = yield* replyTo(connection.send({ verb: 'STARTTLS' }))
  if (reply.severity === 2) {
    while (!connection.secure) throwAtEnd(yield 'nextEvent')
    yield* hello(connection, options.clientName)
  } else if (required || connection.state === 'closing') {
    throw new StartTlsRefusedError(reply)
  }
}
