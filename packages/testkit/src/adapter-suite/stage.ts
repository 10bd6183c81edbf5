import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import type { Peer } from './server/peer.ts'
import { type Script, ScriptedServer, type ServeOptions } from './server/scripted-server.ts'
import { Stillness } from './server/stillness.ts'

/** What a case needs of the world, made before it and shared by all cases. */
export interface Setting {
  readonly connect: Connect
  readonly capabilities: AdapterCapabilities
  /** Trusted by the clients of the suite. */
  readonly authority: CertificateAuthority
  /** For localhost, 127.0.0.1 and ::1. */
  readonly identity: IssuedCertificate
}

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
  readonly #servers: ScriptedServer[] = []
  readonly #opened: { close(): unknown }[] = []
  readonly #directories: string[] = []
  #stillness: Stillness | undefined

  constructor({ connect, capabilities, authority, identity }: Setting) {
    this.connect = connect
    this.capabilities = capabilities
    this.authority = authority
    this.identity = identity
    this.failure = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failure.catch(() => {})
  }

  /** What a client that trusts the suite's authority connects with. */
  get trusted(): TlsOptions {
    return { serverName: 'localhost', ca: this.authority.certificate }
  }

  async serve<Result>(script?: Script<Result>, options?: ServeOptions): Promise<ScriptedServer<Result>> {
    const server = await ScriptedServer.listen(script, options)
    server.failure.catch(this.#fail)
    this.#servers.push(server)
    return server
  }

  /** A path where no unix socket is yet. */
  async unixPath(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'sansmtp-'))
    this.#directories.push(directory)
    return join(directory, 'lmtp')
  }

  /** A port where nobody listens. */
  async unusedPort(): Promise<number> {
    const server = await ScriptedServer.listen()
    const { port } = server
    await server.close()
    return port
  }

  /** Connects by the adapter. */
  async open(server: ScriptedServer, request: Partial<ConnectRequest> = {}): Promise<Transport> {
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

  /** An SMTP client over the adapter. */
  smtp(url: string, options: ConnectOptions = {}): Promise<SmtpClient> {
    return this.#client(SmtpClient.connectBy(this.connect, url, options))
  }

  /** An LMTP client over the adapter. */
  lmtp(url: string, options: ConnectOptions = {}): Promise<LmtpClient> {
    return this.#client(LmtpClient.connectBy(this.connect, url, options))
  }

  /** Resolves when nothing moves any more, by `measure` or at all. */
  async stillness(measure?: () => number): Promise<void> {
    this.#stillness ??= await Stillness.begin()
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
    await Promise.all([
      ...this.#servers.map((server) => server.close()),
      ...this.#directories.map((directory) => rm(directory, { recursive: true, force: true })),
      this.#stillness?.end(),
    ])
  }

  async #client<Opened extends Client>(opening: Promise<Opened>): Promise<Opened> {
    const client = await opening
    this.#opened.push(client)
    return client
  }
}

function targetOf({ host, port, path }: ScriptedServer): Target {
  return path === undefined ? { host, port } : { path }
}
