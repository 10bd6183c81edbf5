import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { TLSSocket } from 'node:tls'
import { NotConnectedError, RemoteProtocolError, type TlsInfo } from '@sansmtp/core'
import type { TlsOptions, Transport } from '@sansmtp/core/client'
import { connectTls } from './connect-tls.ts'
import { handshakeError } from './handshake-error.ts'

interface Waiter<Value> {
  resolve(value: Value): void
  reject(error: Error): void
}

const taken = Promise.resolve()

/** Octets that may go out without a turn of the event loop. */
const octetsPerTurn = 65_536

/**
 * A `net.Socket`, or the `TLSSocket` that it was upgraded to. Reads are pulled, and of what nobody reads yet the
 * stream takes no more in than its own high-water mark.
 */
export class NodeTransport implements Transport {
  /** What stands of TLS; absent in clear. */
  tls?: TlsInfo
  /** The client's side. A unix socket has no address. */
  readonly local: { readonly address?: string; readonly hostName: string }
  #socket: Socket
  #reader: Waiter<Uint8Array | null> | undefined
  #writer: Waiter<void> | undefined
  #upgrader: Waiter<TlsInfo> | undefined
  #ended = false
  #failure: Error | undefined
  #closed: Promise<void> | undefined
  /** Writes that the system has not taken yet. */
  #pendingWrites = 0
  #octetsThisTurn = 0

  /** `socket` is connected, was made with `allowHalfOpen`, and belongs to the transport from now on. */
  constructor(socket: Socket) {
    const { localAddress } = socket
    this.local = { ...(localAddress !== undefined && { address: localAddress }), hostName: hostname() }
    this.#socket = socket
    this.#listen(socket)
  }

  /** What arrived before the connection failed is given out first; then it rejects with Node's error. */
  read(): Promise<Uint8Array | null> {
    const bytes: Uint8Array | null = this.#socket.read()
    if (bytes !== null) return Promise.resolve(bytes)
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#ended) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  /** Once it has resolved, `bytes` may be changed: the system or TLS has them. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#pendingWrites += 1
    this.#socket.write(bytes, this.#written)
    this.#octetsThisTurn += bytes.length
    const { writableLength, errored } = this.#socket
    if (writableLength === 0 && errored === null && this.#octetsThisTurn < octetsPerTurn) return taken
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject }
    })
  }

  /**
   * @throws {CertificateError} {@link TlsFailedError} with Node's error as `cause`; {@link RemoteProtocolError} when
   * the server has sent more in clear than was read; {@link NotConnectedError} after or by `close`
   */
  startTls(options: TlsOptions): Promise<TlsInfo> {
    if (this.#failure !== undefined) return Promise.reject(handshakeError(options.serverName, this.#failure))
    if (this.#socket.readableLength > 0) {
      const message = 'the server sent more than its reply to STARTTLS before TLS stood'
      return Promise.reject(new RemoteProtocolError('BYTES_BEHIND_STARTTLS', message))
    }
    const raw = this.#socket
    let socket: TLSSocket
    try {
      socket = connectTls(raw, options)
    } catch (error) {
      return Promise.reject(handshakeError(options.serverName, error))
    }
    this.#unlisten(raw)
    this.#socket = socket
    this.#listen(socket)
    return new Promise((resolve, reject) => {
      this.#upgrader = {
        resolve,
        reject: (error) => reject(handshakeError(options.serverName, error, socket.authorizationError)),
      }
      socket.once('secureConnect', () => this.#upgraded(socket))
    })
  }

  /** Settles when the socket is closed, which takes no longer than a turn of the event loop or two. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  #listen(socket: Socket): void {
    socket.on('readable', this.#serve).on('end', this.#end).on('error', this.#fail).on('close', this.#fail)
  }

  #unlisten(socket: Socket): void {
    socket.off('readable', this.#serve).off('end', this.#end).off('error', this.#fail).off('close', this.#fail)
    // The TLS socket tells of the raw one's errors too, but an 'error' event that nobody hears ends the process.
    socket.on('error', () => {})
  }

  readonly #serve = (): void => {
    const reader = this.#reader
    if (reader === undefined) return
    const bytes: Uint8Array | null = this.#socket.read()
    if (bytes !== null) reader.resolve(bytes)
    else if (this.#failure !== undefined) reader.reject(this.#failure)
    else if (this.#ended) reader.resolve(null)
    else return
    this.#reader = undefined
  }

  readonly #end = (): void => {
    this.#ended = true
    this.#serve()
  }

  readonly #written = (error?: Error | null): void => {
    this.#pendingWrites -= 1
    if (error || this.#pendingWrites > 0) return
    if (this.#octetsThisTurn < octetsPerTurn) this.#settleWriter()
    // Where the system takes all at once, a long message would keep replies, timers and all other connections waiting.
    else setImmediate(this.#settleWriter)
  }

  readonly #settleWriter = (): void => {
    this.#octetsThisTurn = 0
    this.#writer?.resolve()
    this.#writer = undefined
  }

  /** Hears 'error', and 'close' for what was destroyed without one. */
  readonly #fail = (error?: unknown): void => {
    const failure = error instanceof Error ? error : new NotConnectedError()
    this.#failure ??= failure
    this.#serve()
    this.#writer?.reject(this.#failure)
    this.#writer = undefined
    this.#upgrader?.reject(this.#failure)
    this.#upgrader = undefined
  }

  #upgraded(socket: TLSSocket): void {
    const protocol = socket.getProtocol()
    this.tls = {
      ...(protocol !== null && { protocol }),
      cipher: socket.getCipher().standardName,
      authorized: socket.authorized,
    }
    this.#upgrader?.resolve(this.tls)
    this.#upgrader = undefined
  }

  #close(): Promise<void> {
    const socket = this.#socket
    const handshaking = this.#upgrader !== undefined
    this.#fail()
    if (socket.closed) return taken
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve())
    })
    if (handshaking) {
      socket.destroy()
    } else {
      socket.end()
      // What the system has not taken by the next turn waits for a peer who does not read now, and may never.
      setImmediate(() => socket.destroy())
    }
    return closed
  }
}
