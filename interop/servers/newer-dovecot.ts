import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { writeCertificateFiles } from './certificate-files.ts'
import { passwords } from './dovecot.ts'
import { freePorts } from './free-ports.ts'
import { MaildirServer, type Setup } from './maildir-server.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface SubmissionPorts {
  /** With STARTTLS. */
  readonly starttls: number
  /** With implicit TLS. */
  readonly tls: number
}

const runInTree = fileURLToPath(new URL('programs/run-in-tree.sh', import.meta.url))
/** Where install.sh puts it. */
const tree = fileURLToPath(new URL('../../.interop/dovecot-2.4', import.meta.url))

/** Submission by Dovecot 2.4, which knows channel binding. Mail is passed on to another server. */
export class NewerDovecotServer extends MaildirServer<SubmissionPorts> {
  static readonly trial = ['sh', runInTree, tree, '/tmp', '/usr/sbin/dovecot', '--version'] as const

  readonly name = 'Dovecot 2.4'
  readonly storedLineEnd = '\r\n'
  readonly #authority: CertificateAuthority
  readonly #relay: () => number

  /** `relay`, asked at the start, is the port of the server that takes what is submitted. */
  constructor(authority: CertificateAuthority, relay: () => number) {
    super()
    this.#authority = authority
    this.#relay = relay
  }

  protected async setUp(directory: string): Promise<Setup<SubmissionPorts>> {
    const ports = await freePorts('starttls', 'tls')
    await writeCertificateFiles(this.#authority, directory)
    await writeFile(join(directory, 'users'), passwords('/server'))
    await writeFile(join(directory, 'dovecot.conf'), dovecotConf(ports, this.#relay()))
    return {
      command: ['sh', runInTree, tree, directory, '/usr/sbin/dovecot', '-F', '-c', '/server/dovecot.conf'],
      endpoints: ports,
      greeting: endpointsAt(ports, this.#authority.certificate),
    }
  }
}

function dovecotConf({ starttls, tls }: SubmissionPorts, relay: number): string {
  return `
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = /server/run
state_dir = /server/state
log_path = /dev/stderr
listen = 127.0.0.1
hostname = mail.example.test
protocols = submission
ssl = yes
ssl_server_cert_file = /server/certificate.pem
ssl_server_key_file = /server/key.pem

mail_driver = maildir
mail_path = /server/mail/%{user}
first_valid_uid = 1

auth_mechanisms = plain login scram-sha-1 scram-sha-1-plus scram-sha-256 scram-sha-256-plus
auth_verbose = yes
auth_username_format = %{user | lower | username}
auth_username_chars =
auth_failure_delay = 0
passdb passwd-file {
  passwd_file_path = /server/users
}
userdb passwd-file {
  passwd_file_path = /server/users
}

submission_relay_host = 127.0.0.1
submission_relay_port = ${relay}
service submission-login {
  inet_listener submission {
    port = ${starttls}
  }
  inet_listener submissions {
    port = ${tls}
    ssl = yes
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
