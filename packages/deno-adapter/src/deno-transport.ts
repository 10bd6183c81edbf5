import { type TlsOptions, type Transport, tlsFailed } from '@sansmtp/core/client'
import { InvalidArgumentError, NotConnectedError, type TlsInfo } from '@sansmtp/core/common'
import { handshakeError } from './handshake-error.ts'
import { hostName } from './host-name.ts'
import { startTlsOptions } from './start-tls-options.ts'

/** Octets that one read gives at most. */
const readSize = 65_536

/**
 * A connection of `Deno.connect`, or the `Deno.TlsConn` that it was upgraded to. Nothing is read ahead: what nobody has
 * asked for is still in the system, where `startTls` comes upon it.
 */
export class DenoTransport implements Transport {
  /**
   * What stands of TLS; absent in clear. Deno tells nothing of it but that it stands, which takes a certificate that
   * was verified, unless the program runs with `--unsafely-ignore-certificate-errors`.
   */
  tls?: TlsInfo
  /** The client's side. A unix socket has no address, and the host's name takes a permission. */
  readonly local: { readonly address?: string; readonly hostName?: string }
  #conn: Deno.TcpConn | Deno.UnixConn | Deno.TlsConn
  readonly #buffer = new Uint8Array(readSize)
  /** Why reading is over: an error that the system tells once only, or that it was closed. */
  #failure: unknown
  #closed = false

  /** `conn` belongs to the transport from now on. */
  constructor(conn: Deno.TcpConn | Deno.UnixConn) {
    const { localAddr } = conn
    const name = hostName()
    this.#conn = conn
    this.local = {
      ...('hostname' in localAddr && { address: localAddr.hostname }),
      ...(name !== undefined && { hostName: name }),
    }
  }

  /** What arrived before the connection failed is given out first; then it rejects with Deno's error. */
  async read(): Promise<Uint8Array | null> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      const length = await this.#conn.read(this.#buffer)
      return length === null ? null : this.#buffer.slice(0, length)
    } catch (error) {
      // Over TLS, without a last word (close_notify), which many servers leave out.
      if (error instanceof Deno.errors.UnexpectedEof && !this.#closed) return null
      this.#failure ??= error
      throw this.#failure
    }
  }

  /** Once it has resolved, `bytes` may be changed: the system or TLS has them. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) at += await this.#conn.write(bytes.subarray(at))
    } catch (error) {
      throw this.#closed ? new NotConnectedError({ cause: error }) : error
    }
  }

  /**
   * Plaintext that the server has sent and nobody has read is for the handshake, which fails of it.
   *
   * @throws {CertificateError} {@link TlsFailedError} with Deno's error as `cause`; {@link InvalidArgumentError} for
   * options that Deno can't obey; {@link NotConnectedError} after or by `close`
   */
  async startTls(options: TlsOptions): Promise<TlsInfo> {
    const { serverName } = options
    const tlsOptions = startTlsOptions(options)
    const raw = this.#conn
    if (!('setNoDelay' in raw)) {
      throw new InvalidArgumentError('tls', 'is not to be had over a unix socket: Deno.startTls takes TCP only')
    }
    const conn = await Deno.startTls(raw, tlsOptions).catch((error) => {
      throw this.#closed ? new NotConnectedError({ cause: error }) : tlsFailed(serverName, error)
    })
    this.#conn = conn
    try {
      if (this.#closed) conn.close()
      await conn.handshake()
    } catch (error) {
      throw this.#closed ? new NotConnectedError({ cause: error }) : handshakeError(serverName, error)
    }
    this.tls = { authorized: true }
    return this.tls
  }

  /**
   * Ends reads, writes and a handshake that wait. Over TLS, Deno goes on behind the program's back until the rest and
   * its last word are sent, or until the peer has done its part of a handshake; only then is the socket gone.
   */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#failure = new NotConnectedError()
    try {
      this.#conn.close()
    } catch {
      // Deno.startTls has taken it, and what comes of that is closed there.
    }
  }
}
