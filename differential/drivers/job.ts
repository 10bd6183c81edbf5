import type { Call } from '../call.ts'
import type { Outcome } from './outcome.ts'

/** A scenario's calls, and the server that they are for. */
export interface Job {
  readonly protocol: 'smtp' | 'lmtp'
  readonly host: string
  readonly port: number
  /** Of a unix socket, else empty. */
  readonly path: string
  /** The authority of the server's certificate, in PEM. */
  readonly authority: string
  readonly calls: readonly Call[]
}

/** Makes calls with one of the two libraries. */
export interface Driver {
  /** One outcome for each call, whatever happens. The client is closed afterwards. */
  run(job: Job): Promise<readonly Outcome[]>
  stop(): Promise<void>
}
