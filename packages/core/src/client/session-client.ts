import type { ClientConnection, TlsInfo } from '../connection/index.ts'
import { AbortedError, LocalProtocolError, NotConnectedError } from '../errors/index.ts'
import { establish, type Flow, type OpeningOptions, quit, reset } from '../session/index.ts'
import { Capabilities, type Reply } from '../wire/index.ts'
import { type CallOptions, signalOf } from './call-options.ts'
import type { RunOptions } from './pump.ts'
import type { OpenSession, Session } from './session.ts'
import { unlessAborted } from './unless-aborted.ts'
import { untilEither } from './until-either.ts'

/** A client's session, from its greeting to its end, and the queue of calls on it. */
export class SessionClient {
  #session: Session
  #established: boolean
  readonly #reopen: OpenSession | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** What `close` must end besides the connection: what else would connect again. */
  #closing = new AbortController()
  /** The connection on which the caller has done by hand what another one would be without, such as TLS. */
  #madeByHand: ClientConnection | undefined
  /** A delivery may have left a refused transaction open, for the next one's RSET to ride in its flight. */
  protected abandoned = false

  /**
   * Most callers want `connect` or `over` of a subclass.
   *
   * @param reopen makes the session that `reconnect` asks for
   */
  constructor(session: Session, reopen?: OpenSession) {
    this.#session = session
    this.#established = session.established
    this.#reopen = reopen
  }

  /** The server's first words, its 220. */
  get greeting(): Reply {
    return this.#session.greeting
  }

  /** Whether the session is still open, as far as the last call could tell. */
  get connected(): boolean {
    return !['closing', 'closed', 'failed'].includes(this.connection.state)
  }

  /** What the server offers; nothing before EHLO, after `startTls`, and once the session has ended. */
  get capabilities(): Capabilities {
    return this.connected ? this.connection.capabilities : Capabilities.none
  }

  /** What is known of the TLS connection; `undefined` where there is none. */
  get tls(): TlsInfo | undefined {
    return this.#session.pump.tls
  }

  /** Whether TLS stands. */
  get secure(): boolean {
    return this.connection.secure
  }

  /** Whether the session is authenticated; not once it has ended. */
  get authenticated(): boolean {
    return this.connected && this.connection.authenticated
  }

  /**
   * Ends the session with QUIT and closes the connection. That the server hangs up instead of answering is no error.
   *
   * @returns the server's answer, whatever it is, if it gave one
   * @throws {NotConnectedError} when the session has ended before; {@link AbortedError} when the signal is aborted
   * before it begins
   */
  async quit(options: CallOptions = {}): Promise<Reply | undefined> {
    const signal = signalOf(options)
    return await this.queue(signal, async (run) => {
      this.requireConnected()
      const reply = await run(quit)
      await this.#session.pump.close()
      return reply
    })
  }

  /** Closes the connection at once, without a word. What is under way ends, and reports so; connecting again too. */
  async close(): Promise<void> {
    const closed = this.#session.pump.close()
    const closing = this.#closing
    this.#closing = new AbortController()
    closing.abort()
    await closed
  }

