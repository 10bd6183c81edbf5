import { type ConnectOptions, SmtpClient } from '@sansmtp/node'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import type { ForwardingPorts, SmtpPorts } from '../servers/endpoints.ts'
import { user } from '../servers/policy.ts'

export const auth = { user: user.name, pass: user.password }

/** The ways to connect to an SMTP server. `ports` is asked when one is used, since a server is started after that. */
export class SmtpConnections {
  readonly #tlsOptions: { readonly ca: string }
  readonly #ports: () => SmtpPorts & Partial<ForwardingPorts>

  constructor(authority: CertificateAuthority, ports: () => SmtpPorts & Partial<ForwardingPorts>) {
    this.#tlsOptions = { ca: authority.certificate }
    this.#ports = ports
  }

  readonly plain = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'plain'), { tls: 'off', ...options })

  /** In the clear, behind a header of the PROXY protocol. */
  readonly proxied = (options: ConnectOptions): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'proxied'), { tls: 'off', ...options })

  /** With STARTTLS, and authenticated with PLAIN. */
  readonly startTls = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'starttls'), { tlsOptions: this.#tlsOptions, auth, ...options })

  /** With STARTTLS, and authenticated with LOGIN. */
  readonly login = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'loginOnly'), { tlsOptions: this.#tlsOptions, auth, ...options })

  /** With implicit TLS, and authenticated with PLAIN. */
  readonly implicitTls = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtps', 'tls'), { tlsOptions: this.#tlsOptions, auth, ...options })

  /** With STARTTLS, and not authenticated. */
  readonly anonymous = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'starttls'), { tlsOptions: this.#tlsOptions, ...options })

  /** As `anonymous`, where AUTH LOGIN only is offered. */
  readonly anonymousLogin = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'loginOnly'), { tlsOptions: this.#tlsOptions, ...options })

  /** With STARTTLS, where every mechanism is offered; authenticated as the options say. */
  readonly everyMechanism = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'everyMechanism'), this.#trusting(options))

  /** The same in the clear. */
  readonly everyMechanismInClear = (options: ConnectOptions = {}): Promise<SmtpClient> =>
    SmtpClient.connect(this.#url('smtp', 'everyMechanism'), { tls: 'off', ...options })

  #trusting({ tlsOptions, ...options }: ConnectOptions): ConnectOptions {
    return { tlsOptions: { ...this.#tlsOptions, ...tlsOptions }, ...options }
  }

  #url(scheme: 'smtp' | 'smtps', port: keyof (SmtpPorts & ForwardingPorts)): string {
    return `${scheme}://127.0.0.1:${this.#ports()[port]}`
  }
}
