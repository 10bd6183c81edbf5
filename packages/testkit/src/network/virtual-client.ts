import {
  ClientConnection,
  type ClientConnectionOptions,
  type Demand,
  type Event,
  type Flow,
  type FlowEvent,
  type Output,
  type Wait,
} from '@sansmtp/core'
import { cutByLengths } from './cut-by-lengths.ts'
import { FlowRun } from './flow-run.ts'
import { type NetworkPlan, plainNetwork } from './network-plan.ts'
import type { Peer } from './peer.ts'
import { Rotation } from './rotation.ts'
import { StuckError } from './stuck-error.ts'
import { VirtualNetwork } from './virtual-network.ts'
import type { Lane } from './virtual-time.ts'
import { defaultWorkers, doWork, type Workers } from './workers.ts'

export interface VirtualClientOptions extends ClientConnectionOptions {
  /** The machine that it is connected to. */
  readonly server: Peer
  /** Default: a network that takes no time. */
  readonly plan?: NetworkPlan
  /** Who does what flows can't do themselves. */
  readonly workers?: Partial<Workers>
}

export interface FlowOptions {
  /** What is sent each time that the flow demands it. Default: an empty message. */
  readonly message?: Uint8Array
  /** Milliseconds that each piece of work takes, such as deriving a key. Default: none. */
  readonly workTakes?: number
  /** Milliseconds from the flow's start until the caller aborts. Default: never. */
  readonly abortAfter?: number
  /** Milliseconds that the flow may take before it counts as stuck. Default: a day. */
  readonly patience?: number
}

const day = 86_400_000

/**
 * A client in virtual time: a `ClientConnection` and a driver for flows, joined to a server. What takes time in the
 * world takes it here by plan: the way of each octet, handshakes, timeouts, the message's source.
 */
export class VirtualClient {
  readonly connection: ClientConnection
  readonly network: VirtualNetwork<Output>
  readonly #plan: NetworkPlan
  readonly #content: Lane
  readonly #caller: Lane
  readonly #work: Lane
  readonly #patience: Lane
  readonly #workers: Workers
  #resume: (event: FlowEvent) => void = () => {}
  /** Goes on with content that has to wait. */
  #paused: (() => void) | undefined

  constructor({ server, plan = plainNetwork, workers, ...options }: VirtualClientOptions) {
    this.connection = new ClientConnection(options)
    this.#plan = plan
    this.#workers = { ...defaultWorkers(), ...workers }
    this.network = new VirtualNetwork({
      client: this.connection,
      server,
      plan,
      onClientEvent: (output) => this.#hear(output as Event),
      counts: () => this.#isServersTime(),
    })
    this.#content = this.network.time.lane()
    this.#caller = this.network.time.lane()
    this.#work = this.network.time.lane()
    this.#patience = this.network.time.lane()
  }

  /** Round trips since the beginning. */
  get flights(): number {
    return this.network.flights
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.network.time.now
  }

  /**
   * Runs a flow to its end. What it throws is in the run, not thrown here.
   *
   * @throws {StuckError} when it does not come to an end
   */
  run<Result>(start: (connection: ClientConnection) => Flow<Result>, options: FlowOptions = {}): FlowRun<Result> {
    const { abortAfter, patience = day } = options
    const begin = { now: this.now, flights: this.flights, segments: this.network.segments.length }
    if (abortAfter !== undefined) {
      this.#caller.after(abortAfter, () => {
        this.connection.abort()
        this.network.wakeClient()
      })
    }
    const outcome = this.#outcomeOf(start(this.connection), options, begin.now + patience)
    this.#caller.clear()
    this.#work.clear()
    this.#patience.clear()
    return new FlowRun(outcome, {
      milliseconds: this.now - begin.now,
      flights: this.flights - begin.flights,
      segments: this.network.segments.slice(begin.segments),
    })
  }

  #outcomeOf<Result>(
    flow: Flow<Result>,
    options: FlowOptions,
    deadline: number,
  ): { result: Result } | { error: unknown } {
    let outcome: { result: Result } | { error: unknown } | undefined
    const take = (advance: () => IteratorResult<Demand, Result>) => {
      if (outcome !== undefined) return
      try {
        const step = advance()
        if (step.done) outcome = { result: step.value }
        else this.#meet(step.value, options)
      } catch (error) {
        outcome = { error }
      }
    }
    this.#resume = (event) => take(() => flow.next(event))
    take(() => flow.next())
    this.network.wakeClient()
    while (outcome === undefined) {
      if (this.network.time.next > deadline) throw this.#stuck()
      this.network.time.step()
    }
    return outcome
  }

  #stuck(): StuckError {
    const { state } = this.connection
    const next = this.network.time.next
    const when = next === Number.POSITIVE_INFINITY ? 'nothing will ever happen' : `the next thing happens at ${next} ms`
    return new StuckError(`the flow waits at ${this.now} ms in state ${state}, and ${when}`)
  }

  #meet(demand: Demand, { message = new Uint8Array(0), workTakes = 0 }: FlowOptions): void {
    if (demand === 'nextEvent') return
    if (demand === 'sendContent') this.#feed(message)
    else if (demand.type === 'sendContent') this.#feed(demand.content as Uint8Array)
    else if (demand.type === 'wait') this.#patience.after(this.#waitOf(demand), () => this.#tell({ type: 'Waited' }))
    else this.#work.after(workTakes, () => this.#tell(doWork(demand, this.#workers)))
  }

  /** The usual reply time is that of the network's longest way there and back. */
  #waitOf({ milliseconds, replyTimes }: Wait): number {
    const { toServer, toClient } = this.#plan
    return Math.max(milliseconds, replyTimes * (Math.max(0, ...toServer.latency) + Math.max(0, ...toClient.latency)))
  }

  #tell(event: FlowEvent): void {
    this.#resume(event)
    this.network.wakeClient()
  }

  /** The message's source: gives piece after piece, each once the one before has left. */
  #feed(message: Uint8Array): void {
    // What was handed over before may have been answered before its end: nobody wants the rest of it.
    this.#content.clear()
    const { pieceLengths, interval } = this.#plan.content
    const pieces = [...cutByLengths(message, new Rotation(pieceLengths))]
    const feedNext = () => {
      this.#paused = undefined
      if (!this.connection.bodyOpen) {
        // Without PIPELINING a chunk waits for the reply to the one before. Or the content was refused, for good.
        this.#paused = feedNext
        return
      }
      const piece = pieces.shift()
      if (piece !== undefined) this.connection.sendBody(piece)
      // A source that takes no time tells of its end with its last piece.
      const ended = piece === undefined || (interval === 0 && pieces.length === 0 && this.connection.bodyOpen)
      if (!ended) {
        this.#content.after(interval, whenWritten)
        this.network.wakeClient()
        return
      }
      this.connection.endBody()
      this.#tell({ type: 'ContentSent' })
    }
    const whenWritten = () => {
      const wait = this.network.clientSentUntil - this.now
      if (wait > 0) this.#content.after(wait, whenWritten)
      else feedNext()
    }
    this.#content.after(interval, whenWritten)
  }

  /** Takes in an output that has happened. */
  #hear(event: Event): void {
    // What was being sent has ended.
    if (event.type === 'BodyRequested') this.#paused = undefined
    this.#resume(event)
    if (this.#paused !== undefined && this.connection.bodyOpen) this.#content.wake(this.#paused)
  }

  /** While the message's own source is what is waited for, no time runs against the server. */
  #isServersTime(): boolean {
    return this.connection.timeout?.phase !== 'content' || this.network.clientSentUntil > this.now
  }
}
