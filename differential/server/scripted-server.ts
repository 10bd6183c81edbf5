import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import type { IssuedCertificate } from '@sansmtp/testkit/certificates'
import type { Answer } from './answer.ts'
import { ScriptedSession } from './scripted-session.ts'
import type { ServerScript } from './server-script.ts'

export interface ServerOptions {
  readonly protocol: 'smtp' | 'lmtp'
  /** One for each connection in order, the last for all that follow. */
  readonly scripts: readonly ServerScript[]
  /** Default `tcp`, on the IPv4 loopback address. */
  readonly listens?: 'tcp' | 'tcp6' | 'tls' | 'unix'
  readonly certificate: IssuedCertificate
}

/** Where a server is. */
export interface Place {
  readonly host: string
  readonly port: number
  /** Of a unix socket. */
  readonly path: string
}

/** Milliseconds for clients that have done all that they were asked for. */
const patience = 10_000

/** A server that says what its script has and records what it is sent. */
export class ScriptedServer {
  readonly #options: ServerOptions
  readonly #secureContext: SecureContext
  readonly #server: Server
  readonly #sessions: ScriptedSession[] = []
  readonly #connections: Promise<void>[] = []
  readonly #sockets = new Set<Socket>()
  #folder: string | undefined

  private constructor(options: ServerOptions) {
    const { certificate, key } = options.certificate
    this.#options = options
    this.#secureContext = createSecureContext({ cert: certificate, key })
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#connections.push(this.#serve(socket))
    })
  }

  static async start(options: ServerOptions): Promise<ScriptedServer> {
    const server = new ScriptedServer(options)
    await server.#listen()
    return server
  }

  get place(): Place {
    const address = this.#server.address()
    if (typeof address === 'string') return { host: '', port: 0, path: address }
    const { address: host, port } = address as AddressInfo
    return { host, port, path: '' }
  }

  /**
   * What each connection was sent, once its client has ended it.
   *
   * @throws {Error} when a client does not
   */
  async received(): Promise<readonly (readonly string[])[]> {
    let timer: NodeJS.Timeout | undefined
    const leftOpen = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('a connection was left open by its client')), patience)
    })
    await Promise.race([Promise.all(this.#connections), leftOpen]).finally(() => clearTimeout(timer))
    return this.#sessions.map(({ received }) => received)
  }

  async stop(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true })
  }

  async #listen(): Promise<void> {
    const { listens = 'tcp' } = this.#options
    if (listens === 'unix') this.#folder = await mkdtemp(join(tmpdir(), 'differential-'))
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      if (this.#folder !== undefined) this.#server.listen(join(this.#folder, 'socket'), resolve)
      else this.#server.listen(0, listens === 'tcp6' ? '::1' : '127.0.0.1', resolve)
    })
  }

  #serve(raw: Socket): Promise<void> {
    const { scripts, protocol, listens } = this.#options
    const script = scripts[Math.min(this.#sessions.length, scripts.length - 1)] ?? {}
    const session = new ScriptedSession(script, protocol)
    this.#sessions.push(session)
    this.#sockets.add(raw)
    return new Promise((resolve) => {
      raw.on('error', () => {}).on('close', () => resolve())
      if (listens === 'tls') this.#startTls(raw, session)
      else this.#listenTo(raw, session)
    })
  }

  #startTls(raw: Socket, session: ScriptedSession): void {
    raw.removeAllListeners('data').removeAllListeners('end')
    const secure = new TLSSocket(raw, { isServer: true, secureContext: this.#secureContext })
    const giveUp = () => secure.destroy()
    secure.on('error', giveUp).once('end', giveUp)
    // The socket below is not told of the end of the one above.
    secure.on('close', () => raw.emit('close'))
    secure.once('secure', () => {
      secure.off('end', giveUp)
      session.received.push('(TLS)')
      this.#listenTo(secure, session)
    })
  }

  #listenTo(socket: Socket, session: ScriptedSession): void {
    let busy = Promise.resolve()
    const goOn = () => {
      busy = busy.then(() => this.#answer(socket, session))
    }
    socket.on('data', (bytes) => {
      session.receive(bytes)
      goOn()
    })
    socket.on('end', () => {
      // What came before the end is looked at before it.
      busy = busy.then(() => {
        session.receiveEnd()
        socket.end()
      })
    })
    goOn()
  }

  async #answer(socket: Socket, session: ScriptedSession): Promise<void> {
    for (let action = session.nextAction(); action !== undefined; action = session.nextAction()) {
      await write(socket, action.answer)
      if (action.startsTls) return this.#startTls(socket, session)
    }
  }
}

async function write(socket: Socket, { octets, pieces = [], ends }: Answer): Promise<void> {
  let start = 0
  for (const length of pieces) {
    socket.write(octets.slice(start, start + length), 'latin1')
    start += length
    // A turn of the event loop, so that each leaves by itself.
    await new Promise(setImmediate)
  }
  if (start < octets.length) socket.write(octets.slice(start), 'latin1')
  if (ends) socket.end()
}
