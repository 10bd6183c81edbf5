import {
  AbortedError,
  InvalidArgumentError,
  LocalProtocolError,
  RemoteProtocolError,
  SmtpError,
  TimeoutError,
  UnexpectedEofError,
} from '../errors/index.ts'
import { type Capabilities, type Command, encodeCommand, type Reply, type Verb } from '../wire/index.ts'
import { Answering } from './answering.ts'
import { type Dialect, lmtp, smtp } from './dialect.ts'
import { ExchangeQueue } from './exchange-queue.ts'
import { Incoming } from './incoming.ts'
import { illegality } from './legality.ts'
import { completeLimits, type Limits } from './limits.ts'
import { Outgoing } from './outgoing.ts'
import type { ContentFate, Output } from './output.ts'
import { SessionFacts } from './session-facts.ts'
import type { State } from './state-table.ts'
import { completeTimeouts, type Timeout, type Timeouts } from './timeouts.ts'
import type { TlsInfo } from './tls-info.ts'
import { type OpenContent, TransactionRecord } from './transaction-record.ts'

export interface ClientConnectionOptions {
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
  /** Whether TLS stands already, as with implicit TLS. Default false. */
  readonly secure?: boolean
  /** What is known of the TLS that stands already. */
  readonly tls?: TlsInfo | undefined
  readonly limits?: Partial<Limits>
  readonly timeouts?: Partial<Timeouts>
}

/**
 * The client's side of one SMTP or LMTP connection, without I/O: bytes go in by `receiveBytes`, commands by
 * `send`, and what is to be done and what has happened comes out of `nextOutput`, in one order. No clock, no
 * randomness, no promise; the same inputs give the same outputs, however the bytes are split.
 *
 * Drain `nextOutput` until it gives `undefined` after any input. The greeting is awaited from the start.
 */
export class ClientConnection {
  readonly dialect: Dialect
  readonly #timeouts: Timeouts
  readonly #incoming: Incoming
  readonly #outgoing = new Outgoing()
  readonly #queue = new ExchangeQueue()
  readonly #facts: SessionFacts
  readonly #transaction = new TransactionRecord()
  readonly #answering: Answering
  readonly #outputs: Output[] = []
  #lastId = 0
  #tlsRequested = false
  #timeout: Timeout | undefined
  #ended = false

  /** @throws {InvalidArgumentError} when a limit or timeout is unknown or out of range */
  constructor(options: ClientConnectionOptions = {}) {
    this.dialect = options.protocol === 'lmtp' ? lmtp : smtp
    const limits = completeLimits(options.limits)
    this.#facts = new SessionFacts(options.secure ?? false, options.tls)
    this.#answering = new Answering(this.dialect, limits, this.#queue, this.#facts, this.#transaction)
    this.#timeouts = completeTimeouts(options.timeouts)
    this.#incoming = new Incoming(limits)
    this.#queue.addSent({ id: 0, name: 'GREETING' })
    this.#arm()
  }

  /** Where the session stands, as far as the caller has been told. */
  get state(): State {
    return this.#queue.settled
  }

  /** What the server offers, from its last EHLO or LHLO reply. */
  get capabilities(): Capabilities {
    return this.#facts.capabilities
  }

  /** Whether TLS stands. */
  get secure(): boolean {
    return this.#facts.secure
  }

  /** What `tlsEstablished` was told, or was known from the start. */
  get tls(): TlsInfo | undefined {
    return this.#facts.tls
  }

  get authenticated(): boolean {
    return this.#facts.authenticated
  }

  /** The timeout to arm, or `undefined`. A new object each time that it must be armed afresh. */
  get timeout(): Timeout | undefined {
    return this.#timeout
  }

  /** Octets received that are not yet part of a reply that was told. */
  get bufferedBytes(): number {
    return this.#incoming.bufferedBytes
  }

  /** Exchanges whose reply is still due: commands sent or queued, content, and at first the greeting. */
  get pendingCommands(): number {
    return this.#queue.pending
  }

  /** Whether `send` would take a well-formed command with this verb now. */
  can(verb: Verb): boolean {
    return this.#illegality(verb) === undefined
  }