  /**
   * Connects again to where it was connected, and opens a session as it did then. Nothing of the old session is kept;
   * where it is still open, it is closed without a word. `close` ends the attempt.
   *
   * @throws {LocalProtocolError} when the client was made over a transport of the caller's; else what `connect` throws
   */
  async reconnect(options: CallOptions = {}): Promise<void> {
    const signal = signalOf(options)
    if (!this.canReconnect) {
      throw new LocalProtocolError('a client over a transport of your own can not reconnect; make a new one')
    }
    await this.untilClosed(signal, (until) => this.#queue(until, () => this.#reopened(until)))
  }

  /** QUIT where the session is still open, behind the calls that are under way, then close, whatever happens. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.connected) await this.quit().catch(() => {})
    await this.close()
  }

  /** Whether the client knows how to connect again. */
  protected get canReconnect(): boolean {
    return this.#reopen !== undefined
  }

  /** Whether another connection would be opened as this one stands, without the caller's help. */
  protected get canRenew(): boolean {
    return this.canReconnect && this.#madeByHand !== this.connection
  }

  protected get connection(): ClientConnection {
    return this.#session.pump.connection
  }

  protected get session(): Session {
    return this.#session
  }

  /**
   * Runs flows, when the calls before this one have ended.
   *
   * @throws {NotConnectedError} when the session has ended by then; {@link AbortedError} when the signal is aborted
   * before it begins
   */
  protected call<Result>(signal: AbortSignal | undefined, work: (run: Run) => Promise<Result>): Promise<Result> {
    return this.queue(signal, async (run) => {
      this.requireConnected()
      if (this.abandoned && ['mail', 'rcpt', 'resetDue'].includes(this.connection.state)) await run(reset)
      this.abandoned = false
      return await work(run)
    })
  }

  /** As `call`, whether the session stands or not, and with a transaction that a delivery has left open. */
  protected queue<Result>(signal: AbortSignal | undefined, work: (run: Run) => Promise<Result>): Promise<Result> {
    return this.#queue(signal, () =>
      work(async (flow, more) => {
        // It may have ended since the call began, and a flow would take that for a mistake of the caller's.
        this.requireConnected()
        const { pump } = this.#session
        return pump.run(flow(pump.connection), more === undefined ? { signal } : { signal, ...more })
      }),
    )
  }

  /** Whether nothing is left of opening the session. */
  protected get established(): boolean {
    return this.#established && this.connection.state !== 'greeted'
  }

  /** Does what is left of opening the session: all that was asked for on connecting, but for credentials `without`. */
  protected async establish(run: Run, without?: 'credentials'): Promise<void> {
    if (this.established) return
    const { credentials, ...others } = this.#session.opening
    const opening: OpeningOptions =
      credentials === undefined || without !== undefined ? others : { ...others, credentials }
    await run((connection) => establish(connection, opening))
    this.#established = credentials === undefined || without === undefined
  }

  /** Notes that the caller has done what connecting again would not do: it must not be lost unasked. */
  protected noteByHand(): void {
    this.#madeByHand = this.connection
  }

  /**
   * Goes on with another connection, within a call; with QUIT on the old one where that is of use. `until` is that of
   * `untilClosed`.
   */
  protected async renew(until: AbortSignal, { inDoubt }: { readonly inDoubt: boolean }): Promise<void> {
    const { pump } = this.#session
    if (!inDoubt && pump.connection.can('QUIT')) await pump.run(quit(pump.connection), { signal: until })
    await this.#reopened(until)
  }

  /** Does something that the signal ends, and `close` too, in between connections as well. */
  protected untilClosed<Result>(
    signal: AbortSignal | undefined,
    work: (until: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const closing = this.#closing.signal
    return signal === undefined ? work(closing) : untilEither(signal, closing, work)
  }

  /** @throws {NotConnectedError} */
  protected requireConnected(): void {
    if (!this.connected) throw new NotConnectedError({ cause: this.#session.pump.failure })
  }

  async #reopened(until: AbortSignal): Promise<void> {
    await this.#session.pump.close()
    const session = await (this.#reopen as OpenSession)(until)
    this.#session = session
    this.#established = session.established
    if (!until.aborted) return
    await session.pump.close()
    throw new AbortedError({ cause: until.reason })
  }

  /** Runs a call when those before it have ended, unless its signal is aborted first. */
  #queue<Result>(signal: AbortSignal | undefined, call: () => Promise<Result>): Promise<Result> {
    const before = this.#last
    const result = signal === undefined ? before.then(call) : unlessAborted(signal, before).then(call)
    // Without its value, or each call would hold on to the results of all before it.
    const settled = result.then(nothing, nothing)
    this.#last = signal === undefined ? settled : settled.then(() => before)
    return result
  }
}

const nothing = () => {}

/** Runs one flow on the session's connection. */
export type Run = <Result>(
  flow: (connection: ClientConnection) => Flow<Result>,
  options?: RunOptions,
) => Promise<Result>
