import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net'
import { SocketStream } from './socket-stream.ts'

const roundTrips = 50

/**
 * Tells when nothing moves any more, without a clock: an octet goes round over a loopback connection of its own,
 * and whatever else could move has had its turns meanwhile.
 */
export class Stillness {
  readonly #server: Server
  readonly #near: SocketStream
  readonly #far: SocketStream

  private constructor(server: Server, near: SocketStream, far: SocketStream) {
    this.#server = server
    this.#near = near
    this.#far = far
  }

  static async begin(): Promise<Stillness> {
    const server = createServer({ noDelay: true })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const accepted = once(server, 'connection')
    const socket = createConnection({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true })
    const near = new SocketStream(socket)
    const [far] = await accepted
    return new Stillness(server, near, new SocketStream(far))
  }

  /** Resolves when `measure` has given the same over many round trips on end. */
  async reached(measure: () => number = () => 0): Promise<void> {
    for (let last = measure(), same = 0; same < roundTrips; ) {
      await this.#roundTrip()
      const now = measure()
      same = now === last ? same + 1 : 0
      last = now
    }
  }

  async end(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#near.socket.destroy()
    this.#far.socket.destroy()
    await closed
  }

  async #roundTrip(): Promise<void> {
    await this.#near.write('?')
    await this.#far.read()
    await this.#far.write('!')
    await this.#near.read()
  }
}
