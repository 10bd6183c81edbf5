import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import type { SmtpPorts } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { line, mailboxes, type Refusal, refusals, sizeLimit } from './policy.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface PostfixPorts extends SmtpPorts {
  /** As plain, without CHUNKING. */
  readonly withoutChunking: number
}

/** Answers as the policy says. Mail for other domains is taken after AUTH only, and thrown away. */
export class PostfixServer extends MaildirServer<PostfixPorts> {
  readonly name = 'Postfix'
  readonly storedLineEnd = '\n'
  readonly #authority: CertificateAuthority
  readonly #authSocket: () => string

  /** `authSocket`, asked at the start, is where Dovecot tells whether a password is right. */
  constructor(authority: CertificateAuthority, authSocket: () => string) {
    super()
    this.#authority = authority
    this.#authSocket = authSocket
  }

  protected async setUp(directory: string): Promise<Setup<PostfixPorts>> {
    const ports = await freePorts('plain', 'withoutChunking', 'starttls', 'loginOnly', 'tls')
    const { certificate, key } = await this.#authority.issue()

    const configuration = join(directory, 'configuration')
    await mkdir(configuration)
    await mkdir(join(directory, 'queue'))
    await writeFile(join(configuration, 'main.cf'), mainCf(directory, this.#authSocket()))
    await writeFile(join(configuration, 'master.cf'), masterCf(ports))
    // Postfix waits until its configuration has been left alone for two seconds.
    for (const name of ['main.cf', 'master.cf']) await utimes(join(configuration, name), 0, 0)
    await writeFile(join(configuration, 'chain.pem'), key + certificate, { mode: 0o600 })

    return {
      command: ['postfix', '-c', configuration, 'start-fg'],
      endpoints: ports,
      greeting: endpointsAt(ports, this.#authority.certificate),
    }
  }
}

function mainCf(directory: string, authSocket: string): string {
  return `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = ${directory}/log
maillog_file_prefixes = ${directory}
myhostname = mail.example.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4

# Nothing leaves this machine: master.cf has no program that could send mail.
default_transport = discard:
relay_transport = discard:
local_transport = discard:
disable_dns_lookups = yes
smtpd_peername_lookup = no
notify_classes =

virtual_transport = virtual
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ ${mailboxes.map((name) => `${name}@example.test=${name}/`).join(' ')} }
virtual_mailbox_base = ${directory}/mail
virtual_uid_maps = static:${MAIL_OWNER}
virtual_gid_maps = static:${MAIL_OWNER}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access ${accessMap(refusals.recipients)}
smtpd_sender_restrictions = check_sender_access ${accessMap(refusals.senders)}
# Refuse a sender in the reply to MAIL, not only at RCPT.
smtpd_delay_reject = no

# Store what came: no header added or rewritten.
local_header_rewrite_clients =
message_drop_headers =
# Of mistakes on the wire none shall pass unseen: no bare line feed, no command before its turn.
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
message_size_limit = ${sizeLimit}
virtual_mailbox_limit = 0
smtpd_discard_ehlo_keywords =

smtpd_tls_chain_files = ${directory}/configuration/chain.pem
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${authSocket}
smtpd_sasl_authenticated_header = yes

# Tests connect often and are refused often.
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
`
}

function accessMap(byLocalPart: Readonly<Record<string, Refusal>>): string {
  const entries = Object.entries(byLocalPart).map(([name, refusal]) => `{ ${name}@example.test = ${line(refusal)} }`)
  return `inline:{ ${entries.join(' ')} }`
}

function masterCf({ plain, withoutChunking, starttls, loginOnly, tls }: PostfixPorts): string {
  return `
127.0.0.1:${plain} inet n - n - - smtpd
127.0.0.1:${withoutChunking} inet n - n - - smtpd
  -o smtpd_discard_ehlo_keywords=chunking
127.0.0.1:${starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=yes
127.0.0.1:${loginOnly} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_mechanism_filter=login
127.0.0.1:${tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}