  /**
   * Queues a command. It leaves as soon as RFC 2920 lets it; with PIPELINING that is together with others. It must
   * be legal on the assumption that all before it succeeds.
   *
   * @returns the id that its `ReplyReceived` will carry
   * @throws {LocalProtocolError} when it is illegal now, {@link InvalidArgumentError} when a token of it is
   * malformed, {@link NotSupportedError} when the server lacks what it needs; nothing has changed then
   */
  send(command: Command): number {
    const error = this.#illegality(command.verb)
    if (error !== undefined) throw error
    const encoded = encodeCommand(command)
    const { recipient } = this.#transaction.queue(command, this.capabilities)
    this.#lastId += 1
    const exchange = { id: this.#lastId, name: command.verb, encoded }
    this.#queue.add(recipient === undefined ? exchange : { ...exchange, recipient })
    return exchange.id
  }

  /**
   * Sends a piece of content; legal after `BodyRequested`. Line endings are normalised and dots stuffed here, so
   * pass the message as it is, in pieces of any size. The bytes may go out uncopied: don't change them after.
   *
   * @throws {LocalProtocolError} when no content is requested
   */
  sendBody(bytes: Uint8Array): void {
    requireBytes(bytes)
    this.#outgoing.addContent(this.#requireContent('sendBody').encoder.encode(bytes))
  }

  /**
   * Ends the content. Commands may be queued behind it at once.
   *
   * @throws {LocalProtocolError} when no content is requested
   */
  endBody(): void {
    const { id, encoder } = this.#requireContent('endBody')
    this.#outgoing.addContent(encoder.finish())
    this.#transaction.content = undefined
    const due = this.dialect.contentReplies === 'perRecipient' ? { recipientsDue: [...this.#transaction.accepted] } : {}
    this.#queue.move('dataSent')
    this.#queue.add({ id, name: 'CONTENT', ...due })
  }

  /**
   * Takes bytes from the server; they are copied and read later, by `nextOutput`. Ignored once the connection has
   * ended.
   *
   * @throws {LocalProtocolError} between `StartTlsRequested` and `tlsEstablished`, and after `receiveEof`
   */
  receiveBytes(bytes: Uint8Array): void {
    requireBytes(bytes)
    if (this.#ended || bytes.length === 0) return
    if (this.#tlsRequested) this.#refuse('receiveBytes', 'TLS is being established: nothing may be read before')
    if (this.#incoming.end !== undefined) this.#refuse('receiveBytes', 'the end was already received')
    this.#incoming.push(bytes)
  }

  /**
   * The server has ended the stream, or the transport has failed: then `cause` is its error. Takes effect behind
   * the bytes received before. May be called again.
   */
  receiveEof(cause?: unknown): void {
    this.#incoming.finish(cause)
  }

  /**
   * TLS stands. Everything learned before is forgotten (RFC 3207 §4.2) and EHLO is due again. Ignored once the
   * connection has ended.
   *
   * @throws {LocalProtocolError} without a `StartTlsRequested` before it
   */
  tlsEstablished(info: TlsInfo = {}): void {
    if (this.#ended) return
    if (!this.#tlsRequested) this.#refuse('tlsEstablished', 'no StartTlsRequested came before')
    this.#tlsRequested = false
    this.#facts.establishTls(info)
    this.#queue.move('greeted')
    this.#outputs.push({ type: 'CapabilitiesChanged', capabilities: this.capabilities })
    this.#arm()
  }

  /**
   * The armed timeout has run out.
   *
   * @throws {LocalProtocolError} when none is armed
   */
  handleTimeout(): void {
    if (this.#timeout === undefined) this.#refuse('handleTimeout', 'no timeout is armed')
    this.#fail(new TimeoutError(this.#timeout.phase, this.#timeout.milliseconds))
  }

  /**
   * Gives the connection up at once. Ignored once it has ended. An `SmtpError`, such as that of a failed handshake,
   * is what `Failed` then carries; anything else is the `cause` of an {@link AbortedError}.
   */
  abort(cause?: unknown): void {
    if (this.state === 'closing') this.#close()
    else this.#fail(cause instanceof SmtpError ? cause : new AbortedError({ cause }))
  }

  /** What is to be done or has happened next, or `undefined` until there is more input. */
  nextOutput(): Output | undefined {
    if (this.#outputs.length === 0) this.#flush()
    if (this.#outputs.length === 0) this.#advance()
    const output = this.#outputs.shift()
    if (output?.type === 'Closed') this.#queue.move('closed')
    if (output?.type === 'Failed') this.#queue.move('failed')
    return output
  }

  #flush(): void {
    const pastTheEnd = this.#incoming.end !== undefined && !this.#incoming.unread
    if (this.#ended || pastTheEnd) return
    const awaitedBefore = this.#queue.awaited
    const pipelining = this.capabilities.has('PIPELINING')
    for (let taken = this.#queue.take(pipelining); taken !== undefined; taken = this.#queue.take(pipelining)) {
      const { exchange, skip } = taken
      if (skip) this.#outputs.push({ type: 'CommandSkipped', id: exchange.id, exchange: exchange.name as Verb })
      else if (exchange.encoded !== undefined) this.#outgoing.addCommand(exchange.encoded)
      // RFC 2033 §4.2: a reply to content for each recipient accepted, so none at all where there is none.
      else if (exchange.recipientsDue?.length === 0) this.#queue.settle('ready')
    }
    const toSend = this.#outgoing.take()
    this.#outputs.push(...toSend)
    if (toSend.length > 0 && awaitedBefore === undefined) this.#arm()
  }

  /** Reads at most one reply, so that the state never runs ahead of what the caller has been told. */
  #advance(): void {
    if (this.#ended) return
    if (this.state === 'closing') {
      if (this.#incoming.end !== undefined) this.#close()
    } else if (this.state === 'startTls') {
      this.#advanceToTls()
    } else {
      this.#advanceByReply()
    }
  }

  #advanceToTls(): void {
    if (this.#incoming.unread) {
      // RFC 3207 §6 and the injections found since: nothing behind the 220 can have come through TLS.
      const message = 'the server sent more than its reply to STARTTLS before TLS stood'
      this.#fail(new RemoteProtocolError('BYTES_BEHIND_STARTTLS', message))
    } else if (this.#incoming.end !== undefined) {
      this.#fail(new UnexpectedEofError(this.state, this.#incoming.end))
    } else if (!this.#tlsRequested) {
      this.#tlsRequested = true
      this.#outputs.push({ type: 'StartTlsRequested' })
    }
  }

  #advanceByReply(): void {
    let reply: Reply | undefined
    try {
      reply = this.#incoming.nextReply()
    } catch (error) {
      this.#fail(error as RemoteProtocolError)
      return
    }
    if (reply !== undefined) this.#receiveReply(reply)
    else if (this.#incoming.end === undefined) return
    else if (this.#queue.awaited?.name === 'QUIT') this.#close()
    else this.#fail(new UnexpectedEofError(this.state, this.#incoming.end))
  }

  #receiveReply(reply: Reply): void {
    const { events, end } = this.#answering.receive(reply)
    this.#outputs.push(...events)
    if (end === undefined) this.#arm()
    else if (end === 'close') this.#requestClose()
    else this.#fail(end.error, end.delivery)
  }

  #requestClose(): void {
    this.#queue.clear()
    this.#queue.move('closing')
    this.#timeout = undefined
    this.#outputs.push({ type: 'CloseRequested' })
  }

  #close(): void {
    if (this.#ended) return
    if (this.state !== 'closing') this.#requestClose()
    this.#ended = true
    this.#outputs.push({ type: 'Closed' })
  }

  #fail(error: SmtpError, delivery: ContentFate = this.#queue.delivery): void {
    if (this.#ended) return
    this.#ended = true
    this.#requestClose()
    error.delivery = delivery
    this.#outputs.push({ type: 'Failed', error, delivery })
  }

  #illegality(verb: Verb): SmtpError | undefined {
    const { dialect, secure, authenticated, capabilities, pendingCommands } = this
    const { expected } = this.#queue
    return illegality(verb, {
      ended: this.#ended,
      dialect,
      expected,
      pendingCommands,
      secure,
      authenticated,
      capabilities,
    })
  }

  #requireContent(input: string): OpenContent {
    const { content } = this.#transaction
    if (content === undefined || this.state !== 'data') {
      this.#refuse(input, 'the server has not asked for content, or the content has ended')
    }
    return content
  }

  #refuse(input: string, why: string): never {
    throw new LocalProtocolError(`${input}: ${why}`, { state: this.state, command: input })
  }

  #arm(): void {
    const phase = this.#queue.phase
    this.#timeout = phase === undefined ? undefined : { phase, milliseconds: this.#timeouts[phase] }
  }
}

/** Callers without the compiler's help: a text would go out without its dots stuffed. */
function requireBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw new InvalidArgumentError('bytes', 'must be a Uint8Array')
}
