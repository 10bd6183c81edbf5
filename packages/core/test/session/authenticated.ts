import {
  type AuthenticationOptions,
  authenticate,
  awaitGreeting,
  type ClientConnection,
  type Flow,
  hello,
  type Reply,
} from '@sansmtp/core'
import {
  type FlowOptions,
  type FlowRun,
  ServerConnection,
  type ServerConnectionOptions,
  VirtualClient,
  type VirtualClientOptions,
} from '@sansmtp/testkit'

export const ann = { user: 'ann', pass: 'secret' }

/** Few, so that a test that is about something else takes no time. */
export const fewIterations = { scram: { minIterations: 1 } }

export interface Attempt {
  readonly run: FlowRun<Reply>
  readonly client: VirtualClient
  readonly server: ServerConnection
  /** The lines that the client said from AUTH on, with the mechanism's name alone where it is an AUTH. */
  readonly said: readonly string[]
}

export interface AttemptOptions extends FlowOptions, Partial<AuthenticationOptions> {
  readonly client?: Partial<VirtualClientOptions>
  /** Is called before it begins, and may have something happen. */
  readonly prepare?: (client: VirtualClient, server: ServerConnection) => void
}

/** An attempt to authenticate, over TLS, at a server that knows ann and offers these mechanisms. */
export function attempt(
  mechanisms: readonly string[],
  { client: clientOptions = {}, prepare, ...options }: AttemptOptions = {},
  serverOptions: ServerConnectionOptions = {},
): Attempt {
  const server = new ServerConnection({
    secure: true,
    users: { ann: 'secret' },
    scramIterations: 3,
    extensions: { AUTH: mechanisms },
    ...serverOptions,
  })
  const client = new VirtualClient({ server, secure: true, ...clientOptions })
  prepare?.(client, server)
  const run = client.run(
    (connection) => opened(connection, { credentials: ann, ...fewIterations, ...options }),
    options,
  )
  const said = server.commands
    .filter(({ verb }) => verb.startsWith('AUTH'))
    .map(({ line }) => line.split(' ').slice(0, 2).join(' '))
  return { run, client, server, said }
}

/** The mechanisms that were tried, in order. */
export function tried(said: readonly string[]): readonly string[] {
  return said.filter((line) => line.startsWith('AUTH ')).map((line) => line.slice(5))
}

function* opened(connection: ClientConnection, options: AuthenticationOptions): Flow<Reply> {
  yield* awaitGreeting()
  yield* hello(connection, 'bar.example')
  return yield* authenticate(connection, options)
}
