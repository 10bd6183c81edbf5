import type { ClientConnection } from '../connection/index.ts'
import { ConnectError, NotSupportedError, StartTlsRefusedError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import { authenticate } from './authentication.ts'
import type { AuthenticationOptions } from './authentication-options.ts'
import type { Credentials } from './credentials.ts'
import { type Flow, throwAtEnd } from './flow.ts'
import { hello } from './hello.ts'
import { startTls } from './start-tls.ts'

/**
 * `required`: no session without TLS. `opportunistic`: TLS where the server offers it. `off`: no STARTTLS. Where TLS
 * stands from the start all three are satisfied.
 */
export type StartTlsPolicy = 'required' | 'opportunistic' | 'off'

export interface OpeningOptions extends Pick<AuthenticationOptions, 'mechanisms' | 'scram' | 'server'> {
  /** The client's own name, a domain or an address literal (RFC 5321 §4.1.4). */
  readonly clientName: string
  readonly startTls: StartTlsPolicy
  /** Authenticates with these, if given. */
  readonly credentials?: Credentials
  /** Lets a password go out without TLS. */
  readonly allowInsecureAuth?: boolean
}

/**
 * Opens a session: greeting, and all that `establish` does.
 *
 * @throws {SmtpError} which says at what step it ended
 */
export function* open(connection: ClientConnection, options: OpeningOptions): Flow<Reply> {
  const greeting = yield* awaitGreeting()
  yield* establish(connection, options)
  return greeting
}

/**
 * Waits for the server's first words.
 *
 * @throws {ConnectError} when they are not 220, the one code with which a server takes the connection (RFC 5321
 * §4.3.2)
 */
export function* awaitGreeting(): Flow<Reply> {
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'GreetingReceived') {
      if (event.reply.code !== 220) throw new ConnectError(event.reply)
      return event.reply
    }
    throwAtEnd(event)
  }
}

/**
 * What is left to do of opening a session: EHLO (HELO where that is refused; LHLO for LMTP), STARTTLS and EHLO again,
 * AUTH.
 *
 * @throws {SmtpError} which says at what step it ended
 */
export function* establish(connection: ClientConnection, options: OpeningOptions): Flow<void> {
  const { clientName, credentials } = options
  yield* hello(connection, clientName)
  if (!connection.secure && options.startTls !== 'off') yield* secure(connection, options)
  if (credentials !== undefined && !connection.authenticated) {
    yield* authenticate(connection, { ...options, credentials, tlsOnly: options.startTls !== 'off' })
  }
}

function* secure(connection: ClientConnection, options: OpeningOptions): Flow<void> {
  const required = options.startTls === 'required'
  if (!connection.capabilities.has('STARTTLS')) {
    if (!required) return
    throw new NotSupportedError(
      'STARTTLS',
      "the server does not offer STARTTLS; tls: 'opportunistic' or 'off' goes on without",
    )
  }
  try {
    yield* startTls(connection)
  } catch (error) {
    if (required || !(error instanceof StartTlsRefusedError) || connection.state === 'closing') throw error
    return
  }
  yield* hello(connection, options.clientName)
}
