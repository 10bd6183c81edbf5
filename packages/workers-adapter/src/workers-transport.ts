import type { TlsOptions, Transport } from '@sansmtp/core/client'
import { NotConnectedError, type TlsInfo } from '@sansmtp/core/common'
import { checkTlsOptions } from './check-tls-options.ts'
import { handshakeError } from './handshake-error.ts'

/** A socket of `cloudflare:sockets`, or the one that it was upgraded to. It takes in what it is asked for. */
export class WorkersTransport implements Transport {
  /** What stands of TLS; absent in clear. */
  tls?: TlsInfo
  /** Settles when the connection stands, or when it has failed. */
  readonly opened: Promise<unknown>
  #socket: Socket
  #reader: ReadableStreamDefaultReader<Uint8Array>
  #writer: WritableStreamDefaultWriter<Uint8Array>
  /** What waits for the runtime, which may never settle what was under way when a socket is closed. */
  readonly #waiting = new Set<(error: Error) => void>()
  #closed: Promise<void> | undefined

  /** `socket` was made with `secureTransport: 'starttls'` and `allowHalfOpen`, and belongs to the transport from now on. */
  constructor(socket: Socket) {
    this.#socket = socket
    ;[this.#reader, this.#writer] = streamsOf(socket)
    this.opened = this.#unlessClosed(socket.opened)
  }

  async read(): Promise<Uint8Array | null> {
    const { value = null } = await this.#unlessClosed(this.#reader.read())
    return value
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#unlessClosed(this.#writer.write(bytes))
  }

  /**
   * @throws {InvalidArgumentError} for what Workers can't be told; {@link CertificateError} for whatever fails in the
   * handshake, see {@link handshakeError}; {@link NotConnectedError} after or by `close`
   */
  async startTls(options: TlsOptions): Promise<TlsInfo> {
    checkTlsOptions(options)
    if (this.#closed !== undefined) throw new NotConnectedError()
    try {
      this.#reader.releaseLock()
      this.#writer.releaseLock()
      this.#socket = this.#socket.startTls({ expectedServerHostname: options.serverName })
      ;[this.#reader, this.#writer] = streamsOf(this.#socket)
      await this.#unlessClosed(this.#socket.opened)
    } catch (error) {
      throw handshakeError(options.serverName, error)
    }
    this.tls = { authorized: true }
    return this.tls
  }

  /**
   * The runtime ends the connection when the other side has taken what was written; in the midst of a handshake, or when
   * nothing is taken, with the request.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const busy = this.#waiting.size > 0
    for (const reject of this.#waiting) reject(new NotConnectedError())
    this.#reader.cancel().catch(() => {})
    const closed = this.#socket.close().catch(() => {})
    if (!busy) await closed
  }

  #unlessClosed<Value>(promise: Promise<Value>): Promise<Value> {
    if (this.#closed !== undefined) {
      promise.catch(() => {})
      return Promise.reject(new NotConnectedError())
    }
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject))
    })
  }
}

type Streams = [ReadableStreamDefaultReader<Uint8Array>, WritableStreamDefaultWriter<Uint8Array>]

function streamsOf(socket: Socket): Streams {
  // What becomes of the connection is told by reads and writes. A rejection that nobody hears would be logged.
  socket.closed.catch(() => {})
  const streams: Streams = [socket.readable.getReader(), socket.writable.getWriter()]
  for (const stream of streams) stream.closed.catch(() => {})
  return streams
}
