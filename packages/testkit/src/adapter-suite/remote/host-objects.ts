import type { CertificateAuthority } from '../../certificates/index.ts'
import type { Listener } from '../server/listener.ts'
import type { Peer } from '../server/peer.ts'
import type { ServerHost } from '../server/server-host.ts'
import type { Message } from './message.ts'

type Operation = (...args: never[]) => unknown
type Operations = Readonly<Record<string, Operation>>

/** What lives in the host, by number; the host itself is 0. Others get numbers and facts, and ask for operations. */
export class HostObjects {
  readonly #objects: Operations[] = []
  readonly #host: ServerHost

  constructor(host: ServerHost) {
    this.#host = host
    this.#add({
      listen: async (options: Parameters<ServerHost['listen']>[0]) => this.#listener(await host.listen(options)),
      trustedAuthority: async () => this.#authority(await host.trustedAuthority()),
      createAuthority: async (name: string) => this.#authority(await host.createAuthority(name)),
      roundTrips: async () => this.#roundTrips(),
    })
  }

  /** @throws {Error} when there is no such object or operation, or the operation's own error */
  async ask(object: number, operation: string, args: readonly unknown[]): Promise<Message> {
    const operations = this.#objects[object]
    if (operations === undefined || !Object.hasOwn(operations, operation)) {
      throw new Error(`object ${object} has no operation ${operation}`)
    }
    return ((await operations[operation]?.(...(args as never[]))) ?? null) as Message
  }

  #add(operations: Operations): number {
    return this.#objects.push(operations) - 1
  }

  async #roundTrips(): Promise<Message> {
    const roundTrips = await this.#host.roundTrips()
    return { id: this.#add({ once: () => roundTrips.once(), end: () => roundTrips.end() }) }
  }

  #authority(authority: CertificateAuthority): Message {
    const issue = async (options: Parameters<CertificateAuthority['issue']>[0]) => ({
      ...(await authority.issue(options)),
    })
    return { id: this.#add({ issue }), certificate: authority.certificate }
  }

  #listener(listener: Listener): Message {
    const accept = async () => {
      const peer = await listener.accept()
      return peer === undefined ? null : this.#peer(peer)
    }
    const id = this.#add({ accept, connections: () => listener.connections(), close: () => listener.close() })
    const { host, port, path } = listener
    return { id, host, port, path }
  }

  #peer(peer: Peer): Message {
    const id = this.#add({
      delivered: () => peer.delivered,
      send: (data: string | Uint8Array) => peer.send(data),
      deliver: (bytes: Uint8Array) => peer.deliver(bytes),
      end: (data?: string) => peer.end(data),
      reset: () => peer.reset(),
      sendAndReset: (data: string) => peer.sendAndReset(data),
      destroy: () => peer.destroy(),
      read: () => peer.read(),
      readExactly: (length: number) => peer.readExactly(length),
      readThrough: (end: string) => peer.readThrough(end),
      readLine: () => peer.readLine(),
      readToEnd: () => peer.readToEnd(),
      answer: (command: string, reply: string) => peer.answer(command, reply),
      hungUp: () => peer.hungUp(),
      readClientHello: () => peer.readClientHello(),
      startTls: (...args: Parameters<Peer['startTls']>) => peer.startTls(...args),
    })
    return { id, remoteAddress: peer.remoteAddress }
  }
}
