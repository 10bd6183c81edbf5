import {
  type Client,
  type Connect,
  type ConnectOptions,
  type ConnectRequest,
  LmtpClient,
  SmtpClient,
  type Target,
  type TlsOptions,
  type Transport,
} from '@sansmtp/core/client'
import type { CertificateAuthority, IssuedCertificate } from '../certificates/index.ts'
import type { AdapterCapabilities } from './adapter-capabilities.ts'
import { inBackground } from './in-background.ts'
import type { ListenOptions } from './server/listener.ts'
import type { Peer } from './server/peer.ts'
import type { ServerHost } from './server/server-host.ts'
import { type Script, StagedServer } from './server/staged-server.ts'
import { Stillness } from './server/stillness.ts'
import type { Setting } from './setting.ts'

/** A server's two ends: the adapter's, and the one for a script to drive. */
export interface Pair {
  readonly transport: Transport
  readonly peer: Peer
}

/** Where one case plays: it knows all servers and clients of the case, and sees to it that nothing is left open. */
export class Stage {
  readonly connect: Connect
  readonly capabilities: AdapterCapabilities
  readonly authority: CertificateAuthority
  readonly identity: IssuedCertificate
  /** Never aborted. */
  readonly signal: AbortSignal = new AbortController().signal
  /** Rejects as soon as the script of a server does, and never resolves. */
  readonly failure: Promise<never>
  #fail: (error: unknown) => void = () => {}
  readonly #host: ServerHost
  readonly #servers: StagedServer[] = []
  readonly #opened: { close(): unknown }[] = []
  #stillness: Stillness | undefined

  constructor({ connect, capabilities, servers, authority, identity }: Setting) {
    this.connect = connect
    this.capabilities = capabilities
    this.authority = authority
    this.identity = identity
    this.#host = servers
    this.failure = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failure.catch(() => {})
  }

  /** What a client that trusts the suite's authority connects with. */
  get trusted(): TlsOptions {
    return { serverName: 'localhost', ...this.trusting }
  }

  /** What makes a client trust the suite's authority. */
  get trusting(): Pick<TlsOptions, 'ca'> {
    return this.capabilities.namedAuthorities ? { ca: this.authority.certificate } : {}
  }

  /** An authority that nobody trusts. */
  stranger(name: string = 'a stranger'): Promise<CertificateAuthority> {
    return this.#host.createAuthority(name)
  }

  async serve<Result>(script?: Script<Result>, options?: ListenOptions): Promise<StagedServer<Result>> {
    const server = new StagedServer(await this.#host.listen(options), script)
    server.failure.catch(this.#fail)
    this.#servers.push(server)
    return server
  }

  /** The path of a unix socket that is no more. */
  async unusedPath(): Promise<string> {
    const listener = await this.#host.listen({ unix: true })
    await listener.close()
    return listener.path ?? ''
  }

  /** A port where nobody listens. */
  async unusedPort(): Promise<number> {
    const listener = await this.#host.listen()
    await listener.close()
    return listener.port
  }

  /** Connects by the adapter. */
  async open(server: StagedServer, request: Partial<ConnectRequest> = {}): Promise<Transport> {
    const transport = await this.connect({ target: targetOf(server), signal: this.signal, ...request })
    this.#opened.push(transport)
    return transport
  }

  /** A connection, in clear or begun with TLS, of which the case has both ends. */
  async pair(secure: boolean): Promise<Pair> {
    const server = await this.serve()
    const accepted = server.accept().then(async (peer) => {
      if (secure) await peer.startTls(this.identity)
      return peer
    })
    const [transport, peer] = await Promise.all([this.open(server, secure ? { tls: this.trusted } : {}), accepted])
    return { transport, peer }
  }

  /** Resolves when the clients of a server have hung up, who were closed in the midst of a handshake. */
  async hungUp(server: StagedServer): Promise<void> {
    if (!this.capabilities.abandonsHandshakes) for (const peer of server.peers) peer.destroy()
    await server.finished()
  }

  /** An SMTP client over the adapter. */
  smtp(url: string, options: ConnectOptions = {}): Promise<SmtpClient> {
    return this.#client(SmtpClient.connectBy(this.connect, url, options))
  }

  /** An LMTP client over the adapter. */
  lmtp(url: string, options: ConnectOptions = {}): Promise<LmtpClient> {
    return this.#client(LmtpClient.connectBy(this.connect, url, options))
  }

  /** Resolves when nothing moves any more, by `measure` or at all. */
  async stillness(measure?: () => number | Promise<number>): Promise<void> {
    this.#stillness ??= new Stillness(await this.#host.roundTrips())
    await this.#stillness.reached(measure)
  }

  /** Closes what the case has opened; resolves when every server has seen its clients hang up. */
  async finish(): Promise<void> {
    await Promise.all(this.#opened.map((each) => each.close()))
    await Promise.all(this.#servers.map((server) => server.finished()))
    await this.clear()
  }

  /** Cuts off what is left, without a word about it. */
  async clear(): Promise<void> {
    for (const each of this.#opened) inBackground((async () => each.close())())
    await Promise.all([...this.#servers.map((server) => server.close()), this.#stillness?.end()])
  }

  async #client<Opened extends Client>(opening: Promise<Opened>): Promise<Opened> {
    const client = await opening
    this.#opened.push(client)
    return client
  }
}

function targetOf({ host, port, path }: StagedServer): Target {
  return path === undefined ? { host, port } : { path }
}
