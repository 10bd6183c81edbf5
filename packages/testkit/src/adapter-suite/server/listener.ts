import type { Peer } from './peer.ts'

export interface ListenOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** A unix socket, instead of a port. */
  readonly path?: string
  /** A unix socket in a folder made for it, which goes when the listener is closed. */
  readonly unix?: boolean
}

/** Something that listens on loopback or on a unix socket, in this process or in another one. */
export interface Listener {
  readonly host: string
  /** 0 for a unix socket. */
  readonly port: number
  readonly path?: string
  /** The next connection; `undefined` when the listener is closed. */
  accept(): Promise<Peer | undefined>
  /** How many connections there have been, those included that `accept` has not given out yet. */
  connections(): Promise<number>
  /** Cuts off what is still connected. */
  close(): Promise<void>
}
