import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { IssuedCertificate } from '../../certificates/index.ts'
import { handshakeRecord, recordLength, serverNameOf } from './client-hello.ts'
import { type Relay, relayToTls, type ServerTlsOptions } from './relay.ts'
import { SocketStream } from './socket-stream.ts'

const piece = 65_536

/** The server's end of a connection, for a script to drive. Nothing is read that the script does not read. */
export class Peer {
  /** In clear, beneath TLS where there is TLS. */
  readonly #raw: SocketStream
  #stream: SocketStream
  #relay: Relay | undefined
  #delivered = 0

  constructor(socket: Socket) {
    this.#raw = new SocketStream(socket)
    this.#stream = this.#raw
  }

  /** What the script's octets go through: the TLS socket, where there is one. */
  get socket(): Socket {
    return this.#stream.socket
  }

  get remoteAddress(): string | undefined {
    return this.#raw.socket.remoteAddress
  }

  /** How many octets of `deliver` the system has taken so far. */
  get delivered(): number {
    return this.#delivered
  }

  /** Sends without waiting for it to be taken. */
  send(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  /** Sends piece by piece, each when the system has taken the one before. */
  async deliver(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += piece) {
      const next = bytes.subarray(at, at + piece)
      await this.#stream.write(next)
      this.#delivered += next.length
    }
  }

  /** Ends this side; the client may still send. */
  end(data?: string): void {
    if (data === undefined) this.socket.end()
    else this.socket.end(data)
  }

  /** Cuts the connection off, with what has not left yet. */
  reset(): void {
    const { socket } = this.#raw
    // The system refuses to reset a socket that is about to end, and Node would keep it open.
    if (socket.writableEnded && !socket.writableFinished) {
      socket.once('finish', () => this.reset())
      return
    }
    socket.resetAndDestroy()
    this.destroy()
  }

  /**
   * Sends a few last words and resets at once, so that the client finds both together. When it resolves, no client
   * in this process has had a turn yet to read them.
   */
  async sendAndReset(data: string): Promise<void> {
    const passed = this.#relay?.passed()
    this.send(data)
    await passed
    this.reset()
  }

  destroy(): void {
    for (const socket of [this.socket, this.#raw.socket]) socket.destroy()
    this.#relay?.destroy()
  }

  /** What comes next, or an empty buffer at the end. */
  read(): Promise<Buffer> {
    return this.#stream.read()
  }

  async readExactly(length: number): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      const chunk = await this.#readMore()
      chunks.push(chunk.subarray(0, missing))
      this.#stream.unread(chunk.subarray(missing))
      missing -= Math.min(missing, chunk.length)
    }
    return Buffer.concat(chunks)
  }

  /** All up to and with `end`. */
  async readThrough(end: string): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let tail = ''; ; ) {
      const chunk = await this.#readMore()
      const text = tail + chunk.toString('latin1')
      const found = text.indexOf(end)
      const length = found === -1 ? chunk.length : found + end.length - tail.length
      chunks.push(chunk.subarray(0, length))
      this.#stream.unread(chunk.subarray(length))
      if (found !== -1) return Buffer.concat(chunks)
      tail = text.slice(-end.length)
    }
  }

  /** A line without its CRLF. */
  async readLine(): Promise<string> {
    return (await this.readThrough('\r\n')).toString('latin1').slice(0, -2)
  }

  async readToEnd(): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let chunk = await this.read(); chunk.length > 0; chunk = await this.read()) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** Takes one command that must begin with `command`, and replies. */
  async answer(command: string, reply: string): Promise<void> {
    const line = await this.readLine()
    if (!line.startsWith(command)) throw new Error(`expected ${command}, received ${line}`)
    this.send(`${reply}\r\n`)
  }

  /** Settles when the client has ended or reset the connection; what it still sends is thrown away. */
  async hungUp(): Promise<void> {
    try {
      while ((await this.read()).length > 0);
    } catch {
      // A reset is an end too.
    }
    this.destroy()
  }

  /** Waits for the client to begin with TLS, and leaves it at that: `startTls` may follow. */
  async readClientHello(): Promise<{ readonly serverName: string | undefined }> {
    let bytes = await this.#readMore()
    if (bytes[0] !== handshakeRecord) throw new Error('the client does not begin with TLS')
    while (bytes.length < recordLength(bytes)) bytes = Buffer.concat([bytes, await this.#readMore()])
    this.#stream.unread(bytes)
    return { serverName: serverNameOf(bytes) }
  }

  /** @throws {Error} when the client breaks the handshake off */
  async startTls(identity: IssuedCertificate, options: ServerTlsOptions = {}): Promise<TLSSocket> {
    this.#relay = await relayToTls(this.#raw, identity, options)
    const socket = await this.#relay.secured
    this.#stream = new SocketStream(socket)
    return socket
  }

  async #readMore(): Promise<Buffer> {
    const chunk = await this.read()
    if (chunk.length === 0) throw new Error('the client hung up')
    return chunk
  }
}
