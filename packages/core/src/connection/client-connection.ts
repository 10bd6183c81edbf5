import {
  AbortedError,
  InvalidArgumentError,
  LocalProtocolError,
  NotSupportedError,
  SmtpError,
  TimeoutError,
} from '../errors/index.ts'
import { type Capabilities, type Command, encodeChunkLine, encodeCommand, type Verb } from '../wire/index.ts'
import { Answering } from './answering.ts'
import type { ClientConnectionOptions } from './client-connection-options.ts'
import { ContentInHand } from './content-in-hand.ts'
import { Course } from './course.ts'
import { Departures } from './departures.ts'
import { type Dialect, lmtp, smtp } from './dialect.ts'
import { ExchangeQueue } from './exchange-queue.ts'
import { Incoming } from './incoming.ts'
import { illegality, type Standing } from './legality.ts'
import { completeLimits } from './limits.ts'
import { Outgoing } from './outgoing.ts'
import type { Output } from './output.ts'
import { SessionFacts } from './session-facts.ts'
import type { State } from './state-table.ts'
import { completeTimeouts, type Timeout } from './timeouts.ts'
import type { TlsInfo } from './tls-info.ts'
import { TransactionRecord } from './transaction-record.ts'

/**
 * The client's side of one SMTP or LMTP connection, without I/O: bytes go in by `receiveBytes`, commands by
 * `send`, and what is to be done and what has happened comes out of `nextOutput`, in one order. No clock, no
 * randomness, no promise; the same inputs give the same outputs, however the bytes are split.
 *
 * Drain `nextOutput` until it gives `undefined` after any input. The greeting is awaited from the start.
 */
export class ClientConnection {
  readonly dialect: Dialect
  readonly #incoming: Incoming
  readonly #queue = new ExchangeQueue()
  readonly #facts: SessionFacts
  readonly #transaction = new TransactionRecord()
  readonly #content: ContentInHand
  readonly #departures: Departures
  readonly #course: Course
  #lastId = 0

  /** @throws {InvalidArgumentError} when a limit or timeout is unknown or out of range */
  constructor(options: ClientConnectionOptions = {}) {
    this.dialect = options.protocol === 'lmtp' ? lmtp : smtp
    const limits = completeLimits(options.limits)
    this.#facts = new SessionFacts(options.secure ?? false, options.tls)
    const outgoing = new Outgoing()
    const queue = this.#queue
    const content = new ContentInHand(queue, outgoing)
    this.#content = content
    const facts = this.#facts
    const transaction = this.#transaction
    const answering = new Answering({ dialect: this.dialect, limits, queue, facts, transaction, content })
    this.#departures = new Departures({ queue, outgoing, content, answering, facts })
    const incoming = new Incoming(limits)
    this.#incoming = incoming
    queue.awaitGreeting()
    this.#course = new Course({ incoming, queue, content, answering, timeouts: completeTimeouts(options.timeouts) })
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
    return this.#course.timeout
  }

  /** Octets received that are not yet part of a reply that was told. */
  get bufferedBytes(): number {
    return this.#incoming.bufferedBytes
  }

  /** Exchanges whose reply is still due: commands sent or queued, content, and at first the greeting. */
  get pendingCommands(): number {
    return this.#queue.pending
  }

  /** How many MAIL commands were queued since the connection was made, which the server may limit (RFC 9422). */
  get mailCommands(): number {
    return this.#transaction.mailCommands
  }

  /**
   * Whether `sendBody` and `endBody` are legal now: from `BodyRequested` until `endBody`, or until a chunk is refused.
   * Without PIPELINING not while a chunk waits for its reply.
   */
  get bodyOpen(): boolean {
    return this.#content.open
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
    const refusal = this.#illegality(command.verb)
    if (refusal !== undefined) throw refusal()
    const { verb } = command
    if (verb === 'BDAT' && command.size !== undefined) encodeChunkLine(command.size, true)
    const encoded = verb === 'BDAT' ? undefined : encodeCommand(command)
    const opens = verb === 'BDAT' ? command : undefined
    const { recipient, prdr } = this.#transaction.queue(command, this.#facts.capabilities)
    const id = this.#lastId + 1
    this.#lastId = id
    this.#queue.add({ id, name: verb, encoded, opens, recipient, prdr })
    return id
  }

  /**
   * Sends a piece of content; legal after `BodyRequested`. Line endings are normalised, and for DATA dots stuffed, here,
   * so pass the message as it is, in pieces of any size. The bytes may go out uncopied, and with BDAT later than this
   * call: don't change them after.
   *
   * @throws {LocalProtocolError} when no content is requested, or it is more than its BDAT announced; `abort` then,
   * since half a message can't be taken back
   */
  sendBody(bytes: Uint8Array): void {
    requireBytes(bytes)
    this.#content.add(bytes)
  }

