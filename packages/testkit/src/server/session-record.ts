import type { ClientViolation } from './client-violation.ts'
import { Offer } from './offer.ts'
import type { ReceivedCommand, ReceivedMessage, RecipientTruth } from './received.ts'
import type { SaslExchange } from './sasl.ts'
import type { ServerSession } from './server-session.ts'
import type { ServerState } from './server-state.ts'
import { TransactionLog } from './transaction-log.ts'

/** Everything that a server remembers of a session. */
export class SessionRecord implements ServerSession {
  readonly protocol: 'smtp' | 'lmtp'
  state: ServerState = 'greeting'
  secure: boolean
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

  constructor(protocol: 'smtp' | 'lmtp', secure: boolean) {
    this.protocol = protocol
    this.secure = secure
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
    this.state = this.helloDone ? 'ready' : 'greeted'
  }

  /** RFC 3207 §4.2: all that was learned without TLS is forgotten. */
  establishTls(): void {
    this.secure = true
    this.user = undefined
    this.offered = Offer.nothing
    this.helloDone = false
    this.endTransaction()
  }
}
