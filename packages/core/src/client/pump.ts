import type { ClientConnection, Timeout, TlsInfo } from '../connection/index.ts'
import { AbortedError, LocalProtocolError, SmtpError } from '../errors/index.ts'
import type { Demand, Flow, FlowEvent } from '../session/index.ts'
import { beginTls } from './begin-tls.ts'
import { closeTransport } from './close-transport.ts'
import { ContentFeed } from './content-feed.ts'
import type { ContentSource } from './content-source.ts'
import { PhaseTimer } from './phase-timer.ts'
import { ReplyTime } from './reply-time.ts'
import { serverNameMissing, withClientCertificate } from './tls-policy.ts'
import { type OnTranscript, tellTranscript } from './transcript.ts'
import type { TlsOptions, Transport } from './transport.ts'
import { TransportWriter } from './transport-writer.ts'
import { WorkInHand } from './work-in-hand.ts'

export interface PumpOptions {
  /** For STARTTLS; without it a handshake fails. */
  readonly tls?: TlsOptions | undefined
  readonly onTranscript?: OnTranscript | undefined
}

export interface RunOptions {
  /** What is sent when the flow demands it. */
  readonly content?: ContentSource
  /** For STARTTLS in this flow, in place of the pump's own. */
  readonly tls?: TlsOptions | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Carries bytes between one `ClientConnection` and one `Transport` while a flow runs: the only place where time
 * passes. Whatever ends in the outside world (a read, a write, a handshake, a timer, an abort, a piece of content, a
 * key) is noted in the inbox and wakes the one loop, which alone touches the connection.
 */
export class Pump {
  readonly connection: ClientConnection
  readonly #transport: Transport
  readonly #options: PumpOptions
  #inbox: (() => void)[] = []
  #wake: (() => void) | undefined
  readonly #awaken = (resolve: () => void): void => {
    this.#wake = resolve
  }
  #failure: SmtpError | undefined
  #running = false
  #reading = false
  #readEnded = false
  readonly #writer: TransportWriter
  /** From the request for TLS until its handshake has ended; due, until what was sent before is written. */
  #upgrading = false
  #upgradeDue = false
  #closed: Promise<void> | undefined
  #tls: TlsOptions | undefined
  readonly #feed: ContentFeed
  readonly #replyTime = new ReplyTime()
  readonly #work = new WorkInHand(this.#replyTime)
  readonly #timer = new PhaseTimer()

