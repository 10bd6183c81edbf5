import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { writeCertificateFiles } from './certificate-files.ts'
import type { ForwardingPorts, LmtpEndpoints, SmtpPorts } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { policy } from './policy.ts'
import { TokenIssuer } from './token-issuer.ts'
import { endpointsAt } from './wait-for-greeting.ts'

/** A port for each name, besides those that every server has. */
export type ProgramEndpoints<Port extends string> = Readonly<Record<CommonPort | Port, number>> & LmtpEndpoints

type CommonPort = keyof SmtpPorts | keyof ForwardingPorts | 'lmtp'
const commonPorts: readonly CommonPort[] = [
  'plain',
  'proxied',
  'starttls',
  'loginOnly',
  'everyMechanism',
  'tls',
  'lmtp',
]

/** A server that is a library: a program of ours, below `programs/`, makes a server of it. */
export abstract class ProgramServer<Port extends string> extends MaildirServer<ProgramEndpoints<Port>> {
  // The programs store what came.
  readonly storedLineEnd = '\r\n'
  /** Whose tokens it takes, where it takes any. */
  readonly tokens: TokenIssuer = new TokenIssuer()
  protected abstract readonly interpreter: readonly string[]
  protected abstract readonly program: string
  protected abstract readonly ports: readonly Port[]
  readonly #authority: CertificateAuthority

  constructor(authority: CertificateAuthority) {
    super()
    this.#authority = authority
  }

  protected async setUp(directory: string): Promise<Setup<ProgramEndpoints<Port>>> {
    const ports = await freePorts<CommonPort | Port>(...commonPorts, ...this.ports)
    const { proxied: _, ...greeting } = ports as Record<CommonPort, number>
    const socket = join(directory, 'lmtp')
    const files = await writeCertificateFiles(this.#authority, directory)
    // The program opens and reads all of it as root, and then goes on as `owner`.
    const tokenKey = this.tokens.key.toString('base64')
    const settings = { directory, owner: MAIL_OWNER, ...files, ports, socket, policy, tokenKey }
    const program = fileURLToPath(new URL(`programs/${this.program}`, import.meta.url))
    return {
      command: [...this.interpreter, program, JSON.stringify(settings)],
      endpoints: { ...ports, socket },
      greeting: [...endpointsAt(greeting, this.#authority.certificate), { net: { path: socket } }],
    }
  }
}
