import { Endpoint } from './endpoint.ts'
import { type NetworkPlan, plainNetwork } from './network-plan.ts'
import type { Peer, PeerOutput, PeerTimeout } from './peer.ts'
import { flightsOf, type Segment } from './segment.ts'
import { VirtualStream } from './virtual-stream.ts'
import { VirtualTime } from './virtual-time.ts'

export interface VirtualNetworkOptions<Output extends PeerOutput> {
  readonly client: Peer<Output>
  readonly server: Peer
  /** Default: a network that takes no time. */
  readonly plan?: NetworkPlan
  /** Is told each output of the client that is not to be done but has happened. */
  readonly onClientEvent?: (event: Output) => void
  readonly onServerEvent?: (event: PeerOutput) => void
  /**
   * Asked when a timeout of the client has run out: whether the server is to blame, so that the client is told.
   * Default: it is.
   */
  readonly counts?: (timeout: PeerTimeout) => boolean
}

/**
 * A connection between two machines without I/O, in virtual time: no timer and no promise, and the same plan makes
 * the same things happen. At the beginning it stands, and both machines are asked what they have to say.
 */
export class VirtualNetwork<Output extends PeerOutput = PeerOutput> {
  /** All that was sent either way, in the order in which it was; what lay beyond a cut is not among it. */
  readonly segments: Segment[] = []
  readonly time: VirtualTime
  readonly #client: Endpoint<Output>
  readonly #server: Endpoint
  readonly #toServer: VirtualStream

  constructor(options: VirtualNetworkOptions<Output>) {
    const { client, server, plan = plainNetwork, onClientEvent, onServerEvent, counts } = options
    this.time = new VirtualTime(plan.choices)
    const { time } = this
    const handshake = plan.tls
    const log = (segment: Segment) => this.segments.push(segment)
    this.#client = new Endpoint(client, { side: 'client', time, handshake, tell: onClientEvent, counts })
    this.#server = new Endpoint(server, { side: 'server', time, handshake, tell: onServerEvent })
    this.#toServer = new VirtualStream('client', time, plan.toServer, {
      log,
      deliver: (segment) => this.#server.receive(segment),
      tellSender: () => this.#client.reset(),
    })
    const toClient = new VirtualStream('server', time, plan.toClient, {
      log,
      deliver: (segment) => this.#client.receive(segment),
      tellSender: () => this.#server.reset(),
    })
    this.#client.attach(this.#toServer)
    this.#server.attach(toClient)
  }

  /** Round trips that the client has had to wait for. */
  get flights(): number {
    return flightsOf(this.segments)
  }

  /** When all that the client has written will have left it, in milliseconds of virtual time. */
  get clientSentUntil(): number {
    return this.#toServer.sentUntil
  }

  /** Call it after giving the client an input from outside, such as a command: its outputs are due now. */
  wakeClient(): void {
    this.#client.wake()
  }

  /** The same for the server. */
  wakeServer(): void {
    this.#server.wake()
  }

  /**
   * Lets things happen until nothing is due, or until a time in virtual milliseconds.
   *
   * @throws {StuckError} when there is no end to what happens at one instant
   */
  run(until?: number): void {
    this.time.run(until)
  }
}
