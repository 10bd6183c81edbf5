import type { SmtpError } from '../../errors/index.ts'
import type { DeliveryReport } from '../delivery.ts'

/** Something that has happened in a pool, for metrics and logs. Times are in milliseconds. */
export type PoolEvent =
  | {
      readonly type: 'ConnectionOpened'
      /** How many there are now. */
      readonly connections: number
      /** How long it took, authentication included. */
      readonly took: number
    }
  | { readonly type: 'ConnectionFailed'; readonly connections: number; readonly error: SmtpError }
  | {
      readonly type: 'ConnectionClosed'
      readonly connections: number
      /**
       * `idle`: nobody has needed it; `usedUp`: it has had `maxMessages`; `lost`: it has ended by itself; `closed`: with
       * the pool
       */
      readonly reason: 'idle' | 'usedUp' | 'lost' | 'closed'
      /** How many messages it has had. */
      readonly messages: number
    }
  | { readonly type: 'MessageQueued'; readonly waiting: number }
  | {
      readonly type: 'MessageSent'
      readonly report: DeliveryReport
      /** How long it has waited for a connection, and from then on until it was reported. */
      readonly waited: number
      readonly took: number
      readonly attempts: number
    }
  | { readonly type: 'MessageRetried'; readonly error: SmtpError | undefined; readonly attempts: number }

/** What a listener throws must not cost the truth about a delivery. */
export function tellEvent(onEvent: ((event: PoolEvent) => void) | undefined, event: () => PoolEvent): void {
  if (onEvent === undefined) return
  try {
    Promise.resolve(onEvent(event())).catch(() => {})
  } catch {}
}
