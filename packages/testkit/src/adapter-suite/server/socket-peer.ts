import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { IssuedCertificate } from '../../certificates/index.ts'
import { handshakeRecord, recordLength, serverNameOf } from './client-hello.ts'
import type { Peer, ServerTlsInfo, ServerTlsOptions } from './peer.ts'
import { type Relay, relayToTls } from './relay.ts'
import { SocketStream } from './socket-stream.ts'

const piece = 65_536

/** A peer in this process. */
export class SocketPeer implements Peer {
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
  get #socket(): Socket {
    return this.#stream.socket
  }

  get remoteAddress(): string | undefined {
    return this.#raw.socket.remoteAddress
  }

  get delivered(): number {
    return this.#delivered
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(data)
  }

  async deliver(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += piece) {
      const next = bytes.subarray(at, at + piece)
      await this.#stream.write(next)
      this.#delivered += next.length
    }
  }

  end(data?: string): void {
    if (data === undefined) this.#socket.end()
    else this.#socket.end(data)
  }

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

  /** When it resolves, no client in this process has had a turn yet to read the words. */
  async sendAndReset(data: string): Promise<void> {
    const passed = this.#relay?.passed()
    this.send(data)
    await passed
    this.reset()
  }

  destroy(): void {
    for (const socket of [this.#socket, this.#raw.socket]) socket.destroy()
    this.#relay?.destroy()
  }

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

  async readLine(): Promise<string> {
    return (await this.readThrough('\r\n')).toString('latin1').slice(0, -2)
  }

  async readToEnd(): Promise<Buffer> {
    const chunks: Buffer[] = []
    for (let chunk = await this.read(); chunk.length > 0; chunk = await this.read()) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  async answer(command: string, reply: string): Promise<void> {
    const line = await this.readLine()
    if (!line.startsWith(command)) throw new Error(`expected ${command}, received ${line}`)
    this.send(`${reply}\r\n`)
  }

  async hungUp(): Promise<void> {
    try {
      while ((await this.read()).length > 0);
    } catch {
      // A reset is an end too.
    }
    this.destroy()
  }

  async readClientHello(): Promise<{ readonly serverName?: string }> {
    let bytes = await this.#readMore()
    if (bytes[0] !== handshakeRecord) throw new Error('the client does not begin with TLS')
    while (bytes.length < recordLength(bytes)) bytes = Buffer.concat([bytes, await this.#readMore()])
    this.#stream.unread(bytes)
    const serverName = serverNameOf(bytes)
    return serverName === undefined ? {} : { serverName }
  }

  async startTls(identity: IssuedCertificate, options: ServerTlsOptions = {}): Promise<ServerTlsInfo> {
    this.#relay = await relayToTls(this.#raw, identity, options)
    const socket = await this.#relay.secured
    this.#stream = new SocketStream(socket)
    return infoOf(socket)
  }

  async #readMore(): Promise<Buffer> {
    const chunk = await this.read()
    if (chunk.length === 0) throw new Error('the client hung up')
    return chunk
  }
}

function infoOf(socket: TLSSocket): ServerTlsInfo {
  const protocol = socket.getProtocol()
  const clientName: unknown = socket.getPeerCertificate()?.subject?.CN
  // Not every runtime's server can say what the adapter's side may.
  const canExport = protocol === 'TLSv1.3' && typeof socket.exportKeyingMaterial === 'function'
  return {
    protocol,
    servername: (socket as TLSSocket & { readonly servername?: string | false }).servername ?? null,
    ...(typeof clientName === 'string' && { clientName }),
    ...(canExport && {
      exported: Uint8Array.from(socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))),
    }),
  }
}
