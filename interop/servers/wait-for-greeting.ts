import { connect, type NetConnectOpts } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export type Endpoint = { readonly net: NetConnectOpts } | { readonly tls: ConnectionOptions }

/** `ports` of 127.0.0.1, of which one named `tls` has TLS from the start. */
export function endpointsAt(ports: Readonly<Record<string, number>>, ca: string): Endpoint[] {
  const host = '127.0.0.1'
  return Object.entries(ports).map(([name, port]) =>
    name === 'tls' ? { tls: { host, port, ca } } : { net: { host, port } },
  )
}

/** Connects over and over until the server says 220, or the signal aborts. */
export async function waitForGreeting(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await readGreeting(endpoint, signal)
    } catch (error) {
      signal.throwIfAborted()
      // Only a server that does not listen yet is waited for.
      if (!['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
    await delay(20)
  }
}

async function readGreeting(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const socket = 'tls' in endpoint ? connectTls(endpoint.tls) : connect(endpoint.net)
  addAbortSignal(signal, socket)
  let text = ''
  for await (const chunk of socket) {
    text += chunk
    // Leaving the loop destroys the socket.
    if (text.endsWith('\r\n')) break
  }
  if (!text.startsWith('220')) throw new Error(`not a greeting: ${JSON.stringify(text)}`)
}
