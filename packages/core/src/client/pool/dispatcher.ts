import { AbortedError, NotConnectedError, type SmtpError } from '../../errors/index.ts'
import type { ServerTraits, TransactionResult } from '../../session/index.ts'
import type { Sending } from '../delivering-client.ts'
import { reportDelivery } from '../delivery.ts'
import type { OpenSession } from '../session.ts'
import { type ConnectionOwner, PoolConnection } from './pool-connection.ts'
import { type PoolEvent, tellEvent } from './pool-event.ts'
import type { PoolSettings } from './pool-options.ts'
import type { PooledMail } from './pooled-mail.ts'
import { RateLimit } from './rate-limit.ts'
import { WaitingLine } from './waiting-line.ts'

/** Milliseconds before another connection is tried where one has failed and others stand. */
const retryDelay = 1_000

const now = () => performance.now()

/** Which connection gets which message, when one is opened, and when one is ended. */
export class Dispatcher implements ConnectionOwner {
  readonly #open: OpenSession
  readonly #how: Sending
  readonly #settings: PoolSettings
  readonly #connections = new Set<PoolConnection>()
  readonly #waiting = new WaitingLine<PooledMail>()
  /** How many messages wait or are under way. */
  #unsettled = 0
  readonly #rate: RateLimit
  readonly #traits: ServerTraits = {}
  readonly #closing = new AbortController()
  /** Ends idle connections in their time. */
  readonly #idleTimers = new Map<PoolConnection, unknown>()
  /** Looks again at what waits, for its own sake. */
  #alarm: unknown
  #mayOpenAt = 0
  #drained: (() => void)[] = []

  constructor(open: OpenSession, how: Sending, settings: PoolSettings) {
    this.#open = open
    this.#how = how
    this.#settings = settings
    this.#rate = new RateLimit(settings.rateLimit)
  }