  /**
   * Lets the server fetch a piece of content itself, from a URL that it may use (RFC 4468); legal amid content that goes
   * by BDAT without a size.
   *
   * @throws {LocalProtocolError} when it is not legal now, {@link NotSupportedError} when the server does not offer BURL,
   * {@link InvalidArgumentError} when the URL is malformed
   */
  sendBodyUrl(url: string): void {
    if (this.bodyOpen && !this.capabilities.has('BURL')) {
      throw new NotSupportedError('BURL', 'the server does not offer BURL')
    }
    this.#content.addUrl(url)
  }

  /**
   * Ends the content. Commands may be queued behind it at once.
   *
   * @throws {LocalProtocolError} when no content is requested, or it is less than its BDAT announced; as for `sendBody`
   */
  endBody(): void {
    this.#content.end()
  }

  /** Whether `abandonBody` is legal now. */
  get bodyAbandonable(): boolean {
    return this.#content.abandonable
  }

  /**
   * Gives up content that goes by BDAT, without a size, before its last chunk: the server has taken nothing then, and
   * RSET is due (RFC 3030 §2). Any other content can only be given up with the connection, by `abort`.
   *
   * @throws {LocalProtocolError} when it is not legal now
   */
  abandonBody(): void {
    this.#content.abandon()
    this.#course.arm()
  }

  /**
   * Takes bytes from the server; they are copied and read later, by `nextOutput`. Ignored once the connection has
   * ended.
   *
   * @throws {LocalProtocolError} between `StartTlsRequested` and `tlsEstablished`, and after `receiveEof`
   */
  receiveBytes(bytes: Uint8Array): void {
    requireBytes(bytes)
    if (this.#course.ended || bytes.length === 0) return
    if (this.#course.tlsRequested) this.#refuse('receiveBytes', 'TLS is being established: nothing may be read before')
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
    const course = this.#course
    if (course.ended) return
    if (!course.tlsRequested) this.#refuse('tlsEstablished', 'no StartTlsRequested came before')
    course.tlsRequested = false
    this.#facts.establishTls(info)
    this.#queue.move('greeted')
    course.outputs.push({ type: 'CapabilitiesChanged', capabilities: this.capabilities })
    course.arm()
  }

  /**
   * The armed timeout has run out.
   *
   * @throws {LocalProtocolError} when none is armed
   */
  handleTimeout(): void {
    if (this.timeout === undefined) this.#refuse('handleTimeout', 'no timeout is armed')
    this.#course.fail(new TimeoutError(this.timeout.phase, this.timeout.milliseconds))
  }

  /**
   * Gives the connection up at once. Ignored once it has ended. An `SmtpError`, such as that of a failed handshake,
   * is what `Failed` then carries; anything else is the `cause` of an {@link AbortedError}.
   */
  abort(cause?: unknown): void {
    if (this.state === 'closing') this.#course.close()
    else this.#course.fail(cause instanceof SmtpError ? cause : new AbortedError({ cause }))
  }

  /** What is to be done or has happened next, or `undefined` until there is more input. */
  nextOutput(): Output | undefined {
    const { outputs } = this.#course
    if (outputs.length === 0) this.#flush()
    if (outputs.length === 0) this.#course.advance()
    const output = outputs.shift()
    if (output?.type === 'Closed') this.#queue.move('closed')
    if (output?.type === 'Failed') this.#queue.move('failed')
    return output
  }

  #flush(): void {
    const pastTheEnd = this.#incoming.end !== undefined && !this.#incoming.unread
    if (this.#course.ended || pastTheEnd) return
    const awaitedBefore = this.#queue.awaited
    const anyLeft = this.#departures.leave(this.#course.outputs)
    if (anyLeft && awaitedBefore === undefined) this.#course.arm()
  }

  #illegality(verb: Verb): (() => SmtpError) | undefined {
    const { expected, pending } = this.#queue
    const { secure, authenticated, capabilities } = this.#facts
    const standing: Standing = {
      ended: this.#course.ended,
      dialect: this.dialect,
      expected,
      pendingCommands: pending,
      secure,
      authenticated,
      capabilities,
    }
    return illegality(verb, standing) ?? this.#transaction.illegality(verb, expected)
  }

  #refuse(input: string, why: string): never {
    throw new LocalProtocolError(`${input}: ${why}`, { state: this.state, command: input })
  }
}

/** Callers without the compiler's help: a text would go out without its dots stuffed. */
function requireBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw new InvalidArgumentError('bytes', 'must be a Uint8Array')
}
