import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import type { ForwardingPorts, SmtpPorts } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MaildirServer, type Setup } from './maildir-server.ts'
import { mainCf, masterCf } from './postfix-conf.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface PostfixPorts extends SmtpPorts, ForwardingPorts {
  /** As plain, without CHUNKING. */
  readonly withoutChunking: number
  /** As plain, with XCLIENT and XFORWARD. */
  readonly trusting: number
}

const ownPorts = ['withoutChunking', 'trusting', 'proxied'] as const

/** Answers as the policy says. Mail for other domains is taken after AUTH only, and thrown away. */
export class PostfixServer extends MaildirServer<PostfixPorts> {
  readonly name = 'Postfix'
  readonly storedLineEnd = '\n'
  readonly #authority: CertificateAuthority
  readonly #authSocket: (() => string) | undefined

  /** `authSocket`, asked at the start, is where Dovecot says whether a password is right; without it there is no AUTH. */
  constructor(authority: CertificateAuthority, authSocket?: () => string) {
    super()
    this.#authority = authority
    this.#authSocket = authSocket
  }

  protected async setUp(directory: string): Promise<Setup<PostfixPorts>> {
    const ports = await freePorts(
      ...ownPorts,
      ...(['plain', 'starttls', 'loginOnly', 'everyMechanism', 'tls'] as const),
    )
    const { proxied: _, ...greeting } = ports
    const { certificate, key } = await this.#authority.issue()

    const configuration = join(directory, 'configuration')
    await mkdir(configuration)
    await mkdir(join(directory, 'queue'))
    await writeFile(join(configuration, 'main.cf'), mainCf(directory, this.#authSocket?.()))
    await writeFile(join(configuration, 'master.cf'), masterCf(ports))
    // Postfix waits until its configuration has been left alone for two seconds.
    for (const name of ['main.cf', 'master.cf']) await utimes(join(configuration, name), 0, 0)
    await writeFile(join(configuration, 'chain.pem'), key + certificate, { mode: 0o600 })

    return {
      command: ['postfix', '-c', configuration, 'start-fg'],
      endpoints: ports,
      greeting: endpointsAt(greeting, this.#authority.certificate),
    }
  }
}
