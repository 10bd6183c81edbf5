import { NotConnectedError } from '../../errors/index.ts'
import type { MailObject, MailSource, ServerTraits, TransactionResult } from '../../session/index.ts'
import type { Sending } from '../delivering-client.ts'
import type { OpenSession, Session } from '../session.ts'
import { SmtpClient } from '../smtp-client.ts'
import type { PooledMail } from './pooled-mail.ts'

/** A client that sends what a pool gives it, and shares what is known of the server. */
class PooledClient extends SmtpClient {
  constructor(session: Session, reopen: OpenSession, traits: ServerTraits) {
    super(session, reopen)
    this.traits = traits
  }

  sendFrom(source: MailSource, how: Sending, signal: AbortSignal): Promise<void> {
    return this.sendAll(signal, how, source)
  }
}

/** What a connection asks its pool for. */
export interface ConnectionOwner {
  /** The next message for this connection, if it is to have one. */
  next(connection: PoolConnection): PooledMail | undefined
  settled(mail: PooledMail, result: TransactionResult): void
}

/**
 * - `opening`: it is being made
 * - `idle`: it stands, and nobody needs it
 * - `starting`: it is about to ask for its first message
 * - `sending`: it has messages under way, and asks for more
 * - `finishing`: the last is reported, and it is about to be idle, unless there is another one for it
 * - `ending`: it takes no more
 */
type Stage = 'opening' | 'idle' | 'starting' | 'sending' | 'finishing' | 'ending'

/** Milliseconds that a server has to answer NOOP. */
const checkTimeout = 5_000

/** One of a pool's connections: sends what the pool gives it, message behind message, and has nothing in between. */
export class PoolConnection implements MailSource {
  readonly #owner: ConnectionOwner
  readonly #maxMessages: number
  #client: PooledClient | undefined
  #stage: Stage = 'opening'
  /** In the order in which they were taken. */
  readonly #underWay: PooledMail[] = []
  /** Settles what waits for more, as long as something is under way. */
  #moreComes: ((mail: PooledMail | undefined) => void) | undefined
  #messages = 0
  #idleSince = 0
  #sending = new AbortController()

  constructor(owner: ConnectionOwner, maxMessages: number) {
    this.#owner = owner
    this.#maxMessages = maxMessages
  }

  get stage(): Stage {
    return this.#stage
  }

  /** How many messages it has had. */
  get messages(): number {
    return this.#messages
  }

  /** Whether it is about to ask for a message. */
  get asksSoon(): boolean {
    return this.#stage === 'starting' || this.#stage === 'finishing'
  }

  /** Whether it still stands, as far as is known. */
  get connected(): boolean {
    return (this.#client as PooledClient).connected
  }

  /** Whether it has had as many messages as it may. */
  get usedUp(): boolean {
    return this.#messages >= this.#maxMessages
  }

  /** @throws {SmtpError} which says at what step it ended */
  async open(open: OpenSession, signal: AbortSignal, traits: ServerTraits, now: number): Promise<void> {
    const client = new PooledClient(await open(signal), open, traits)
    if (this.#stage === 'ending') await client.close()
    this.#client = client
    this.#rest(now)
  }

  /** It is to ask for messages now, once a server that nobody has spoken to for so long has shown that it is there. */
  async send(how: Sending, checkAfter: number, now: () => number): Promise<void> {
    const client = this.#client as PooledClient
    this.#stage = 'starting'
    if (now() - this.#idleSince >= checkAfter && !(await answers(client))) return
    this.#sending = new AbortController()
    try {
      await client.sendFrom(this, how, this.#sending.signal)
    } catch (error) {
      await client.close()
      this.#lose(error)
    }
    this.#rest(now())
  }

  /** There may be another message for it. */
  offer(): void {
    if (this.#moreComes === undefined) return
    const mail = this.#next()
    if (mail !== undefined) this.#giveMore(mail)
  }

  take(): PooledMail | undefined | Promise<PooledMail | undefined> {
    if (!this.connected || this.usedUp || this.#stage === 'ending') return undefined
    const mail = this.#next()
    if (mail !== undefined || this.#underWay.length === 0) return mail
    return new Promise((resolve) => {
      this.#moreComes = resolve
    })
  }

  report(mail: MailObject, result: TransactionResult): void {
    this.#underWay.shift()
    if (this.#underWay.length === 0 && this.#stage === 'sending') this.#stage = 'finishing'
    this.#owner.settled(mail as PooledMail, result)
    if (this.#underWay.length === 0) this.#giveMore(undefined)
  }

  /** Ends it where this message is the only one that it has. */
  abort(mail: PooledMail, reason: unknown): void {
    if (this.#underWay.length === 1 && this.#underWay[0] === mail) this.#sending.abort(reason)
  }

  /** Ends it with QUIT when what is under way is sent; it takes no more. */
  async quit(): Promise<void> {
    this.#stage = 'ending'
    const client = this.#client
    if (client?.connected) await client.quit().catch(() => {})
    await this.close()
  }

  /** Ends it at once. What is under way is reported as it stands. */
  async close(): Promise<void> {
    this.#stage = 'ending'
    await this.#client?.close()
  }

  #next(): PooledMail | undefined {
    if (!this.connected || this.usedUp || this.#stage === 'ending') return undefined
    const mail = this.#owner.next(this)
    if (mail === undefined) return undefined
    this.#stage = 'sending'
    this.#messages += 1
    this.#underWay.push(mail)
    mail.connection = this.#client as PooledClient
    return mail
  }

  /** Nothing is known of what was under way: something has failed that can't. */
  #lose(cause: unknown): void {
    const error = new NotConnectedError({ cause })
    for (const mail of this.#underWay.splice(0)) {
      this.#owner.settled(mail, { outcomes: mail.addresses.map(() => ({ status: 'unknown' })), error })
    }
  }

  #giveMore(mail: PooledMail | undefined): void {
    const give = this.#moreComes
    this.#moreComes = undefined
    give?.(mail)
  }

  #rest(now: number): void {
    if (this.#stage !== 'ending') this.#stage = 'idle'
    this.#idleSince = now
  }
}

/** Whether the server still answers; where it does not, the connection has ended. */
async function answers(client: SmtpClient): Promise<boolean> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), checkTimeout)
  try {
    await client.noop({ signal: patience.signal })
  } catch {
    await client.close()
  } finally {
    clearTimeout(timer)
  }
  return client.connected
}