  /** Aborted once all is to end. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  get connections(): number {
    return this.#connections.size
  }

  get idle(): number {
    return this.#count(({ stage }) => stage === 'idle' || stage === 'finishing')
  }

  /** How many messages no connection has yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  get underWay(): number {
    return this.#unsettled - this.#waiting.length
  }

  /** Sends a message when its turn comes. Never rejects; an abort in time leaves it without an attempt. */
  send(mail: PooledMail, signal: AbortSignal | undefined): Promise<TransactionResult> {
    return new Promise((resolve) => {
      const abort = () => this.#abort(mail, signal?.reason)
      mail.settle = (result) => {
        signal?.removeEventListener('abort', abort)
        resolve(result)
      }
      this.#unsettled += 1
      this.#waiting.push(mail)
      this.#tell(() => ({ type: 'MessageQueued', waiting: this.#waiting.length }))
      if (this.#closing.signal.aborted) this.#giveUp(new NotConnectedError())
      else if (signal?.aborted) abort()
      else this.#dispatch()
      signal?.addEventListener('abort', abort)
    })
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drained(): Promise<void> {
    if (this.#unsettled === 0) return
    await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  /** Ends all connections, with QUIT, once what they have is sent. */
  async quit(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#alarm)
    await Promise.all(Array.from(this.#connections, (connection) => this.#retire(connection, 'closed')))
  }

  /** Ends all at once: what is under way is reported as it stands, and what waits as not sent. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#alarm)
    this.#giveUp(new NotConnectedError())
    await Promise.all(Array.from(this.#connections, (connection) => this.#end(connection, 'closed')))
    await this.drained()
  }

  next(connection: PoolConnection): PooledMail | undefined {
    // Each that is about to ask is to find one; what was for one that is still being made goes to whoever has nothing.
    const kept = connection.asksSoon ? this.#count(({ asksSoon }) => asksSoon) - 1 : this.#count(isPromised)
    if (this.#waiting.length <= kept || this.#rate.delay(now()) > 0) return undefined
    const mail = this.#waiting.shift() as PooledMail
    this.#rate.note(now())
    mail.begun = now()
    mail.attempts += 1
    return mail
  }

  settled(mail: PooledMail, result: TransactionResult): void {
    const again = !this.#closing.signal.aborted && mail.attempts < this.#settings.maxAttempts
    if (again && mail.mayGoElsewhere(result)) {
      this.#tell(() => ({ type: 'MessageRetried', error: result.error, attempts: mail.attempts }))
      this.#waiting.unshift(mail)
      this.#dispatch()
    } else {
      this.#report(mail, result)
    }
  }

  #report(mail: PooledMail, result: TransactionResult): void {
    this.#unsettled -= 1
    this.#tell(() => {
      const begun = mail.attempts === 0 ? now() : mail.begun
      const times = { waited: begun - mail.queued, took: now() - begun }
      return { type: 'MessageSent', report: reportDelivery(mail.addresses, result), ...times, attempts: mail.attempts }
    })
    mail.settle(result)
    if (this.#unsettled === 0) for (const drained of this.#drained.splice(0)) drained()
  }

  /** Finds for what waits whoever may take it. */
  #dispatch(): void {
    if (this.#closing.signal.aborted) return
    const delay = this.#rate.delay(now())
    if (delay > 0) {
      this.#lookAgainIn(delay)
      return
    }
    // Whoever is there comes before whoever is still to be made, which may take long.
    const unclaimed = () => this.#waiting.length - this.#count(({ asksSoon }) => asksSoon)
    for (const connection of this.#connections) {
      if (unclaimed() <= 0) return
      if (connection.stage === 'idle') this.#start(connection)
    }
    while (this.#waiting.length > this.#count(isPromised) && this.#connections.size < this.#settings.maxConnections) {
      const patience = this.#mayOpenAt - now()
      if (patience > 0) {
        this.#lookAgainIn(patience)
        break
      }
      void this.#openOne()
    }
    for (const connection of this.#connections) connection.offer()
  }

  #lookAgainIn(milliseconds: number): void {
    clearTimeout(this.#alarm)
    this.#alarm = setTimeout(() => this.#dispatch(), Math.ceil(milliseconds))
  }

  async #openOne(): Promise<void> {
    const { maxMessages } = this.#settings
    const connection = new PoolConnection(this, maxMessages)
    this.#connections.add(connection)
    const begun = now()
    try {
      await connection.open(this.#open, this.#closing.signal, this.#traits, now())
    } catch (error) {
      this.#connections.delete(connection)
      this.#failedToOpen(error as SmtpError)
      return
    }
    this.#tell(() => ({ type: 'ConnectionOpened', connections: this.#connections.size, took: now() - begun }))
    this.#rested(connection)
  }

  /** As long as there are others, they do it alone. */
  #failedToOpen(error: SmtpError): void {
    this.#tell(() => ({ type: 'ConnectionFailed', connections: this.#connections.size, error }))
    if (this.#connections.size > 0) this.#mayOpenAt = now() + retryDelay
    else this.#giveUp(error)
    this.#dispatch()
  }

  #start(connection: PoolConnection): void {
    clearTimeout(this.#idleTimers.get(connection))
    if (!connection.connected) {
      void this.#end(connection, 'lost')
      return
    }
    connection.send(this.#how, this.#settings.checkAfter, now).then(() => this.#rested(connection))
  }

  /** It stands and has nothing to do, or has had all that it may, or has ended. */
  #rested(connection: PoolConnection): void {
    if (!connection.connected) void this.#end(connection, 'lost')
    else if (connection.usedUp) void this.#retire(connection, 'usedUp')
    else if (connection.stage !== 'ending') {
      const { idleTimeout } = this.#settings
      this.#idleTimers.set(
        connection,
        setTimeout(() => void this.#retire(connection, 'idle'), idleTimeout),
      )
      this.#dispatch()
    }
  }

  /** Ends it with QUIT. */
  async #retire(connection: PoolConnection, reason: Reason): Promise<void> {
    clearTimeout(this.#idleTimers.get(connection))
    await connection.quit()
    this.#forget(connection, reason)
  }

  async #end(connection: PoolConnection, reason: Reason): Promise<void> {
    clearTimeout(this.#idleTimers.get(connection))
    await connection.close()
    this.#forget(connection, reason)
  }

  #forget(connection: PoolConnection, reason: Reason): void {
    this.#idleTimers.delete(connection)
    if (!this.#connections.delete(connection)) return
    const { messages } = connection
    this.#tell(() => ({ type: 'ConnectionClosed', connections: this.#connections.size, reason, messages }))
    this.#dispatch()
  }

  /** In time it is taken out; else its connection is ended where that hurts no other message. */
  #abort(mail: PooledMail, reason: unknown): void {
    if (this.#waiting.remove(mail)) {
      this.#report(mail, { outcomes: [], error: new AbortedError({ cause: reason }) })
    } else {
      for (const connection of this.#connections) connection.abort(mail, reason)
    }
  }

  #giveUp(error: SmtpError): void {
    for (let mail = this.#waiting.shift(); mail !== undefined; mail = this.#waiting.shift()) {
      this.#report(mail, { outcomes: [], error })
    }
  }

  #count(which: (connection: PoolConnection) => boolean): number {
    let count = 0
    for (const connection of this.#connections) if (which(connection)) count += 1
    return count
  }

  #tell(event: () => PoolEvent): void {
    tellEvent(this.#settings.onEvent, event)
  }
}

/** Whether a message is kept for it. */
function isPromised({ stage, asksSoon }: PoolConnection): boolean {
  return asksSoon || stage === 'opening'
}

type Reason = Extract<PoolEvent, { type: 'ConnectionClosed' }>['reason']
