import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'

export interface DovecotEndpoints {
  /** LMTP over TCP; STARTTLS offered. */
  readonly port: number
  /** LMTP over a Unix socket. */
  readonly socket: string
  /** Where Postfix asks whether a password is right. */
  readonly authSocket: string
}

/**
 * LMTP for ok, ok2, ok3, tester, and full, whose mailbox holds nothing: full is accepted as a recipient and
 * refused after the content. Anybody else is unknown. tester's password is pencil.
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
    const [port] = (await freePorts(1)) as [number]
    const socket = join(directory, 'lmtp')
    const authSocket = join(directory, 'auth')
    const { certificate, key } = await this.#authority.issue()

    const configuration = join(directory, 'dovecot.conf')
    await writeFile(configuration, dovecotConf(directory, port))
    await writeFile(join(directory, 'users'), users(directory))
    await writeFile(join(directory, 'certificate.pem'), certificate)
    await writeFile(join(directory, 'key.pem'), key, { mode: 0o600 })

    return {
      command: ['dovecot', '-F', '-c', configuration],
      endpoints: { port, socket, authSocket },
      greeting: [{ net: { host: '127.0.0.1', port } }, { net: { path: socket } }],
    }
  }
}

function users(directory: string): string {
  const line = (user: string, extra = '') =>
    `${user}:{PLAIN}pencil:${MAIL_OWNER}:${MAIL_OWNER}::${directory}/mail/${user}::${extra}\n`
  return ['ok', 'ok2', 'ok3', 'tester'].map((user) => line(user)).join('') + line('full', 'userdb_quota_rule=*:bytes=1')
}

function dovecotConf(directory: string, port: number): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
listen = 127.0.0.1
hostname = mail.example.test
protocols = lmtp
ssl = yes
ssl_cert = <${directory}/certificate.pem
ssl_key = <${directory}/key.pem

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
