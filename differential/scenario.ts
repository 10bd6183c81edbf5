import type { Call } from './call.ts'
import type { ServerScript } from './server/server-script.ts'

/** What a server says and what a client is asked to do, the same for smtplib and for sansmtp. */
export interface Scenario {
  readonly name: string
  /** The numbered rows of docs/smtplib.md that it is about. */
  readonly parity: readonly number[]
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
  readonly listens?: 'tcp' | 'tcp6' | 'tls' | 'unix'
  /** One for all connections, or one each. */
  readonly server: ServerScript | readonly ServerScript[]
  readonly calls: readonly Call[]
}
