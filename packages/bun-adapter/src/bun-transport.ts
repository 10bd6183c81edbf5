import type { TlsOptions, Transport } from '@sansmtp/core/client'
import { NotConnectedError, RemoteProtocolError, type TlsInfo } from '@sansmtp/core/common'
import { channelBindingsOf } from './channel-bindings.ts'
import { handshakeError, isCertificateError } from './handshake-error.ts'
import { bunTlsOptions } from './tls-options.ts'
import { verificationError } from './verification-error.ts'

interface Waiter<Value> {
  resolve(value: Value): void
  reject(error: Error): void
}

const settled = Promise.resolve()

/** Octets that may wait for a reader. Bun hands out up to 512 KiB at once, so that as many more may. */
const highWaterMark = 65_536

/** Octets that may go out without a turn of the event loop. */
const octetsPerTurn = 65_536

/**
 * A socket of `Bun.connect`, or what it was upgraded to. Bun pushes what arrives, and is paused where enough of it waits
 * for a reader.
 */
export class BunTransport implements Transport {
  /** What stands of TLS; absent in clear. */
  tls?: TlsInfo
  /** The client's side. A unix socket has no address; Bun itself does not tell the host's name. */
  local: { readonly address?: string } = {}
  /** For `Bun.connect`, with `allowHalfOpen`. */
  readonly handler: Bun.SocketHandler<undefined>
  /** What octets go through. */
  #socket: Bun.Socket | undefined
  /** The same in clear, else what is beneath TLS: never written to, but closed without asking the peer. */
  #raw: Bun.Socket | undefined
  readonly #received: Uint8Array[] = []
  #receivedLength = 0
  #paused = false
  #reader: Waiter<Uint8Array | null> | undefined
  #writer: Waiter<void> | undefined
  /** What the system has not taken yet. */
  #unwritten: Uint8Array | undefined
  #octetsThisTurn = 0
  #upgrader: Waiter<TlsInfo> | undefined
  #upgrading = false
  #ended = false
  #failure: Error | undefined
  #closed: Promise<void> | undefined

  constructor() {
    // Bun goes on telling it of everything after an upgrade, with ciphertext for data.
    this.handler = { ...this.#handlerUnless(() => this.#upgrading), open: (socket) => this.#opened(socket) }
  }

  /** What arrived before the connection failed is given out first; then it rejects with Bun's error. */
  read(): Promise<Uint8Array | null> {
    const bytes = this.#received.shift()
    if (bytes !== undefined) {
      this.#receivedLength -= bytes.length
      this.#pauseIfFull()
      return Promise.resolve(bytes)
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#ended) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  /** Once it has resolved, `bytes` may be changed: the system or TLS has them. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#octetsThisTurn += bytes.length
    const taken = this.#offer(bytes)
    if (taken === bytes.length && this.#octetsThisTurn < octetsPerTurn) return undefined
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject }
      this.#took(bytes, taken)
    })
  }

