import type { ClientViolation } from './client-violation.ts'
import type {
  ReceivedAttributes,
  ReceivedCommand,
  ReceivedMessage,
  ReceivedProxyHeader,
  ReceivedTransaction,
  RecipientTruth,
} from './received.ts'
import type { ServerState } from './server-state.ts'

/** What can be seen of a server at any time. */
export interface ServerSession {
  readonly protocol: 'smtp' | 'lmtp'
  readonly state: ServerState
  /** Whether TLS stands. */
  readonly secure: boolean
  /** What the PROXY header has told. */
  readonly proxied: ReceivedProxyHeader | undefined
  /** What XCLIENT has told of the client, by attribute in upper case. */
  readonly client: ReceivedAttributes
  /** What XFORWARD has told about the next transaction, by attribute in upper case. */
  readonly forwarded: ReceivedAttributes
  /** Who has authenticated, or who XCLIENT says has. */
  readonly user: string | undefined
  /** Every line that was taken for a command, in order. */
  readonly commands: readonly ReceivedCommand[]
  readonly violations: readonly ClientViolation[]
  /** Every MAIL command and what followed. */
  readonly transactions: readonly ReceivedTransaction[]
  /** The recipients of all transactions, in the order of their RCPT commands. */
  readonly recipients: readonly RecipientTruth[]
  /** The messages that were accepted. */
  readonly messages: readonly ReceivedMessage[]
}
