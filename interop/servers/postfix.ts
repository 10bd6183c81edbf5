import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'

export interface PostfixPorts {
  /** No TLS and no AUTH. */
  readonly plain: number
  /** As plain, without CHUNKING. */
  readonly withoutChunking: number
  /** STARTTLS offered, AUTH after it. */
  readonly starttls: number
  /** Implicit TLS, AUTH. */
  readonly tls: number
}

/**
 * At example.test it takes mail for ok, ok2, ok3 and tester, answers 550 to rej and to anybody unknown, 451 to tmp,
 * and 550 to the sender rejfrom. Mail for other domains is taken after AUTH only, and thrown away.
 */
export class PostfixServer extends MaildirServer<PostfixPorts> {
  readonly name = 'Postfix'
  readonly storedLineEnd = '\n'
  readonly #authority: CertificateAuthority
  readonly #authSocket: string

  constructor(authority: CertificateAuthority, authSocket: string) {
    super()
    this.#authority = authority
    this.#authSocket = authSocket
  }

  protected async setUp(directory: string): Promise<Setup<PostfixPorts>> {
    const [plain, withoutChunking, starttls, tls] = (await freePorts(4)) as [number, number, number, number]
    const ports = { plain, withoutChunking, starttls, tls }
    const { certificate, key } = await this.#authority.issue()

    const configuration = join(directory, 'configuration')
    await mkdir(configuration)
    await mkdir(join(directory, 'queue'))
    await writeFile(join(configuration, 'main.cf'), mainCf(directory, this.#authSocket))
    await writeFile(join(configuration, 'master.cf'), masterCf(ports))
    // Postfix waits until its configuration has been left alone for two seconds.
    for (const name of ['main.cf', 'master.cf']) await utimes(join(configuration, name), 0, 0)
    await writeFile(join(configuration, 'chain.pem'), key + certificate, { mode: 0o600 })

    return {
      command: ['postfix', '-c', configuration, 'start-fg'],
      endpoints: ports,
      greeting: [
        ...[plain, withoutChunking, starttls].map((port) => ({ net: { host: '127.0.0.1', port } })),
        { tls: { host: '127.0.0.1', port: tls, ca: this.#authority.certificate } },
      ],
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
virtual_mailbox_maps = inline:{ ok@example.test=ok/ ok2@example.test=ok2/ ok3@example.test=ok3/ tester@example.test=tester/ }
virtual_mailbox_base = ${directory}/mail
virtual_uid_maps = static:${MAIL_OWNER}
virtual_gid_maps = static:${MAIL_OWNER}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{
  { rej@example.test = 550 5.7.1 Refused for the test }
  { tmp@example.test = 451 4.7.1 Put off for the test } }
smtpd_sender_restrictions = check_sender_access inline:{
  { rejfrom@example.test = 550 5.7.1 Refused for the test } }
# Refuse a sender in the reply to MAIL, not only at RCPT.
smtpd_delay_reject = no

# Store what came: no header added or rewritten.
local_header_rewrite_clients =
# Of mistakes on the wire none shall pass unseen: no bare line feed, no command before its turn.
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
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

function masterCf({ plain, withoutChunking, starttls, tls }: PostfixPorts): string {
  return `
127.0.0.1:${plain} inet n - n - - smtpd
127.0.0.1:${withoutChunking} inet n - n - - smtpd
  -o smtpd_discard_ehlo_keywords=chunking
127.0.0.1:${starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=yes
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
