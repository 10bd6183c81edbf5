import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { writeCertificateFiles } from './certificate-files.ts'
import { writeCyrusPasswords } from './cyrus-passwords.ts'
import type { ForwardingPorts, SmtpPorts } from './endpoints.ts'
import { eximConf } from './exim-conf.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface EximPorts extends SmtpPorts, ForwardingPorts {
  /** As plain, without PIPELINING. */
  readonly withoutPipelining: number
}

/** Answers as the policy says. Mail for other domains is taken after AUTH only, and thrown away. */
export class EximServer extends MaildirServer<EximPorts> {
  /** Where install.sh puts it. */
  static readonly program: string = fileURLToPath(new URL('../../.interop/exim4', import.meta.url))

  readonly name = 'Exim'
  readonly storedLineEnd = '\n'
  readonly #authority: CertificateAuthority

  constructor(authority: CertificateAuthority) {
    super()
    this.#authority = authority
  }

  protected async setUp(directory: string): Promise<Setup<EximPorts>> {
    const ports = await freePorts(
      ...(['plain', 'withoutPipelining', 'proxied', 'starttls', 'loginOnly', 'everyMechanism', 'tls'] as const),
    )
    const { proxied: _, ...greeting } = ports
    for (const name of ['spool', 'logs']) {
      await mkdir(join(directory, name))
      await chown(join(directory, name), MAIL_OWNER, MAIL_OWNER)
    }
    // It starts itself anew, as somebody who may not be let into this checkout.
    const program = join(directory, 'exim4')
    await copyFile(EximServer.program, program)
    const files = await writeCertificateFiles(this.#authority, directory, MAIL_OWNER)
    const clientAuthority = join(directory, 'authority.pem')
    await writeFile(clientAuthority, this.#authority.certificate)
    const passwords = await writeCyrusPasswords(directory, 'exim', MAIL_OWNER)
    const configuration = join(directory, 'exim.conf')
    await writeFile(configuration, eximConf({ directory, ports, files, clientAuthority }))
    return {
      command: ['env', `SASL_CONF_PATH=${passwords}`, program, '-C', configuration, '-bdf'],
      endpoints: ports,
      greeting: endpointsAt(greeting, this.#authority.certificate),
      logs: ['logs/main', 'logs/reject', 'logs/panic'],
    }
  }
}
