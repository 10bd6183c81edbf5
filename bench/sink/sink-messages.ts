import type { SinkCounts } from './sink-session.ts'

/** What a sink is started with, as JSON in its first argument. */
export interface SinkOptions {
  /** Milliseconds that octets take in each direction, at the port that is for it. */
  readonly delay: number
}

export interface SinkPorts {
  readonly clear: number
  readonly tls: number
  readonly delayed: number
}

/** Once, when it is there. */
export interface SinkReady {
  readonly ports: SinkPorts
  /** The authority of its certificate, in PEM. */
  readonly authority: string
}

/** The answer to any message: all that has come, and seconds of CPU that it took, since it was started. */
export interface SinkState extends SinkCounts {
  readonly cpu: number
}
