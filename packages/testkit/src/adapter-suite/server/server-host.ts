import type { CertificateAuthority } from '../../certificates/index.ts'
import type { Listener, ListenOptions } from './listener.ts'

/** Something that can be asked for one round after another through all that could still move. */
export interface RoundTrips {
  once(): Promise<unknown>
  end(): Promise<void>
}

/** Where the servers of the suite live: in this process, or in another one where this runtime has none. */
export interface ServerHost {
  listen(options?: ListenOptions): Promise<Listener>
  /** The one that the clients of the suite trust: the same at each call. */
  trustedAuthority(): Promise<CertificateAuthority>
  /** One that nobody knows. */
  createAuthority(name: string): Promise<CertificateAuthority>
  roundTrips(): Promise<RoundTrips>
}
