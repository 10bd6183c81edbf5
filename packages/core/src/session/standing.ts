import type { TlsInfo } from '../connection/index.ts'
import type { Capabilities } from '../wire/index.ts'

/** What must be known of a session before a message is announced; a `ClientConnection` is one. */
export interface Standing {
  readonly capabilities: Capabilities
  /** Whether TLS stands. */
  readonly secure: boolean
  readonly tls?: TlsInfo | undefined
}
