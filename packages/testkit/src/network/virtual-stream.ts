import { cutByLengths } from './cut-by-lengths.ts'
import type { DirectionPlan } from './network-plan.ts'
import { Rotation } from './rotation.ts'
import type { Segment, Side } from './segment.ts'
import type { Lane, VirtualTime } from './virtual-time.ts'

const nothing = new Uint8Array(0)

/** Who is told what. */
export interface StreamEnds {
  /** Called with each segment when it is sent; what lies beyond a cut is not. */
  readonly log: (segment: Segment) => void
  /** Called with each segment when it arrives. */
  readonly deliver: (segment: Segment) => void
  /** Called when the sender learns that the stream is cut. */
  readonly tellSender: () => void
}

/** One direction of a virtual connection: keeps order, takes its time, and breaks off where the plan says so. */
export class VirtualStream {
  readonly #from: Side
  readonly #time: VirtualTime
  readonly #arrivals: Lane
  readonly #news: Lane
  readonly #plan: DirectionPlan
  readonly #ends: StreamEnds
  readonly #latency: Rotation<number>
  readonly #lengths: Rotation<number>
  #octets = 0
  #sentUntil = 0
  #ended = false

  constructor(from: Side, time: VirtualTime, plan: DirectionPlan, ends: StreamEnds) {
    this.#from = from
    this.#time = time
    this.#arrivals = time.lane()
    this.#news = time.lane()
    this.#plan = plan
    this.#ends = ends
    this.#latency = new Rotation(plan.latency)
    this.#lengths = new Rotation(plan.segmentLengths)
    if (plan.cut?.afterOctets === 0) this.#cut(0)
  }

  /** When all that was written will have left, as far as bandwidth lets it. */
  get sentUntil(): number {
    return Math.max(this.#time.now, this.#sentUntil)
  }

  /** Sends bytes. Beyond the stream's end they are lost, and nobody is told. */
  write(bytes: Uint8Array, depth: number): void {
    if (this.#ended) return
    const { cut } = this.#plan
    const room = cut === undefined ? bytes.length : Math.max(0, cut.afterOctets - this.#octets)
    for (const piece of cutByLengths(bytes.subarray(0, room), this.#lengths)) this.#send('bytes', piece, depth)
    if (cut !== undefined && room <= bytes.length) this.#cut(depth)
  }

  /** Sends a step of a handshake. */
  sendTls(depth: number): void {
    if (!this.#ended) this.#send('tls', nothing, depth)
  }

  /** Ends the stream behind what was written. */
  end(depth: number): void {
    if (this.#ended) return
    this.#ended = true
    this.#send('end', nothing, depth)
  }

  #cut(depth: number): void {
    const { cut } = this.#plan
    if (cut === undefined) return
    this.#ended = true
    if (cut.receiver !== 'silence') this.#send(cut.receiver, nothing, depth)
    if (cut.senderLearnsAfter !== undefined) this.#news.after(cut.senderLearnsAfter, this.#ends.tellSender)
  }

  #send(type: Segment['type'], bytes: Uint8Array, depth: number): void {
    const { now } = this.#time
    const { octetsPerMillisecond = Number.POSITIVE_INFINITY } = this.#plan
    this.#octets += bytes.length
    this.#sentUntil = this.sentUntil + bytes.length / octetsPerMillisecond
    const delay = this.#sentUntil - now + (this.#latency.next() ?? 0)
    const arrivesAt = this.#arrivals.after(delay, () => this.#ends.deliver(segment))
    const segment = { from: this.#from, type, bytes, sentAt: now, arrivesAt, depth }
    this.#ends.log(segment)
  }
}
