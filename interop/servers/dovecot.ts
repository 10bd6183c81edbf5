import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { type CertificateFiles, writeCertificateFiles } from './certificate-files.ts'
import type { LmtpEndpoints } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { mailboxes, user } from './policy.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface DovecotEndpoints extends LmtpEndpoints {
  /** Where Postfix asks whether a password is right. */
  readonly authSocket: string
}

/**
 * LMTP for the policy's mailboxes, and for full and later, whose mailboxes hold nothing: both are accepted as
 * recipients and refused after the content, full for good and later for now. Anybody else is unknown.
 */
export class DovecotServer extends MaildirServer<DovecotEndpoints> {
  readonly name = 'Dovecot'
  // With mail_save_crlf.
  readonly storedLineEnd = '\r\n'
  readonly #authority: CertificateAuthority

  constructor(authority: CertificateAuthority) {
    super()
    this.#authority = authority
  }

  protected async setUp(directory: string): Promise<Setup<DovecotEndpoints>> {
    const ports = await freePorts('lmtp')
    const socket = join(directory, 'lmtp')
    const authSocket = join(directory, 'auth')
    const files = await writeCertificateFiles(this.#authority, directory)
    const configuration = join(directory, 'dovecot.conf')
    await writeFile(configuration, dovecotConf(directory, ports.lmtp, files))
    await writeFile(join(directory, 'users'), users(directory))

    return {
      command: ['dovecot', '-F', '-c', configuration],
      endpoints: { ...ports, socket, authSocket },
      greeting: [...endpointsAt(ports, this.#authority.certificate), { net: { path: socket } }],
    }
  }
}

function users(directory: string): string {
  const line = (name: string, extra = '') =>
    `${name}:{PLAIN}${user.password}:${MAIL_OWNER}:${MAIL_OWNER}::${directory}/mail/${name}::${extra}\n`
  const holdsNothing = 'userdb_quota_rule=*:bytes=1'
  return [
    ...mailboxes.map((name) => line(name)),
    line('full', holdsNothing),
    line('later', `${holdsNothing} userdb_quota_full_tempfail=yes`),
  ].join('')
}

function dovecotConf(directory: string, port: number, { certificate, key }: CertificateFiles): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
listen = 127.0.0.1
hostname = mail.example.test
protocols = lmtp
ssl = yes
ssl_cert = <${certificate}
ssl_key = <${key}

mail_location = maildir:${directory}/mail/%n
mail_save_crlf = yes
first_valid_uid = 1
mail_plugins = quota
plugin {
  quota = maildir:User quota
  quota_grace = 0
}

auth_mechanisms = plain login
auth_username_format = %Ln
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = ${directory}/users
}
userdb {
  driver = passwd-file
  args = ${directory}/users
}

service lmtp {
  inet_listener lmtp {
    port = ${port}
  }
  unix_listener ${directory}/lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener ${directory}/auth {
    mode = 0666
  }
}
service anvil {
  # Else every wrong password makes this address wait longer for its next try.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`
}
