import { type Connect, type PoolEvent, type PoolOptions, SmtpPool } from '@sansmtp/core/client'
import {
  type MemoryTransport,
  memoryTransport,
  type NetworkPlan,
  ServerConnection,
  type ServerConnectionOptions,
} from '@sansmtp/testkit'
import { inClear } from '../connected.ts'

export interface PooledOptions extends PoolOptions {
  /** What the server of a connection is like, by its number, from 0. */
  readonly serverOf?: (connection: number) => ServerConnectionOptions & { readonly plan?: NetworkPlan }
  /** Called before a connection is made; may throw, or take its time. */
  readonly hook?: (connection: number, signal: AbortSignal) => unknown
}

/** A pool, the server of each of its connections, and what it has told. */
export function pooled({ serverOf = () => ({}), hook = () => {}, onEvent, ...options }: PooledOptions = {}) {
  const servers: ServerConnection[] = []
  const events: PoolEvent[] = []
  const transports: MemoryTransport[] = []
  let attempts = 0
  /** How many connections the adapter has made that were not closed, and the most there ever were. */
  const open = { now: 0, most: 0 }
  const connect: Connect = async ({ signal }) => {
    const number = attempts
    attempts += 1
    await hook(number, signal)
    const { plan, ...settings } = serverOf(number)
    const server = new ServerConnection(settings)
    servers.push(server)
    const transport = memoryTransport(server, plan === undefined ? {} : { plan })
    transports.push(transport)
    open.now += 1
    open.most = Math.max(open.most, open.now)
    let closed = false
    return {
      read: () => transport.read(),
      write: (bytes) => transport.write(bytes),
      startTls: (tls) => transport.startTls(tls),
      close: async () => {
        if (!closed) open.now -= 1
        closed = true
        await transport.close()
      },
    }
  }
  const tell = (event: PoolEvent) => {
    events.push(event)
    if (onEvent !== undefined) return onEvent(event)
  }
  const pool = new SmtpPool(connect, 'mail.example', { ...inClear, ...options, onEvent: tell })
  /** The server of a connection ends it, with a few last words or without. */
  const hangUp = (connection: number, words: string = 'close') => {
    servers[connection]?.say(words)
    transports[connection]?.wakeServer()
  }
  return { pool, servers, transports, events, open, hangUp, attempts: () => attempts }
}

/** How often each recipient was delivered to, over all connections. */
export function deliveredTo(servers: readonly ServerConnection[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { recipients } of servers) {
    for (const { path, delivered } of recipients) if (delivered) counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return counts
}
