import type { Listener } from './listener.ts'
import type { Peer } from './peer.ts'

/** What a server does with a connection. When it has returned, the server waits for the client to hang up. */
export type Script<Result = unknown> = (peer: Peer) => Promise<Result>

/** A server that runs a script for each connection. The script runs here, wherever the server lives. */
export class StagedServer<Result = unknown> implements AsyncDisposable {
  /** All connections so far. */
  readonly peers: readonly Peer[]
  /** Rejects as soon as a script does, and never resolves. */
  readonly failure: Promise<never>
  readonly #fail: (error: unknown) => void
  readonly #listener: Listener
  readonly #script: Script<Result> | undefined
  readonly #peers: Peer[] = []
  readonly #runs: Promise<Result>[] = []
  readonly #waiting: ((peer: Peer) => void)[] = []
  readonly #unclaimed: Peer[] = []
  readonly #taking: Promise<void>
  #arrived: () => void = () => {}
  #closed: Promise<void> | undefined

  /** Without a script, `accept` gives out the connections. */
  constructor(listener: Listener, script?: Script<Result>) {
    let fail: (error: unknown) => void = () => {}
    this.failure = new Promise((_, reject) => {
      fail = reject
    })
    this.failure.catch(() => {})
    this.#fail = fail
    this.peers = this.#peers
    this.#listener = listener
    this.#script = script
    this.#taking = this.#take().catch(fail)
  }

  get host(): string {
    return this.#listener.host
  }

  /** 0 for a unix socket. */
  get port(): number {
    return this.#listener.port
  }

  get path(): string | undefined {
    return this.#listener.path
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
    const connections = await this.#listener.connections()
    while (this.#peers.length < connections) {
      await Promise.race([new Promise<void>((resolve) => this.#onArrival(resolve)), this.failure])
    }
    const results = await Promise.all(this.#runs)
    if (this.#runs.length === 0) await Promise.all(this.#peers.map((peer) => peer.hungUp()))
    return results
  }

  /** Cuts off what is still connected. */
  close(): Promise<void> {
    this.#closed ??= this.#listener.close().then(() => this.#taking)
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #take(): Promise<void> {
    for (let peer = await this.#listener.accept(); peer !== undefined; peer = await this.#listener.accept()) {
      this.#peers.push(peer)
      if (this.#script === undefined) this.#offer(peer)
      else {
        const run = runScript(this.#script, peer)
        run.catch(this.#fail)
        this.#runs.push(run)
      }
      this.#arrived()
    }
  }

  #onArrival(resolve: () => void): void {
    const before = this.#arrived
    this.#arrived = () => {
      before()
      resolve()
    }
  }

  #offer(peer: Peer): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#unclaimed.push(peer)
    else waiting(peer)
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
