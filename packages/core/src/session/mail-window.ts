import type { ClientConnection, ContentFate } from '../connection/index.ts'
import { AbortedError, RemoteProtocolError, SmtpError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import { announcement } from './announcement.ts'
import type { Demand } from './demand.ts'
import { mayGoEagerly } from './eager-mail.ts'
import { Flight } from './flight.ts'
import type { FlowEvent } from './flow.ts'
import { fateOf, type InFlight } from './in-flight.ts'
import type { MailBacklog } from './mail-backlog.ts'
import { MailTransaction } from './mail-transaction.ts'
import { envelopeFor, type PendingMail, type Repetition } from './pending-mail.ts'
import { noteRecipients, recipientDomains } from './recipient-domains.ts'
import { RideProbe } from './ride-probe.ts'
import type { ServerTraits } from './server-traits.ts'
import { sizeInChunks } from './size-in-chunks.ts'
import { resultOf } from './transaction.ts'

/**
 * How far round trips are saved:
 * - `transaction`: the commands of one transaction leave together
 * - `auto`: and the next envelope rides behind content (RFC 2920 §3.1), once the server has shown that it takes it
 * - `eager`: and whole messages are sent by BDAT, recipients not yet known to be accepted. A server that executes the
 *   content of a BDAT that it refuses as commands (against RFC 3030 §2) is found out by its reply to RSET, and what is in
 *   flight is `unknown` then; unless the first line of that content is a command that it answers 2xx, which nobody can tell
 *   from the reply to RSET
 */
export type Pipelining = 'transaction' | 'auto' | 'eager'

export interface MailWindowOptions {
  readonly pipelining: Pipelining
  /** With `eager`: how many messages, and octets of them, may be in flight together; one message always may. */
  readonly window: { readonly messages: number; readonly octets: number }
  /** What is known of the server; what is learned is noted there. */
  readonly traits: ServerTraits
  /** The client's own name, where EHLO must be said again. */
  readonly clientName: string
  /** Whether there can be another connection. Where not, `auto` tries nothing that may cost this one. */
  readonly mayReconnect: boolean
}

/** The transactions in flight on one connection, and what may follow them when. */
export class MailWindow {
  readonly #connection: ClientConnection
  readonly #backlog: MailBacklog
  readonly #options: MailWindowOptions
  readonly #flight = new Flight()
  /** Whose content was asked for last. */
  #sending: InFlight | undefined
  readonly #probe: RideProbe
  /** EHLO is to be said before the next MAIL; a number is that of the EHLO under way. */
  #helloDue: boolean | number = false
  /** What comes next has recipients in more domains than the connection may have. */
  #full = false
  /** An envelope has ridden behind content, and every command of it was answered. */
  #tookEnvelope = false
  /** A chunk was refused, and nothing is known to have been answered since. */
  #resetDue = false
  #serverClosing = false
  #unfit = false
  #closedEarly = false

  constructor(connection: ClientConnection, backlog: MailBacklog, options: MailWindowOptions) {
    this.#connection = connection
    this.#backlog = backlog
    this.#options = options
    this.#probe = new RideProbe(connection, options.traits)
  }

  /** Whether nothing is in flight. */
  get idle(): boolean {
    return this.#flight.length === 0 && !this.#probe.pending
  }

  /** Whether the connection has ended because of what rode on it. What was not sent may go over another one. */
  get unfit(): boolean {
    return this.#unfit
  }

  /** Whether the connection was closed because content was refused before its end, so that nothing could follow it. */
  get closedEarly(): boolean {
    return this.#closedEarly
  }

  /** Whether nothing more can be sent on this connection; with `limit` there is more to send. */
  get reconnect(): 'inDoubt' | 'limit' | undefined {
    if (!this.idle) return undefined
    if (this.#probe.inDoubt) return 'inDoubt'
    return this.#full || (this.#backlog.next !== undefined && this.#usedUp) ? 'limit' : undefined
  }

  /** Begins what may be begun. */
  fill(): void {
    this.#full = false
    for (let next = this.#backlog.next; next !== undefined && this.#mayBegin(next); next = this.#backlog.next) {
      if (!this.#begin(next)) return
    }
  }

  /** What is to be done first, while the next event is waited for. */
  demand(): Demand {
    const sending = this.#sending
    if (sending?.transaction.contentAsked) {
      sending.transaction.contentBegun()
      return { type: 'sendContent', content: sending.pending.mail.content }
    }
    const wait = this.#flight.length === 0 ? this.#probe.demand() : undefined
    if (wait !== undefined) return wait
    const { open, next } = this.#backlog
    return open && next === undefined ? this.#backlog.demand() : 'nextEvent'
  }

  receive(event: FlowEvent): void {
    if (event.type === 'MailTaken') this.#backlog.add(event.mail)
    if (event.type === 'ReplyReceived') this.#resetDue = this.#connection.state === 'resetDue'
    this.#probe.receive(event)
    this.#pass(event)
    this.#receiveHello(event)
    if (event.type === 'ContentSent') this.#beginProbe()
    if (event.type === 'ServerClosing') this.#closing(event.reply, event.delivery)
    else if (event.type === 'Failed') this.#ended(event.delivery, event.error)
    else if (event.type === 'Closed') this.#ended('notSent', undefined)
    else this.#finish()
  }

  /** To the transaction that it concerns. */
  #pass(event: FlowEvent): void {
    const concerned = 'id' in event ? this.#flight.ownerOf(event.id) : this.#sending
    concerned?.transaction.receive(event)
    // Content is asked for when all before it was handed over, so that it is of one transaction at a time.
    if (event.type === 'BodyRequested') this.#sending = concerned
  }

  get #last(): InFlight | undefined {
    return this.#flight.last
  }

  /** Whether the connection has had as many transactions as the server takes (RFC 9422 §4.1). */
  get #usedUp(): boolean {
    const { mailMax = Number.POSITIVE_INFINITY } = this.#connection.capabilities.limits
    return this.#connection.mailCommands >= mailMax
  }

  #mayBegin(next: PendingMail): boolean {
    // Not while content is being sent, nor on a connection that is ending.
    if (!this.#connection.can('RSET')) return false
    if (typeof this.#helloDue === 'number' || this.#usedUp) return false
    if (this.#probe.pending || this.#probe.inDoubt) return false
    return this.#last === undefined || this.#mayRide(next, this.#last)
  }

  #mayRide(next: PendingMail, last: InFlight): boolean {
    const { pipelining, traits } = this.#options
    if (this.#helloDue || !last.transaction.takesRiders) return false
    if (pipelining === 'transaction' || !traits.ridesBehindContent) return false
    // Behind BDAT it is RSET that rides first.
    if (last.announced.content === 'BDAT' && traits.forgetsHelloOnReset) return false
    return last.eager && this.#isEager(next) ? this.#fits(next) : this.#flight.length === 1
  }

  #fits({ mail }: PendingMail): boolean {
    const { messages, octets } = this.#options.window
    return this.#flight.length < messages && this.#flight.octets + (mail.envelope.size as number) <= octets
  }

  #isEager(pending: PendingMail): boolean {
    const { pipelining, traits } = this.#options
    return pipelining === 'eager' && !pending.repeated() && mayGoEagerly(pending.mail, this.#connection, traits)
  }

  /** False where something must come first. */
  #begin(pending: PendingMail): boolean {
    const { traits, clientName } = this.#options
    const connection = this.#connection
    if (this.#helloDue || (traits.forgetsHelloOnReset && !connection.can('MAIL'))) {
      // EHLO forgets an open transaction as RSET does (RFC 5321 §4.1.4).
      this.#helloDue = connection.send({ verb: connection.dialect.hello, domain: clientName })
      return false
    }
    try {
      const { envelope } = pending.mail
      const part = pending.nextPart(connection.capabilities.limits, recipientDomains(connection))
      this.#full = part.length === 0
      if (this.#full) return false
      const partial = envelopeFor(envelope, part)
      const announced = announcement(partial, connection)
      const rides = this.#last !== undefined
      // Nor before it is known that RSET has cleared what was open, or that a refused chunk was discarded.
      const eager = this.#isEager(pending) && (rides || connection.can('MAIL'))
      // RFC 3030 §2: where a failed BDAT leaves a transaction is open until RSET. And there are servers that take no MAIL
      // behind content of theirs that is not answered, but RSET and MAIL.
      const reset = !connection.can('MAIL') || this.#probe.hasReset || (rides && !traits.forgetsHelloOnReset)
      const start = { reset, rides, eager, size: sizeInChunks(envelope, announced) }
      const transaction = new MailTransaction(connection, announced, start)
      noteRecipients(connection, partial.to)
      pending.begin(part)
      const octets = envelope.size ?? 0
      this.#flight.add({ pending, part, announced, transaction, eager, octets })
    } catch (error) {
      // What is wrong with one message is nothing to its neighbours.
      if (!(error instanceof SmtpError)) throw error
      pending.refuse(error)
    }
    return true
  }

  /** Takes out what is done, in order. */
  #finish(): void {
    for (let first = this.#flight.first; first !== undefined; first = this.#flight.first) {
      const { done, ride, ridRefused } = first.transaction
      if (ride === 'answered' && !ridRefused) this.#tookEnvelope = true
      if (!done || this.#connection.state === 'closing') return
      this.#flight.takeFirst()
      this.#settle(first)
    }
  }

  #settle(done: InFlight): void {
    const { pending, part, announced, transaction } = done
    const again = this.#repetitionOf(done)
    this.#helloDue ||= again === 'hello'
    if (again !== undefined) this.#backlog.takeBack(pending, part, again)
    else pending.settle(part, resultOf(transaction, announced.dropped, transaction.failure))
  }

  /** Why it is to be sent again: the server was not ready for it, and once it may be. */
  #repetitionOf({ pending, transaction }: InFlight): Repetition | undefined {
    const { traits } = this.#options
    if (transaction.mailOutOfOrder && pending.repeated('hello')) traits.forgetsHelloOnReset = false
    if (transaction.helloForgotten && traits.forgetsHelloOnReset !== false) {
      traits.forgetsHelloOnReset = true
      return 'hello'
    }
    if (!transaction.ridRefused || pending.repeated('ride')) return undefined
    traits.ridesBehindContent = false
    return 'ride'
  }

  #closing(reply: Reply, delivery: ContentFate): void {
    this.#serverClosing = true
    for (const [i, { transaction }] of this.#flight.entries()) {
      transaction.closing(reply, fateOf(transaction, i, delivery))
    }
  }

  #ended(delivery: ContentFate, error: SmtpError | undefined): void {
    this.#closedEarly = error === undefined && !this.#serverClosing
    this.#unfit = !(error instanceof AbortedError) && this.#isUnfit(error)
    for (const [i, each] of this.#flight.takeAll().entries()) {
      const { pending, part, announced, transaction } = each
      const fate = fateOf(transaction, i, delivery)
      const lost = this.#unfit && !pending.repeated('ride') ? 'ride' : this.#repetitionOf(each)
      transaction.ended(fate)
      if (fate === 'notSent' && lost !== undefined) this.#backlog.takeBack(pending, part, lost)
      else pending.settle(part, resultOf(transaction, announced.dropped, error))
    }
  }

  /** Whether the end came of what was sent too early for this server. */
  #isUnfit(error: SmtpError | undefined): boolean {
    const { traits } = this.#options
    const first = this.#flight.first?.transaction
    // Replies that nothing asked for, behind a chunk that was refused: to the lines of its content.
    const executed = this.#resetDue && error instanceof RemoteProtocolError
    if (executed) traits.executesRefusedChunks = true
    if (first === undefined) return executed || this.#probe.failed
    const hungUp = first.ride === 'refused' || (first.ride === 'unanswered' && !this.#tookEnvelope)
    const rideLost = first.ride !== undefined && (first.threadLost || (hungUp && !this.#serverClosing))
    if (rideLost) traits.ridesBehindContent = false
    return executed || rideLost
  }

  #receiveHello(event: FlowEvent): void {
    if (event.type !== 'ReplyReceived' || event.id !== this.#helloDue) return
    this.#helloDue = false
    if (event.reply.severity === 2) return
    if (!this.#resetDue) {
      this.#options.traits.forgetsHelloOnReset = false
      return
    }
    // It was accepted before: what was answered may be a line of the content that was refused.
    this.#connection.abort(
      new RemoteProtocolError('UNEXPECTED_REPLY', 'the server refused EHLO behind a refused chunk'),
    )
  }

  /** With the first content behind which more may follow. */
  #beginProbe(): void {
    const { pipelining, traits, mayReconnect } = this.#options
    const wanted = pipelining === 'eager' || (pipelining === 'auto' && mayReconnect)
    if (!wanted || traits.ridesBehindContent !== undefined || this.#probe.pending) return
    if (!this.#connection.capabilities.has('PIPELINING') || !this.#last?.transaction.takesRiders) return
    // RFC 4468 §3.2: nothing leaves behind what the server fetches, so that nothing is found out there.
    if (this.#last.pending.mail.envelope.byUrl) return
    if (this.#backlog.next !== undefined || !this.#backlog.ended) this.#probe.begin({ reset: pipelining === 'eager' })
  }
}
