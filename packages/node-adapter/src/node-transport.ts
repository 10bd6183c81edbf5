import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { TLSSocket } from 'node:tls'
import type { TlsOptions, Transport } from '@sansmtp/core/client'
import { NotConnectedError, RemoteProtocolError, type TlsInfo } from '@sansmtp/core/common'
import { channelBindingsOf } from './channel-bindings.ts'
import { connectTls } from './connect-tls.ts'
import { handshakeError } from './handshake-error.ts'
import { outliveFailedWrites } from './outlive-failed-writes.ts'

interface Waiter<Value> {
  resolve(value: Value): void
  reject(error: Error): void
}

const taken = Promise.resolve()

const endedEarly = 'the server ended the connection'

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
  /** A write has failed, and reading may go on. */
  #writeFailure: Error | undefined
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
  write(bytes: Uint8Array): Promise<void> | undefined {
    const failure = this.#failure ?? this.#writeFailure
    if (failure !== undefined) return Promise.reject(failure)
    this.#pendingWrites += 1
    this.#octetsThisTurn += bytes.length
    this.#socket.write(bytes, this.#written)
    if (this.#writeFailure !== undefined) return Promise.reject(this.#writeFailure)
    if (this.#socket.writableLength === 0 && this.#octetsThisTurn < octetsPerTurn) return undefined
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
    if (this.#ended) return Promise.reject(handshakeError(options.serverName, new Error(endedEarly)))
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
    // An end that the raw socket has taken in already is not told to the TLS socket, which would wait for ever.
    raw.once('end', () => socket.destroy(new Error(endedEarly)))
    return new Promise((resolve, reject) => {
      this.#upgrader = {
        resolve,
        reject: (error) => reject(handshakeError(options.serverName, error, socket.authorizationError)),
      }
      socket.once('secureConnect', () => this.#upgraded(socket))
    })
  }

  /** Settles when the socket is closed, which takes two turns of the event loop at most. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  #listen(socket: Socket): void {
    outliveFailedWrites(socket, this.#failWriter)
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

  readonly #written = (): void => {
    this.#pendingWrites -= 1
    if (this.#pendingWrites > 0) return
    if (this.#octetsThisTurn < octetsPerTurn) this.#settleWriter()
    // Where the system takes all at once, a long message would keep replies, timers and all other connections waiting.
    else setImmediate(this.#settleWriter)
  }

  readonly #settleWriter = (): void => {
    if (this.#octetsThisTurn >= octetsPerTurn) this.#octetsThisTurn = 0
    this.#writer?.resolve()
    this.#writer = undefined
  }

  readonly #failWriter = (error: Error): void => {
    this.#writeFailure ??= error
    this.#writer?.reject(error)
    this.#writer = undefined
  }

  /** Hears 'error', and 'close' for what was destroyed without one. */
  readonly #fail = (error?: unknown): void => {
    const failure = error instanceof Error ? error : new NotConnectedError()
    this.#failure ??= failure
    this.#serve()
    this.#failWriter(this.#failure)
    this.#upgrader?.reject(this.#failure)
    this.#upgrader = undefined
  }

  #upgraded(socket: TLSSocket): void {
    const protocol = socket.getProtocol()
    this.tls = {
      ...(protocol !== null && { protocol }),
      cipher: socket.getCipher().standardName,
      authorized: socket.authorized,
      channelBindings: channelBindingsOf(socket),
    }
    this.#upgrader?.resolve(this.tls)
    this.#upgrader = undefined
  }

  #close(): Promise<void> {
    const socket = this.#socket
    this.#fail()
    if (socket.closed) return taken
    return new Promise((resolve) => {
      socket.once('close', () => resolve())
      socket.end()
      // A whole turn of the event loop lies between two of these. What the system has not taken by then waits for a
      // peer who does not read now, and may never.
      setImmediate(() => setImmediate(() => socket.destroy()))
    })
  }
}
