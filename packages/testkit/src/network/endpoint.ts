import { CertificateError, TlsFailedError } from '@sansmtp/core'
import { joined } from '../chunkings.ts'
import type { HandshakePlan } from './network-plan.ts'
import type { Peer, PeerOutput, PeerTimeout } from './peer.ts'
import type { Segment, Side } from './segment.ts'
import type { VirtualStream } from './virtual-stream.ts'
import type { Lane, VirtualTime } from './virtual-time.ts'

export interface EndpointOptions<Output extends PeerOutput> {
  readonly side: Side
  readonly time: VirtualTime
  readonly handshake: HandshakePlan
  /** Where its outputs go that are not to be done but have happened. */
  readonly tell?: ((output: Output) => void) | undefined
  /** Asked when a timeout has run out: whether that counts. Default: it does. */
  readonly counts?: ((timeout: PeerTimeout) => boolean) | undefined
}

/** A machine at its end of a virtual connection: feeds it, and does what it asks for. */
export class Endpoint<Output extends PeerOutput = PeerOutput> {
  readonly #peer: Peer<Output>
  readonly #options: EndpointOptions<Output>
  readonly #actions: Lane
  #timer: Lane | undefined
  #outgoing: VirtualStream | undefined
  #armed: PeerTimeout | undefined
  #handshaking = false
  #deaf = false
  #heard = 0

  constructor(peer: Peer<Output>, options: EndpointOptions<Output>) {
    this.#peer = peer
    this.#options = options
    this.#actions = options.time.lane()
  }

  /** Joins it to the stream that it writes to. What arrives at the very instant of a timeout is in time by default. */
  attach(outgoing: VirtualStream): void {
    this.#outgoing = outgoing
    this.#timer = this.#options.time.lane()
    this.wake()
  }

  /** The machine may have something to say: it is asked at this instant. */
  wake(): void {
    this.#actions.wake(() => this.#drain())
  }

  /** A segment has arrived. */
  receive({ type, bytes, depth }: Segment): void {
    if (this.#deaf) return
    // Depths never fall along a stream, so the last one is the greatest.
    this.#heard = depth
    if (type === 'tls') this.#continueHandshake()
    else if (type === 'end') this.#hearEnd()
    else if (type === 'reset') this.reset()
    else if (this.#handshaking) this.#failHandshake(new TlsFailedError('what came amid the handshake is not TLS'))
    else this.#peer.receiveBytes(bytes)
    this.wake()
  }

  /** The connection has broken, and the machine learns of it. */
  reset(): void {
    if (this.#deaf) return
    this.#hearEnd(new Error('the connection was reset'))
    this.wake()
  }

  #hearEnd(cause?: Error): void {
    this.#deaf = true
    if (cause === undefined) this.#peer.receiveEof()
    else this.#peer.receiveEof(cause)
  }

  #drain(): void {
    const unsent: Uint8Array[] = []
    const flush = () => {
      if (unsent.length > 0) this.#outgoing?.write(joined(unsent.splice(0)), this.#depth)
    }
    for (let output = this.#peer.nextOutput(); output !== undefined; output = this.#peer.nextOutput()) {
      if (output.type === 'SendBytes') {
        unsent.push(output.bytes ?? new Uint8Array(0))
      } else if (output.type === 'StartTlsRequested') {
        flush()
        this.#handshaking = true
        if (this.#options.side === 'client') this.#outgoing?.sendTls(this.#depth)
      } else if (output.type === 'CloseRequested') {
        flush()
        this.#close()
      } else {
        this.#options.tell?.(output)
      }
    }
    flush()
    this.#arm()
  }

  get #depth(): number {
    return this.#options.side === 'client' ? this.#heard + 1 : this.#heard
  }

  #close(): void {
    this.#outgoing?.end(this.#depth)
    if (!this.#deaf) this.#hearEnd()
  }

  #continueHandshake(): void {
    const { side, handshake } = this.#options
    if (!this.#handshaking) {
      this.#peer.receiveBytes(clientHello)
    } else if (side === 'client') {
      if (handshake === 'succeeds') this.#finishHandshake()
      else if (handshake === 'failed') this.#failHandshake(new TlsFailedError('the server refused the handshake'))
      else this.#failHandshake(new CertificateError('untrusted', 'the server'))
    } else {
      this.#outgoing?.sendTls(this.#depth)
      if (handshake === 'failed') this.#failHandshake(new TlsFailedError('the handshake is refused'))
      else this.#finishHandshake()
    }
  }

  #finishHandshake(): void {
    this.#handshaking = false
    this.#peer.tlsEstablished()
  }

  #failHandshake(error: Error): void {
    this.#handshaking = false
    this.#deaf = true
    this.#outgoing?.end(this.#depth)
    if (this.#peer.abort === undefined) this.#peer.receiveEof(error)
    else this.#peer.abort(error)
  }

  /** Keeps the timer in step with the machine. */
  #arm(): void {
    const { timeout } = this.#peer
    if (timeout === this.#armed) return
    this.#timer?.clear()
    this.#armed = timeout
    if (timeout !== undefined) this.#timer?.after(timeout.milliseconds, () => this.#runOut(timeout))
  }

  #runOut(timeout: PeerTimeout): void {
    // What the machine waits for may have changed in this instant.
    if (this.#peer.timeout !== timeout || this.#options.counts?.(timeout) === false) return
    this.#peer.handleTimeout?.()
    this.wake()
  }
}

/** The first octets of a TLS record with a handshake: what a server sees that did not expect one. */
const clientHello = Uint8Array.of(0x16, 0x03, 0x01)
