import type { ClientConnection, Output, Timeout, TlsInfo } from '../connection/index.ts'
import { AbortedError, escapeForDisplay, LocalProtocolError, SmtpError, TlsFailedError } from '../errors/index.ts'
import type { Demand, Flow, FlowEvent } from '../session/index.ts'
import { merged } from '../wire/index.ts'
import type { ContentSource } from './content-source.ts'
import { serverNameMissing, withClientCertificate } from './tls-policy.ts'
import { type OnTranscript, transcriptOf } from './transcript.ts'
import type { TlsOptions, Transport } from './transport.ts'
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

/** Octets of content gathered for one write, as far as they are at hand. */
const writeLength = 65_536

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
  #failure: SmtpError | undefined
  #running = false
  #reading = false
  #readEnded = false
  #unwritten: Uint8Array[] = []
  #writing: Promise<void> | undefined
  #writeFailed = false
  /** From the request for TLS until its handshake has ended; due, until what was sent before is written. */
  #upgrading = false
  #upgradeDue = false
  #closed: Promise<void> | undefined
  #content: ContentSource | undefined
  #tls: TlsOptions | undefined
  #pulling = false
  readonly #work = new WorkInHand()
  #armed: Timeout | undefined
  #timer: unknown

  constructor(connection: ClientConnection, transport: Transport, options: PumpOptions) {
    this.connection = connection
    this.#transport = transport
    this.#options = options
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
    const abort = () => this.#note(() => this.connection.abort(new AbortedError({ cause: signal?.reason })))
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
        if (this.#feedContent()) continue
        this.#write()
        if (this.#upgradeDue && this.#writing === undefined) void this.#upgrade()
        // Also when all is done: that the server hangs up, or says what nobody asked for, shows at once.
        this.#read()
        if (step.done) return step.value
        await this.#wait()
      }
    } catch (error) {
      // A flow's own errors leave the connection usable; after any other nobody knows where it stands.
      this.#running = false
      if (!(error instanceof SmtpError)) await this.close()
      throw error
    } finally {
      this.#running = false
      signal?.removeEventListener('abort', abort)
      this.#disarm()
      this.#content = undefined
      this.#work.drop()
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
    if (demand === 'sendContent') this.#content = content
    else
      this.#work.begin(
        demand,
        (what) => this.#note(what),
        (error) => this.connection.abort(error),
      )
  }

  #drain(tell: (event: FlowEvent) => void = () => {}): void {
    for (let output = this.connection.nextOutput(); output; output = this.connection.nextOutput()) {
      this.#record(output)
      if (output.type === 'SendBytes') {
        this.#unwritten.push(output.bytes)
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

  /** Hands content to the connection, as much as is at hand and makes one write. True when there was some. */
  #feedContent(): boolean {
    const content = this.#content
    const busy = this.#pulling || this.#writing !== undefined || this.#unwritten.length > 0 || this.#writeFailed
    if (content === undefined || busy || this.connection.state !== 'data') return false
    for (let fed = 0; fed < writeLength; ) {
      const piece = content.next()
      if (piece === undefined || piece instanceof Uint8Array) {
        this.#sendPiece(piece)
        if (piece === undefined) return true
        fed += piece.length
      } else {
        this.#pull(piece)
        return fed > 0
      }
    }
    return true
  }

  #sendPiece(piece: Uint8Array | undefined): void {
    // It may have ended while the piece was on its way. That is for good, so no piece gets into another message.
    if (this.connection.state !== 'data') return
    if (piece !== undefined) {
      this.connection.sendBody(piece)
    } else {
      this.connection.endBody()
      this.#content = undefined
    }
  }

  #pull(piece: Promise<Uint8Array | undefined>): void {
    this.#pulling = true
    const pulled = (then: () => void) => {
      this.#note(() => {
        this.#pulling = false
        then()
      })
    }
    piece.then(
      (bytes) => pulled(() => this.#sendPiece(bytes)),
      // Half a message can't be taken back, so the connection goes with it.
      (error) => pulled(() => this.connection.abort(error)),
    )
  }

  #read(): void {
    if (this.#reading || this.#readEnded || this.#upgrading || this.#closed !== undefined) return
    this.#reading = true
    const settled = (end: boolean, then: () => void) => {
      this.#note(() => {
        this.#reading = false
        this.#readEnded = end
        then()
      })
    }
    this.#transport.read().then(
      (bytes) => {
        if (bytes === null) settled(true, () => this.connection.receiveEof())
        else settled(false, () => this.connection.receiveBytes(bytes))
      },
      (error) => settled(true, () => this.connection.receiveEof(error)),
    )
  }

  #write(): void {
    if (this.#writing !== undefined || this.#unwritten.length === 0) return
    const pieces = merged(this.#unwritten)
    this.#unwritten = []
    if (this.#writeFailed || this.#closed !== undefined) return
    this.#writing = this.#writeAll(pieces)
    this.#writing.then(() => this.#note(() => (this.#writing = undefined)))
  }

  async #writeAll(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      for (const piece of pieces) await this.#transport.write(piece)
    } catch {
      // What the server said before it hung up is still to be read; the reading side tells of the end.
      this.#writeFailed = true
    }
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
      const info = await this.#transport.startTls(tls)
      upgraded(() => this.connection.tlsEstablished(withClientCertificate(info, tls)))
    } catch (error) {
      const detail = error instanceof Error ? escapeForDisplay(error.message) : 'the transport gives no reason'
      const failure = error instanceof SmtpError ? error : new TlsFailedError(`TLS failed: ${detail}`, { cause: error })
      upgraded(() => this.connection.abort(failure))
    }
  }

  #closeTransport(): Promise<void> {
    this.#closed ??= (async () => {
      try {
        await this.#transport.close()
      } catch {
        // It is closed all the same as far as anybody can tell.
      }
    })()
    return this.#closed
  }

  #note(what: () => void): void {
    this.#inbox.push(what)
    if (this.#running) this.#wake?.()
    else this.#takeInbox()
  }

  #takeInbox(): void {
    for (const take of this.#inbox.splice(0)) take()
    if (this.#running) return
    this.#drain()
    this.#write()
  }

  async #wait(): Promise<void> {
    if (this.#inbox.length === 0) {
      this.#arm()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    this.#takeInbox()
  }

  /** Keeps the timer in step with the connection. While the message's source is what is waited for, none runs. */
  #arm(): void {
    const { timeout } = this.connection
    const ours = timeout?.phase === 'content' && this.#writing === undefined && !this.#writeFailed
    const wanted = ours ? undefined : timeout
    if (wanted === this.#armed) return
    this.#disarm()
    this.#armed = wanted
    if (wanted === undefined) return
    this.#timer = setTimeout(() => {
      this.#note(() => {
        if (this.connection.timeout === wanted) this.connection.handleTimeout()
      })
    }, wanted.milliseconds)
  }

  #disarm(): void {
    if (this.#armed !== undefined) clearTimeout(this.#timer)
    this.#armed = undefined
  }

  #record(output: Output): void {
    const { onTranscript } = this.#options
    if (onTranscript === undefined) return
    try {
      for (const entry of transcriptOf(output)) Promise.resolve(onTranscript(entry)).catch(() => {})
    } catch {
      // A log that fails must not cost the truth about a delivery.
    }
  }
}
