import { type ConnectOptions, LmtpClient } from '@sansmtp/node'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import type { LmtpEndpoints } from '../servers/endpoints.ts'

/** The ways to connect to an LMTP server. `endpoints` is asked when one is used: a server is started after that. */
export class LmtpConnections {
  readonly #tlsOptions: { readonly ca: string }
  readonly #endpoints: () => LmtpEndpoints

  constructor(authority: CertificateAuthority, endpoints: () => LmtpEndpoints) {
    this.#tlsOptions = { ca: authority.certificate }
    this.#endpoints = endpoints
  }

  readonly tcp = (options: ConnectOptions = {}): Promise<LmtpClient> =>
    LmtpClient.connect(`lmtp://127.0.0.1:${this.#endpoints().lmtp}`, { tls: 'off', ...options })

  readonly startTls = (options: ConnectOptions = {}): Promise<LmtpClient> =>
    LmtpClient.connect(`lmtp://127.0.0.1:${this.#endpoints().lmtp}`, { tlsOptions: this.#tlsOptions, ...options })

  readonly unixSocket = (options: ConnectOptions = {}): Promise<LmtpClient> =>
    LmtpClient.connect(`lmtp+unix://${this.#endpoints().socket}`, options)
}
