import type { Limits } from './limits.ts'
import type { Timeouts } from './timeouts.ts'
import type { TlsInfo } from './tls-info.ts'

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
