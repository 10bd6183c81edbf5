import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { type CertificateFiles, writeCertificateFiles } from './certificate-files.ts'
import type { SmtpPorts } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { mailboxes, type Refusal, refusals, sizeLimit, user } from './policy.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface EximPorts extends SmtpPorts {
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
    const ports = await freePorts('plain', 'withoutPipelining', 'starttls', 'loginOnly', 'tls')
    for (const name of ['spool', 'logs']) {
      await mkdir(join(directory, name))
      await chown(join(directory, name), MAIL_OWNER, MAIL_OWNER)
    }
    // It starts itself anew, as somebody who may not be let into this checkout.
    const program = join(directory, 'exim4')
    await copyFile(EximServer.program, program)
    const files = await writeCertificateFiles(this.#authority, directory, MAIL_OWNER)
    const configuration = join(directory, 'exim.conf')
    await writeFile(configuration, eximConf(directory, ports, files))
    return {
      command: [program, '-C', configuration, '-bdf'],
      endpoints: ports,
      greeting: endpointsAt(ports, this.#authority.certificate),
      logs: ['logs/main', 'logs/reject', 'logs/panic'],
    }
  }
}

function eximConf(directory: string, ports: EximPorts, { certificate, key }: CertificateFiles): string {
  const { plain, withoutPipelining, loginOnly, tls } = ports
  const names = mailboxes.join(' : ')
  // A condition: the connection came to one of these.
  const at = (...numbers: number[]) => `match{$received_port}{^(${numbers.join('|')})\\$}`
  return `
exim_path = ${directory}/exim4
exim_user = ${MAIL_OWNER}
exim_group = ${MAIL_OWNER}
# It delivers as it receives, never as root.
deliver_drop_privilege
spool_directory = ${directory}/spool
log_file_path = ${directory}/logs/%s
pid_file_path = ${directory}/pid
keep_environment =
primary_hostname = mail.example.test

local_interfaces = 127.0.0.1
daemon_smtp_ports = ${Object.values(ports).join(' : ')}
tls_on_connect_ports = ${tls}
tls_advertise_hosts = \${if ${at(plain, withoutPipelining)}{}{*}}
tls_certificate = ${certificate}
tls_privatekey = ${key}
auth_advertise_hosts = \${if def:tls_in_cipher{*}{}}
pipelining_advertise_hosts = \${if ${at(withoutPipelining)}{}{*}}
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
prdr_enable
message_size_limit = ${sizeLimit}

# Nothing is asked of the network.
host_lookup =
helo_lookup_domains =
rfc1413_hosts =
# Tests connect often, and every message is to be delivered at once.
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 0

acl_smtp_mail = mail
acl_smtp_rcpt = rcpt
acl_smtp_vrfy = accept
acl_smtp_expn = accept

begin acl
mail:
${Object.entries(refusals.senders)
  .map(([name, refusal]) => deny(`senders = ${name}@example.test`, refusal))
  .join('')}
  accept
rcpt:
${Object.entries(refusals.recipients)
  .map(([name, refusal]) => deny(`local_parts = ${name}`, refusal))
  .join('')}
  accept domains = example.test
    local_parts = ${names}
${deny('domains = example.test', refusals.unknown)}
  accept authenticated = *
${deny('', refusals.relay)}

begin routers
mailboxes:
  driver = accept
  domains = example.test
  local_parts = ${names}
  transport = maildir
elsewhere:
  driver = redirect
  domains = !example.test
  data = :blackhole:

begin transports
maildir:
  driver = appendfile
  directory = ${directory}/mail/$local_part_data
  create_directory
  maildir_format
  return_path_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if !${at(loginOnly)}}
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user.name}}}{eq{$auth3}{${user.password}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = \${if and{{eq{$auth1}{${user.name}}}{eq{$auth2}{${user.password}}}}}
  server_set_id = $auth1
`
}

function deny(condition: string, { code, enhancedCode, text }: Refusal): string {
  const verb = code < 500 ? 'defer' : 'deny'
  return `  ${verb} ${condition}\n    message = ${enhancedCode} ${text}\n`
}
