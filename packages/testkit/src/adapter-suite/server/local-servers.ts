import { type CertificateAuthority, createCertificateAuthority } from '../../certificates/index.ts'
import type { Listener, ListenOptions } from './listener.ts'
import { LoopbackRoundTrips } from './loopback-round-trips.ts'
import type { RoundTrips, ServerHost } from './server-host.ts'
import { SocketListener } from './socket-listener.ts'

/** Servers in this process, by `node:net` and `node:tls`. */
export class LocalServers implements ServerHost {
  #authority: Promise<CertificateAuthority> | undefined

  listen(options?: ListenOptions): Promise<Listener> {
    return SocketListener.listen(options)
  }

  trustedAuthority(): Promise<CertificateAuthority> {
    this.#authority ??= createCertificateAuthority('sansmtp adapter suite')
    return this.#authority
  }

  createAuthority(name: string): Promise<CertificateAuthority> {
    return createCertificateAuthority(name)
  }

  roundTrips(): Promise<RoundTrips> {
    return LoopbackRoundTrips.begin()
  }
}
