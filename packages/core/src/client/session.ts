import type { OpeningOptions } from '../session/index.ts'
import type { Reply } from '../wire/index.ts'
import type { Pump } from './pump.ts'
import type { SendingOptions } from './sending-options.ts'
import type { TlsOptions } from './transport.ts'

/** A connection that the server has taken, and what its client must know to go on. */
export interface Session {
  readonly pump: Pump
  /** The server's 220. */
  readonly greeting: Reply
  /** What the session is to be opened with, as far as that is not yet done. */
  readonly opening: OpeningOptions
  /** Whether all of that is done. */
  readonly established: boolean
  /** How messages are sent where a call does not say. */
  readonly sending: SendingOptions
  /** For STARTTLS, whenever it is asked for. */
  readonly tlsOptions: Partial<TlsOptions>
}

/** Connects and makes a session; again and again for a client that reconnects. */
export type OpenSession = (signal: AbortSignal | undefined) => Promise<Session>
