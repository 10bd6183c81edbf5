import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net'
import type { RoundTrips } from './server-host.ts'
import { SocketStream } from './socket-stream.ts'

/** An octet that goes round over a loopback connection of its own. */
export class LoopbackRoundTrips implements RoundTrips {
  readonly #server: Server
  readonly #near: SocketStream
  readonly #far: SocketStream

  private constructor(server: Server, near: SocketStream, far: SocketStream) {
    this.#server = server
    this.#near = near
    this.#far = far
  }

  static async begin(): Promise<LoopbackRoundTrips> {
    const server = createServer({ noDelay: true })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const accepted = once(server, 'connection')
    const socket = createConnection({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true })
    const near = new SocketStream(socket)
    const [far] = await accepted
    return new LoopbackRoundTrips(server, near, new SocketStream(far))
  }

  async once(): Promise<void> {
    await this.#near.write('?')
    await this.#far.read()
    await this.#far.write('!')
    await this.#near.read()
  }

  async end(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#near.socket.destroy()
    this.#far.socket.destroy()
    await closed
  }
}
