import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createSecureContext, type TLSSocketOptions, TLSSocket as TlsSocket } from 'node:tls'
import type { IssuedCertificate } from '@sansmtp/testkit/certificates'

/** The server's end of a connection, for a script to drive. Nothing is read that the script does not read. */
export class Peer {
  socket: Socket
  /** In clear, beneath TLS where there is TLS. */
  readonly #connection: Socket
  #chunks: AsyncIterator<Buffer>
  #unread: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.socket = socket
    this.#connection = socket
    this.#chunks = this.#take(socket)
  }

  /** Sends without waiting for it to be taken. */
  send(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  reset(): void {
    this.#connection.resetAndDestroy()
  }

  /** What comes next, or an empty buffer at the end. */
  async read(): Promise<Buffer> {
    const unread = this.#unread
    this.#unread = Buffer.alloc(0)
    if (unread.length > 0) return unread
    const { done, value } = await this.#chunks.next()
    return done ? Buffer.alloc(0) : value
  }

  async readExactly(length: number): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      const chunk = await this.#readMore()
      chunks.push(chunk.subarray(0, missing))
      this.#unread = chunk.subarray(missing)
      missing -= chunk.length
    }
    return Buffer.concat(chunks)
  }

  /** All up to and with `end`. */
  async readThrough(end: string): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let tail = ''; ; ) {
      const chunk = await this.#readMore()
      const text = tail + chunk.toString('latin1')
      const found = text.indexOf(end)
      const length = found === -1 ? chunk.length : found + end.length - tail.length
      chunks.push(chunk.subarray(0, length))
      this.#unread = chunk.subarray(length)
      if (found !== -1) return Buffer.concat(chunks)
      tail = text.slice(-end.length)
    }
  }

  /** A line without its CRLF. */
  async readLine(): Promise<string> {
    return (await this.readThrough('\r\n')).toString('latin1').slice(0, -2)
  }

  async readToEnd(): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let chunk = await this.read(); chunk.length > 0; chunk = await this.read()) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** Takes one command that must begin with `command`, and replies. */
  async answer(command: string, reply: string): Promise<void> {
    const line = await this.readLine()
    if (!line.startsWith(command)) throw new Error(`expected ${command}, received ${line}`)
    this.send(`${reply}\r\n`)
  }

  /** Settles when the client has ended or reset the connection; what it still sends is thrown away. */
  async hungUp(): Promise<void> {
    await this.readToEnd().catch(() => {})
    this.socket.destroy()
  }

  async startTls({ certificate, key }: IssuedCertificate, options: TLSSocketOptions = {}): Promise<TlsSocket> {
    const { minVersion, maxVersion, ca, ...rest } = options as TLSSocketOptions & { ca?: string }
    const secureContext = createSecureContext({
      cert: certificate,
      key,
      ...(ca !== undefined && { ca }),
      ...(minVersion !== undefined && { minVersion }),
      ...(maxVersion !== undefined && { maxVersion }),
    })
    const socket = new TlsSocket(this.socket, { isServer: true, secureContext, ...rest })
    this.socket = socket
    this.#chunks = this.#take(socket)
    await new Promise((resolve, reject) => {
      socket.once('secure', resolve)
      for (const event of ['end', 'error', 'close']) socket.once(event, () => reject(new Error('no handshake')))
    })
    return socket
  }

  #take(socket: Socket): AsyncIterator<Buffer> {
    socket.on('error', () => {})
    return socket.iterator({ destroyOnReturn: false })
  }

  async #readMore(): Promise<Buffer> {
    const chunk = await this.read()
    if (chunk.length === 0) throw new Error('the client hung up')
    return chunk
  }
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number
  readonly peers: readonly Peer[]
  /** What the scripts of all connections so far have returned, once they have; rejects with the first that failed. */
  readonly finished: () => Promise<readonly unknown[]>
}

/** A server on loopback, or on the path of a unix socket, that runs a script for each connection. */
export async function serve(
  script: (peer: Peer) => Promise<unknown>,
  { host = '127.0.0.1', path }: { host?: string; path?: string } = {},
): Promise<ScriptedServer> {
  const peers: Peer[] = []
  const scripts: Promise<unknown>[] = []
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const peer = new Peer(socket)
    peers.push(peer)
    const running = script(peer)
    running.catch(() => {})
    scripts.push(running)
  })
  await once(path === undefined ? server.listen(0, host) : server.listen(path), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    peers,
    finished: () => Promise.all(scripts),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const { socket } of peers) socket.destroy()
      await closed
    },
  }
}

/** Enough turns of the event loop for whatever loopback can deliver to have been delivered. */
export async function settle(turns = 100): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn()
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

/** Whether a promise is still pending after all that can happen has happened. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true
  const settled = () => {
    pending = false
  }
  promise.then(settled, settled)
  await settle()
  return pending
}