  /**
   * @throws {CertificateError} {@link TlsFailedError} with Bun's error as `cause`; {@link RemoteProtocolError} when the
   * server has sent more in clear than was read; {@link NotConnectedError} after or by `close`
   */
  startTls(options: TlsOptions): Promise<TlsInfo> {
    const raw = this.#raw
    const fault = this.#failure ?? (this.#receivedLength > 0 ? bytesBehindStartTls() : undefined)
    if (fault !== undefined || raw === undefined || this.#ended) {
      return Promise.reject(handshakeError(options.serverName, fault ?? new Error('the server ended the connection')))
    }
    return new Promise((resolve, reject) => {
      this.#upgrader = { resolve, reject: (error) => reject(handshakeError(options.serverName, error)) }
      this.#upgrading = true
      try {
        const [beneath, socket] = raw.upgradeTLS<undefined>({
          tls: bunTlsOptions(options),
          socket: {
            ...this.#handlerUnless(() => false),
            handshake: (secured, _, error) => this.#handshaken(secured, options, error),
          },
        })
        this.#raw = beneath
        this.#socket = socket
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  /** Settles after two turns of the event loop. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  #handlerUnless(ignored: () => boolean): Bun.SocketHandler<undefined> {
    const unlessIgnored =
      <Args extends unknown[]>(hear: (...args: Args) => void) =>
      (_: Bun.Socket, ...args: Args): void => {
        if (!ignored()) hear(...args)
      }
    return {
      data: unlessIgnored((bytes: Uint8Array) => this.#receive(bytes)),
      drain: unlessIgnored(() => this.#write()),
      end: unlessIgnored(() => this.#end()),
      error: unlessIgnored((error: Error) => this.#fail(error)),
      close: unlessIgnored((error?: Error) => this.#fail(error)),
    }
  }

  #opened(socket: Bun.Socket): void {
    this.#raw = socket
    this.#socket = socket
    // It was aborted meanwhile, of which Bun takes no notice.
    if (this.#closed !== undefined) socket.end()
    socket.setNoDelay()
    if (socket.localAddress !== undefined) this.local = { address: socket.localAddress }
  }

  #receive(bytes: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#reader.resolve(bytes)
      this.#reader = undefined
    } else if (this.#failure === undefined) {
      this.#received.push(bytes)
      this.#receivedLength += bytes.length
      this.#pauseIfFull()
    }
  }

  #pauseIfFull(): void {
    const full = this.#receivedLength >= highWaterMark
    if (full === this.#paused) return
    this.#paused = full
    if (full) this.#socket?.pause()
    else this.#socket?.resume()
  }

  #end(): void {
    this.#ended = true
    this.#reader?.resolve(null)
    this.#reader = undefined
  }

  /** How many octets the system takes; below zero where there is no connection. */
  #offer(bytes: Uint8Array): number {
    return this.#socket?.write(bytes) ?? -1
  }

  #write(): void {
    if (this.#unwritten !== undefined) this.#took(this.#unwritten, this.#offer(this.#unwritten))
  }

  #took(bytes: Uint8Array, taken: number): void {
    if (taken < 0) {
      this.#failWriter(this.#failure ?? new NotConnectedError())
    } else if (taken < bytes.length) {
      this.#unwritten = bytes.subarray(taken)
    } else {
      this.#unwritten = undefined
      // Where the system takes all at once, a long message would keep replies, timers and all other connections waiting.
      if (this.#octetsThisTurn < octetsPerTurn) this.#settleWriter()
      else setImmediate(() => this.#settleWriter())
    }
  }

  #settleWriter(): void {
    if (this.#octetsThisTurn >= octetsPerTurn) this.#octetsThisTurn = 0
    this.#writer?.resolve()
    this.#writer = undefined
  }

  #failWriter(error: Error): void {
    this.#unwritten = undefined
    this.#writer?.reject(error)
    this.#writer = undefined
  }

  #handshaken(socket: Bun.Socket, options: TlsOptions, found: Error | null): void {
    if (this.#upgrader === undefined) return
    const error = found !== null && !isCertificateError(found) ? found : verificationError(socket, options, found)
    if (error !== undefined && (options.rejectUnauthorized !== false || !isCertificateError(error))) {
      this.#fail(error)
      // At once, so that with TLS 1.3 no certificate of ours is shown.
      socket.terminate()
      return
    }
    this.tls = {
      protocol: socket.getTLSVersion(),
      cipher: socket.getCipher().standardName,
      authorized: error === undefined,
      channelBindings: channelBindingsOf(socket),
    }
    this.#upgrader.resolve(this.tls)
    this.#upgrader = undefined
  }

  /** Where Bun tells no reason, the connection was closed by either side. */
  #fail(error?: unknown): void {
    const failure = error instanceof Error ? error : new NotConnectedError()
    this.#failure ??= failure
    if (this.#ended) this.#reader?.resolve(null)
    else this.#reader?.reject(this.#failure)
    this.#reader = undefined
    this.#failWriter(this.#failure)
    this.#upgrader?.reject(this.#failure)
    this.#upgrader = undefined
  }

  #close(): Promise<void> {
    this.#fail()
    const socket = this.#socket
    if (socket === undefined) return settled
    socket.shutdown()
    // A whole turn of the event loop lies between two of these. What the system has not taken by then waits for a peer
    // who does not read now, and may never.
    return new Promise((resolve) => {
      setImmediate(() =>
        setImmediate(() => {
          this.#raw?.end()
          resolve()
        }),
      )
    })
  }
}

function bytesBehindStartTls(): RemoteProtocolError {
  const message = 'the server sent more than its reply to STARTTLS before TLS stood'
  return new RemoteProtocolError('BYTES_BEHIND_STARTTLS', message)
}
