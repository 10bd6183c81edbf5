import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Listener, ListenOptions } from './listener.ts'
import type { Peer } from './peer.ts'
import { SocketPeer } from './socket-peer.ts'

/** A server in this process. */
export class SocketListener implements Listener {
  readonly host: string
  readonly port: number
  readonly path?: string
  readonly #server: Server
  readonly #folder: string | undefined
  readonly #peers: SocketPeer[]
  readonly #unclaimed: SocketPeer[] = []
  readonly #waiting: ((peer: SocketPeer | undefined) => void)[] = []
  #closed: Promise<void> | undefined

  private constructor(server: Server, host: string, path: string | undefined, folder: string | undefined) {
    const address = server.address()
    this.host = host
    this.port = typeof address === 'object' && address !== null ? address.port : 0
    if (path !== undefined) this.path = path
    this.#server = server
    this.#folder = folder
    this.#peers = []
    server.on('connection', (socket) => {
      const peer = new SocketPeer(socket)
      this.#peers.push(peer)
      const waiting = this.#waiting.shift()
      if (waiting === undefined) this.#unclaimed.push(peer)
      else waiting(peer)
    })
  }

  static async listen({ host = '127.0.0.1', path: asked, unix = false }: ListenOptions = {}): Promise<SocketListener> {
    const folder = unix ? await mkdtemp(join(tmpdir(), 'sansmtp-')) : undefined
    const path = folder === undefined ? asked : join(folder, 'lmtp')
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    await once(path === undefined ? server.listen(0, host) : server.listen(path), 'listening')
    return new SocketListener(server, host, path, folder)
  }

  accept(): Promise<Peer | undefined> {
    const peer = this.#unclaimed.shift()
    if (this.#closed !== undefined) return Promise.resolve(undefined)
    if (peer !== undefined) return Promise.resolve(peer)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  async connections(): Promise<number> {
    // Node takes in one a turn of the clients that the system has connected. A whole turn lies between two of these.
    for (let before = -1; before < this.#peers.length; ) {
      before = this.#peers.length
      for (let turns = 0; turns < 2; turns += 1) await turn()
    }
    return this.#peers.length
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const peer of this.#peers) peer.destroy()
    for (const waiting of this.#waiting.splice(0)) waiting(undefined)
    await closed
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true })
  }
}
