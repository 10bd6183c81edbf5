import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LocalServers } from '../server/local-servers.ts'
import type { ServerHost } from '../server/server-host.ts'
import { HostObjects } from './host-objects.ts'
import { decodeMessage, encodeMessage, type Message } from './message.ts'

/** A host of servers that other processes can ask. */
export interface ServedHost extends AsyncDisposable {
  /** For `remoteServers`. Its path is a secret, so that nobody else on the machine is served. */
  readonly address: string
  close(): Promise<void>
}

type Asked = [object: number, operation: string, ...args: unknown[]]

/** Serves servers of this process to others, over HTTP on loopback, one POST an operation. */
export async function serveHost(host: ServerHost = new LocalServers()): Promise<ServedHost> {
  const objects = new HostObjects(host)
  const path = `/${randomUUID()}`
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST' || request.url !== path) {
      response.writeHead(404).end()
      return
    }
    response.end(encodeMessage(await answerTo(objects, await bodyOf(request))))
  })
  // Accepting and reading wait for as long as a case does, and a connection may be idle while nothing is asked.
  server.requestTimeout = 0
  server.keepAliveTimeout = 0
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}${path}`, close, [Symbol.asyncDispose]: close }
}

async function answerTo(objects: HostObjects, body: Uint8Array): Promise<Message> {
  try {
    const [object, operation, ...args] = decodeMessage(body) as Asked
    return { result: await objects.ask(object, operation, args) }
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error))
    return { error: { message, stack } }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
