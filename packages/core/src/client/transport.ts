import type { TlsInfo } from '../connection/index.ts'

/** How TLS is to be established. Certificates and keys are PEM texts. */
export interface TlsOptions {
  /** The name that the certificate must be for, in A-labels, sent as SNI where it is not an address. */
  readonly serverName: string
  /** Authorities to trust instead of the runtime's own; in Deno, which can't do without those, besides them. */
  readonly ca?: string | readonly string[]
  /** A client certificate with its chain, and its key. */
  readonly cert?: string
  readonly key?: string
  /** Default: what the runtime takes, at least TLS 1.2. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** `false` takes any certificate, and with it any attacker in the path. Default true. */
  readonly rejectUnauthorized?: boolean
}

/**
 * A connected stream of bytes that can be upgraded to TLS: all that a client asks of a runtime. It knows no
 * protocol.
 */
export interface Transport {
  /**
   * The next bytes, or `null` when the peer has ended. Rejects when the connection has failed. Never called again
   * before the last call has settled, nor between `startTls` and its settling.
   */
  read(): Promise<Uint8Array | null>
  /**
   * Resolves when more may be written, or returns nothing where that is at once. Never called again before that. Must not
   * change or transfer the bytes.
   */
  write(bytes: Uint8Array): Promise<void> | void
  /**
   * Upgrades to TLS, with no read pending and all writes settled.
   *
   * @throws {CertificateError} when the certificate is refused, {@link TlsFailedError} when the handshake fails
   */
  startTls(options: TlsOptions): Promise<TlsInfo>
  /**
   * Closes at once; what was written is still sent where the peer takes it. May be called again. Must settle, whatever
   * the peer does.
   */
  close(): void | Promise<void>
  /** What stands already, for a connection that began with TLS. */
  readonly tls?: TlsInfo
  /** The client's side, from which its default name is made. */
  readonly local?: { readonly address?: string; readonly hostName?: string }
}

/** Where to connect to: a TCP port, or the path of a unix socket. */
export type Target = { readonly host: string; readonly port: number } | { readonly path: string }

export interface ConnectRequest {
  readonly target: Target
  /** With it the connection begins with TLS; without, in clear. */
  readonly tls?: TlsOptions
  /** The address to connect from. */
  readonly localAddress?: string
  /** Aborted when the caller has lost interest or patience; `connect` must then reject and leave nothing open. */
  readonly signal: AbortSignal
}

/**
 * What an adapter is: one function.
 *
 * @throws {ConnectionFailedError} {@link CertificateError} {@link TlsFailedError}
 */
export type Connect = (request: ConnectRequest) => Promise<Transport>
