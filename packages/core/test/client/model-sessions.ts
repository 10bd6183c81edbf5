import { type Connect, type ConnectOptions, LmtpClient, type SessionOptions, SmtpClient } from '@sansmtp/core/client'
import {
  type MemoryTransport,
  memoryTransport,
  type NetworkPlan,
  ServerConnection,
  type ServerConnectionOptions,
  type ServerSession,
} from '@sansmtp/testkit'
import { inClear } from './connected.ts'

/** What goes over a transport, a text for each write. */
export function recordingWrites(transport: MemoryTransport): string[] {
  const writes: string[] = []
  const write = transport.write.bind(transport)
  transport.write = (bytes) => {
    writes.push(Buffer.from(bytes).toString('latin1'))
    return write(bytes)
  }
  return writes
}

/** A session with the testkit's server, and what the client has written since it was opened. */
export async function recorded(
  { plan, ...options }: ServerConnectionOptions & { readonly plan?: NetworkPlan } = {},
  session: SessionOptions = {},
) {
  const server = new ServerConnection(options)
  const transport = memoryTransport(server, plan === undefined ? {} : { plan })
  const writes = recordingWrites(transport)
  const kind = options.protocol === 'lmtp' ? LmtpClient : SmtpClient
  const client = await kind.over(transport, { ...inClear, ...session })
  writes.length = 0
  return { server, client, transport, writes }
}

/** A client that can connect again, and the server of each connection: by its number, from 0, with options of its own. */
export async function dialled(
  optionsOf: (connection: number) => ServerConnectionOptions,
  session: ConnectOptions = {},
  hook: (connection: number, signal: AbortSignal) => unknown = () => {},
) {
  const servers: ServerConnection[] = []
  const writes: string[][] = []
  let attempts = 0
  const connect: Connect = async ({ signal }) => {
    attempts += 1
    await hook(attempts - 1, signal)
    const options = optionsOf(servers.length)
    const server = new ServerConnection(options)
    servers.push(server)
    const transport = memoryTransport(server)
    writes.push(recordingWrites(transport))
    return transport
  }
  const kind = optionsOf(0).protocol === 'lmtp' ? LmtpClient : SmtpClient
  const client = await kind.connectBy(connect, 'mail.example', { ...inClear, ...session })
  return { client, servers, writes, attempts: () => attempts }
}

/** The verbs that a server was told, in order. */
export function verbs({ commands }: ServerSession): readonly string[] {
  return commands.map(({ verb }) => verb)
}

/** The contents of the messages that servers have accepted, as texts. */
export function contents(...servers: readonly ServerSession[]): readonly string[] {
  return servers.flatMap(({ messages }) => messages.map(({ content }) => Buffer.from(content).toString('latin1')))
}

/** Lets so many turns of the queue of microtasks pass. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await undefined
}

/** Lets all that needs no timer happen. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