  constructor(connection: ClientConnection, transport: Transport, options: PumpOptions) {
    this.connection = connection
    this.#transport = transport
    this.#options = options
    this.#writer = new TransportWriter(transport, {
      settled: () => this.#note(noChange),
      spoilt: (error) => this.#note(() => this.connection.abort(error)),
    })
    this.#feed = new ContentFeed(connection, {
      wake: (what) => this.#note(what),
      sent: () => this.#work.note({ type: 'ContentSent' }),
      failed: (error) => this.#work.note({ type: 'ContentFailed', error }),
    })
  }

  /** Why the connection has ended, if it did by a fault. */
  get failure(): SmtpError | undefined {
    return this.#failure
  }

  /** What is known of TLS, however it came to stand; `undefined` where it does not. */
  get tls(): TlsInfo | undefined {
    return this.connection.tls ?? this.#transport.tls
  }

  /**
   * Runs a flow to its result; one at a time. An abort ends the connection, and the flow learns of it as of any
   * other end.
   *
   * @throws {AbortedError} when the signal is aborted already, {@link LocalProtocolError} while another flow runs;
   * nothing has happened then. Else what the flow throws
   */
  async run<Result>(flow: Flow<Result>, { content, tls, signal }: RunOptions = {}): Promise<Result> {
    if (this.#running) throw new LocalProtocolError('one flow at a time')
    if (signal?.aborted) throw new AbortedError({ cause: signal.reason })
    let over = false
    const abort = () => {
      this.#note(() => {
        if (!over) this.connection.abort(new AbortedError({ cause: signal?.reason }))
      })
    }
    signal?.addEventListener('abort', abort)
    this.#running = true
    this.#tls = tls ?? this.#options.tls
    try {
      let step = flow.next()
      if (!step.done) this.#begin(step.value, content)
      const resume = (event: FlowEvent) => {
        if (step.done) return
        step = flow.next(event)
        if (!step.done) this.#begin(step.value, content)
      }
      for (;;) {
        this.#drain(resume)
        const outcome = this.#work.take()
        if (outcome !== undefined) {
          resume(outcome)
          continue
        }
        if (!step.done && this.#feed.feed(this.#writer.room)) continue
        // Where all was taken at once there is room for more.
        if (this.#write()) continue
        if (this.#upgradeDue && !this.#writer.busy) void this.#upgrade()
        // Also when all is done: that the server hangs up, or says what nobody asked for, shows at once.
        this.#read()
        if (step.done) return step.value
        if (this.#inbox.length === 0) {
          this.#arm()
          await new Promise<void>(this.#awaken)
        }
        // Here and not there: what is noted by then would else be left to another flow.
        this.#takeInbox()
      }
    } catch (error) {
      // A flow's own errors leave the connection usable; after any other nobody knows where it stands.
      this.#running = false
      if (!(error instanceof SmtpError)) await this.close()
      throw error
    } finally {
      over = true
      this.#running = false
      signal?.removeEventListener('abort', abort)
      if (this.#closed === undefined) this.#timer.rest()
      else this.#timer.disarm()
      this.#feed.drop()
      this.#work.drop()
      this.#takeInbox()
    }
  }

  /** Gives the connection up, which a running flow learns as it does any other end; settles when all is closed. */
  close(): Promise<void> {
    if (this.#running) {
      this.#note(() => this.connection.abort())
    } else {
      this.connection.abort()
      this.#drain()
    }
    return this.#closeTransport()
  }

  /** Sets about what a flow waits for. */
  #begin(demand: Demand, content: ContentSource | undefined): void {
    if (demand === 'nextEvent') return
    if (demand === 'sendContent') {
      if (content !== undefined) this.#feed.begin(content)
    } else if (demand.type === 'sendContent') {
      this.#feed.begin(demand.content as ContentSource)
    } else {
      const fail = (error: unknown) => this.connection.abort(error)
      this.#work.begin(demand, (what) => this.#note(what), fail)
    }
  }

  #drain(tell: (event: FlowEvent) => void = () => {}): void {
    for (let output = this.connection.nextOutput(); output; output = this.connection.nextOutput()) {
      tellTranscript(this.#options.onTranscript, output)
      this.#feed.hear(output)
      if (output.type === 'SendBytes') {
        this.#writer.add(output.bytes)
      } else if (output.type === 'StartTlsRequested') {
        this.#upgrading = true
        this.#upgradeDue = true
      } else if (output.type === 'CloseRequested') {
        this.#write()
        void this.#closeTransport()
        this.connection.receiveEof()
      } else {
        if (output.type === 'Failed') this.#failure = output.error
        tell(output)
      }
    }
  }

  #read(): void {
    if (this.#reading || this.#readEnded || this.#upgrading || this.#closed !== undefined) return
    this.#reading = true
    this.#transport.read().then(this.#received, this.#readFailed)
  }

  readonly #received = (bytes: Uint8Array | null): void => {
    this.#note(() => {
      this.#reading = false
      if (bytes === null) {
        this.#readEnded = true
        this.connection.receiveEof()
      } else {
        this.#replyTime.received()
        this.connection.receiveBytes(bytes)
      }
    })
  }

  readonly #readFailed = (error: unknown): void => {
    this.#note(() => {
      this.#reading = false
      this.#readEnded = true
      this.connection.receiveEof(error)
    })
  }

  /** Writes what there is to write; true when there was something, and the transport took all of it at once. */
  #write(): boolean {
    if (!this.#writer.due) return false
    this.#replyTime.asked()
    if (this.#closed === undefined) return this.#writer.write()
    this.#writer.drop()
    return false
  }

  async #upgrade(): Promise<void> {
    this.#upgradeDue = false
    const upgraded = (then: () => void) => {
      this.#note(() => {
        this.#upgrading = false
        then()
      })
    }
    try {
      const tls = this.#tls
      if (tls === undefined) throw serverNameMissing()
      const info = await beginTls(this.#transport, tls)
      upgraded(() => this.connection.tlsEstablished(withClientCertificate(info, tls)))
    } catch (error) {
      upgraded(() => this.connection.abort(error))
    }
  }

  #closeTransport(): Promise<void> {
    this.#timer.disarm()
    this.#closed ??= closeTransport(this.#transport)
    return this.#closed
  }

  #note(what: () => void): void {
    this.#inbox.push(what)
    if (this.#running) this.#wake?.()
    else this.#takeInbox()
  }

  #takeInbox(): void {
    const taken = this.#inbox
    if (taken.length > 0) this.#inbox = []
    for (const take of taken) take()
    if (this.#running) return
    this.#drain()
    this.#write()
  }

  /** Keeps the timer in step with the connection. While the message's source is what is waited for, none runs. */
  #arm(): void {
    const { timeout } = this.connection
    const ours = timeout?.phase === 'content' && !this.#writer.busy && !this.#writer.failed
    this.#timer.arm(ours ? undefined : timeout, this.#ranOut)
  }

  readonly #ranOut = (armed: Timeout): void => {
    this.#note(() => {
      if (this.connection.timeout === armed) this.connection.handleTimeout()
    })
  }
}

/** What has changed shows by itself, and is looked at again. */
const noChange = () => {}
