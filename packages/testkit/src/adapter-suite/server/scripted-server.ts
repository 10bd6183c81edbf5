import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Peer } from './peer.ts'

/** What a server does with a connection. When it has returned, the server waits for the client to hang up. */
export type Script<Result = unknown> = (peer: Peer) => Promise<Result>

export interface ServeOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** A unix socket, instead of a port. */
  readonly path?: string
}

/** A server on loopback, or on a unix socket, that runs a script for each connection. */
export class ScriptedServer<Result = unknown> implements AsyncDisposable {
  /** All connections so far. */
  readonly peers: readonly Peer[]
  readonly host: string
  readonly path: string | undefined
  /** Rejects as soon as a script does, and never resolves. */
  readonly failure: Promise<never>
  readonly #server: Server
  readonly #runs: Promise<Result>[] = []
  readonly #waiting: ((peer: Peer) => void)[] = []
  readonly #unclaimed: Peer[] = []
  #port = 0
  #closed: Promise<void> | undefined

  private constructor(script: Script<Result> | undefined, { host = '127.0.0.1', path }: ServeOptions) {
    const peers: Peer[] = []
    let fail: (error: unknown) => void
    this.failure = new Promise((_, reject) => {
      fail = reject
    })
    this.failure.catch(() => {})
    this.host = host
    this.path = path
    this.peers = peers
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
      const peer = new Peer(socket)
      peers.push(peer)
      if (script === undefined) {
        const waiting = this.#waiting.shift()
        if (waiting === undefined) this.#unclaimed.push(peer)
        else waiting(peer)
        return
      }
      const run = runScript(script, peer)
      run.catch((error) => fail(error))
      this.#runs.push(run)
    })
  }

  /** Without a script, `accept` gives out the connections. */
  static async listen<Result>(script?: Script<Result>, options: ServeOptions = {}): Promise<ScriptedServer<Result>> {
    const server = new ScriptedServer(script, options)
    const { host, path } = server
    await once(path === undefined ? server.#server.listen(0, host) : server.#server.listen(path), 'listening')
    const address = server.#server.address()
    if (typeof address === 'object' && address !== null) server.#port = address.port
    return server
  }

  /** 0 for a unix socket. */
  get port(): number {
    return this.#port
  }

  /** The next connection that no script has. */
  accept(): Promise<Peer> {
    const peer = this.#unclaimed.shift()
    if (peer !== undefined) return Promise.resolve(peer)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /**
   * What the scripts of all connections so far have returned, once the clients have hung up as well; rejects with
   * the first script that failed.
   */
  async finished(): Promise<readonly Result[]> {
    const results = await Promise.all(this.#runs)
    if (this.#runs.length === 0) await Promise.all(this.peers.map((peer) => peer.hungUp()))
    return results
  }

  /** Cuts off what is still connected. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const peer of this.peers) peer.destroy()
    await closed
  }
}

async function runScript<Result>(script: Script<Result>, peer: Peer): Promise<Result> {
  try {
    const result = await script(peer)
    await peer.hungUp()
    return result
  } catch (error) {
    peer.destroy()
    throw error
  }
}
