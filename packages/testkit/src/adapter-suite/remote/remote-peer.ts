import type { IssuedCertificate } from '../../certificates/index.ts'
import type { Peer, ServerTlsInfo, ServerTlsOptions } from '../server/peer.ts'
import type { RemoteObject } from './remote-object.ts'

/** A peer in a server host. */
export class RemotePeer implements Peer {
  readonly remoteAddress: string | undefined
  readonly #peer: RemoteObject

  constructor(peer: RemoteObject, remoteAddress: string | undefined) {
    this.#peer = peer
    this.remoteAddress = remoteAddress
  }

  get delivered(): Promise<number> {
    return this.#peer.ask('delivered') as Promise<number>
  }

  send(data: string | Uint8Array): void {
    this.#peer.tell('send', data)
  }

  async deliver(bytes: Uint8Array): Promise<void> {
    await this.#peer.ask('deliver', bytes)
  }

  end(data?: string): void {
    this.#peer.tell('end', data)
  }

  reset(): void {
    this.#peer.tell('reset')
  }

  async sendAndReset(data: string): Promise<void> {
    await this.#peer.ask('sendAndReset', data)
  }

  destroy(): void {
    this.#peer.tell('destroy')
  }

  read(): Promise<Buffer> {
    return this.#peer.ask('read') as Promise<Buffer>
  }

  readExactly(length: number): Promise<Buffer> {
    return this.#peer.ask('readExactly', length) as Promise<Buffer>
  }

  readThrough(end: string): Promise<Buffer> {
    return this.#peer.ask('readThrough', end) as Promise<Buffer>
  }

  readLine(): Promise<string> {
    return this.#peer.ask('readLine') as Promise<string>
  }

  readToEnd(): Promise<Buffer> {
    return this.#peer.ask('readToEnd') as Promise<Buffer>
  }

  async answer(command: string, reply: string): Promise<void> {
    await this.#peer.ask('answer', command, reply)
  }

  async hungUp(): Promise<void> {
    await this.#peer.ask('hungUp')
  }

  readClientHello(): Promise<{ readonly serverName?: string }> {
    return this.#peer.ask('readClientHello') as Promise<{ readonly serverName?: string }>
  }

  async startTls({ certificate, key }: IssuedCertificate, options: ServerTlsOptions = {}): Promise<ServerTlsInfo> {
    const info: unknown = await this.#peer.ask('startTls', { certificate, key }, { ...options })
    return info as ServerTlsInfo
  }
}
