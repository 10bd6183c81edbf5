import { CertificateError, TlsFailedError, type TlsInfo } from '@sansmtp/core'
import type { Transport } from '@sansmtp/core/client'
import { MemoryPipe } from './memory-pipe.ts'
import { type NetworkPlan, plainNetwork } from './network-plan.ts'
import type { Peer } from './peer.ts'
import { Rotation } from './rotation.ts'

export interface MemoryTransportOptions {
  /**
   * There is no time here, so latency, bandwidth and `content` mean nothing, and of `senderLearnsAfter` only whether
   * it is there. `choices` say how many turns of the microtask queue a read or a write takes to settle. Default: a
   * network that does nothing to what is sent.
   */
  readonly plan?: NetworkPlan
  /** What a handshake tells. */
  readonly tlsInfo?: TlsInfo
  /** What TLS stands already, as after connecting to `smtps://`. The server must know too. */
  readonly tls?: TlsInfo
  readonly local?: NonNullable<Transport['local']>
}

/** A transport to a server that is at hand. */
export interface MemoryTransport extends Transport {
  /** Call it after giving the server an input from outside, such as having it say something unasked. */
  wakeServer(): void
}

/**
 * A transport to a server in memory, for a client with promises: no socket, no timer. The server acts while the
 * client writes, and is asked for its greeting at once. Calls against the contract of `Transport` reject.
 */
export function memoryTransport(server: Peer, options: MemoryTransportOptions = {}): MemoryTransport {
  return new TransportToServer(server, options)
}

class TransportToServer implements MemoryTransport {
  declare readonly tls?: TlsInfo
  declare readonly local?: NonNullable<Transport['local']>
  readonly #server: Peer
  readonly #plan: NetworkPlan
  readonly #tlsInfo: TlsInfo
  readonly #turns: Rotation<number>
  readonly #toServer: MemoryPipe
  readonly #toClient: MemoryPipe
  readonly #underWay = new Set<'read' | 'write'>()
  #tlsRequested = false
  #serverDeaf = false
  #closed = false
  #wakeReader: () => void = () => {}

  constructor(server: Peer, { plan = plainNetwork, tlsInfo = {}, tls, local }: MemoryTransportOptions) {
    if (tls !== undefined) this.tls = tls
    if (local !== undefined) this.local = local
    this.#server = server
    this.#plan = plan
    this.#tlsInfo = tlsInfo
    this.#turns = new Rotation(plan.choices)
    this.#toServer = new MemoryPipe(plan.toServer)
    this.#toClient = new MemoryPipe(plan.toClient)
    this.#work()
  }

  read(): Promise<Uint8Array | null> {
    return this.#alone('read', () => this.#read())
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#alone('write', () => this.#write(bytes))
  }

  startTls(): Promise<TlsInfo> {
    if (this.#underWay.has('write')) return Promise.reject(new Error('startTls was called amid a write'))
    return this.#alone('read', () => this.#startTls())
  }

  /** Holds whoever uses the transport to its contract: no call before the last of its kind has settled. */
  async #alone<Result>(call: 'read' | 'write', act: () => Promise<Result>): Promise<Result> {
    if (this.#underWay.has(call)) throw new Error(`a call came before the last ${call} has settled`)
    this.#underWay.add(call)
    try {
      return await act()
    } finally {
      this.#underWay.delete(call)
    }
  }

  async #read(): Promise<Uint8Array | null> {
    for (;;) {
      await this.#pause()
      if (this.#closed) return null
      const piece = this.#toClient.take()
      if (piece instanceof Uint8Array) return piece
      if (piece === 'end') return null
      if (piece === 'reset') throw new Error('the connection was reset')
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve
      })
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error('the connection is closed')
    if (this.#toServer.senderKnows) throw new Error('the connection was reset')
    this.#toServer.put(bytes)
    this.#work()
    await this.#pause()
  }

  async #startTls(): Promise<TlsInfo> {
    await this.#pause()
    const { tls } = this.#plan
    // What is there to be read now, on either side, did not come through TLS.
    const inClear = this.#toClient.readable || this.#toServer.readable
    if (tls !== 'succeeds' || !this.#tlsRequested || inClear) {
      this.close()
      if (tls === 'certificateRefused') throw new CertificateError('untrusted', 'the server')
      throw new TlsFailedError('the handshake failed')
    }
    this.#tlsRequested = false
    this.#server.tlsEstablished()
    this.#work()
    return this.#tlsInfo
  }

  close(): void {
    this.#closed = true
    this.#toServer.end()
    this.#work()
  }

  wakeServer(): void {
    this.#work()
  }

  /** Lets the server take what has come and say what it has to say, until it has no more. */
  #work(): void {
    this.#drain()
    while (!this.#serverDeaf && !this.#tlsRequested && this.#toServer.readable) {
      const piece = this.#toServer.take()
      if (piece instanceof Uint8Array) this.#server.receiveBytes(piece)
      else this.#endServer()
      this.#drain()
    }
    if (!this.#serverDeaf && (this.#closed || this.#toClient.senderKnows)) {
      this.#endServer()
      this.#drain()
    }
    this.#wakeReader()
  }

  #drain(): void {
    for (let output = this.#server.nextOutput(); output !== undefined; output = this.#server.nextOutput()) {
      if (output.type === 'SendBytes') this.#toClient.put(output.bytes ?? new Uint8Array(0))
      else if (output.type === 'StartTlsRequested') this.#tlsRequested = true
      else if (output.type === 'CloseRequested') this.#closeServer()
    }
  }

  #closeServer(): void {
    this.#toClient.end()
    if (!this.#serverDeaf) this.#endServer()
  }

  #endServer(): void {
    this.#serverDeaf = true
    this.#server.receiveEof()
  }

  /** Lets other things happen first, as many as the plan says. */
  async #pause(): Promise<void> {
    const turns = this.#turns.next() ?? 0
    for (let turn = 0; turn < turns; turn += 1) await undefined
  }
}
