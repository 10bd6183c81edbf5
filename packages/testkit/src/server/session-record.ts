import { isUnavailable } from './attribute-table.ts'
import type { ClientViolation } from './client-violation.ts'
import { LimitCount } from './limit-count.ts'
import { Offer } from './offer.ts'
import type {
  ReceivedAttributes,
  ReceivedCommand,
  ReceivedMessage,
  ReceivedProxyHeader,
  RecipientTruth,
} from './received.ts'
import type { SaslExchange } from './sasl.ts'
import type { ServerSession } from './server-session.ts'
import type { ServerState } from './server-state.ts'
import { TransactionLog } from './transaction-log.ts'

/** Everything that a server remembers of a session. */
export class SessionRecord implements ServerSession {
  readonly protocol: 'smtp' | 'lmtp'
  state: ServerState
  secure: boolean
  proxied: ReceivedProxyHeader | undefined
  client: ReceivedAttributes = {}
  forwarded: ReceivedAttributes = {}
  user: string | undefined
  /** What the last EHLO or LHLO reply offered. */
  offered: Offer = Offer.nothing
  /** Whether EHLO, LHLO or HELO was accepted. */
  helloDone = false
  /** A quirk has made the server forget it. */
  helloForgotten = false
  sasl: SaslExchange | undefined
  readonly commands: ReceivedCommand[] = []
  readonly violations: ClientViolation[] = []
  readonly messages: ReceivedMessage[] = []
  readonly log: TransactionLog = new TransactionLog()
  /** Never begun again: a session is a connection here. */
  readonly spent: LimitCount = new LimitCount()

  constructor(protocol: 'smtp' | 'lmtp', secure: boolean, expectsProxy: boolean) {
    this.protocol = protocol
    this.secure = secure
    this.state = expectsProxy ? 'preface' : 'greeting'
  }

  get transactions(): TransactionLog['transactions'] {
    return this.log.transactions
  }

  get recipients(): readonly RecipientTruth[] {
    return this.log.recipients
  }

  /** The transaction is over, one way or another. */
  endTransaction(): void {
    this.log.end()
    this.forwarded = {}
    this.state = this.helloDone ? 'ready' : 'greeted'
  }

  /** RFC 3207 §4.2: all that was learned without TLS is forgotten. */
  establishTls(): void {
    this.secure = true
    this.#beginAnew()
  }

  /**
   * XCLIENT: the session begins anew as another client's. TLS stays, and so does what was told before, but for who has
   * authenticated and how the client calls itself.
   */
  becomeAnother(attributes: ReceivedAttributes): void {
    const { LOGIN, HELO, PROTO, ...lasting } = this.client
    this.client = { ...lasting, ...attributes }
    this.#beginAnew()
    const { LOGIN: user } = attributes
    this.user = user === undefined || isUnavailable(user) ? undefined : user
  }

  #beginAnew(): void {
    this.user = undefined
    this.offered = Offer.nothing
    this.helloDone = false
    this.endTransaction()
  }
}
