import { MAIL_OWNER } from './maildir-server.ts'
import { accentedDomain, line, mailboxes, type Refusal, refusals, sizeLimit } from './policy.ts'
import type { PostfixPorts } from './postfix.ts'

/** Mail for it is accepted and can't be delivered. */
export const bouncedDomain = 'bounced.test'

/** For which ETRN has Postfix look into its queue. */
export const etrnDomain = 'dialup.test'

// Postfix looks domains up as people write them.
const domains = ['example.test', accentedDomain.name]
const addresses = domains.flatMap((domain) => mailboxes.map((name) => [name, domain] as const))

/** The settings of all services. Without the path of a socket where Dovecot answers there is no AUTH. */
export function mainCf(directory: string, authSocket: string | undefined): string {
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
# Addresses that a client is told to have may be of either.
inet_protocols = all

# Nothing leaves this machine: master.cf has no program that could send mail.
default_transport = discard:
relay_transport = discard:
local_transport = discard:
disable_dns_lookups = yes
smtpd_peername_lookup = no
notify_classes =

virtual_transport = virtual
virtual_mailbox_domains = ${domains.join(' ')}
virtual_mailbox_maps = inline:{ ${addresses.map(([name, domain]) => `${name}@${domain}=${name}/`).join(' ')} }
fast_flush_domains = ${etrnDomain}
virtual_mailbox_base = ${directory}/mail
virtual_uid_maps = static:${MAIL_OWNER}
virtual_gid_maps = static:${MAIL_OWNER}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access ${accessMap(refusals.recipients)}
smtpd_sender_restrictions = check_sender_access ${accessMap(refusals.senders)}
# Refuse a sender in the reply to MAIL, not only at RCPT.
smtpd_delay_reject = no

# Taken for anybody, and to be put into mailboxes that nobody has.
relay_domains = ${bouncedDomain}
transport_maps = inline:{ ${bouncedDomain}=virtual: }

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
smtpd_sasl_auth_enable = ${authSocket === undefined ? 'no' : 'yes'}
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${authSocket}
smtpd_sasl_mechanism_filter = plain, login
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

/** The services, one for each port. */
export function masterCf(ports: PostfixPorts): string {
  const { plain, withoutChunking, trusting, proxied, starttls, loginOnly, everyMechanism, tls } = ports
  return `
127.0.0.1:${plain} inet n - n - - smtpd
127.0.0.1:${withoutChunking} inet n - n - - smtpd
  -o smtpd_discard_ehlo_keywords=chunking
127.0.0.1:${trusting} inet n - n - - smtpd
  -o smtpd_authorized_xclient_hosts=127.0.0.1 -o smtpd_authorized_xforward_hosts=127.0.0.1
127.0.0.1:${proxied} inet n - n - - smtpd
  -o smtpd_upstream_proxy_protocol=haproxy
127.0.0.1:${starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=may
127.0.0.1:${loginOnly} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_sasl_mechanism_filter=login
127.0.0.1:${everyMechanism} inet n - n - - smtpd
  -o smtpd_tls_security_level=may -o smtpd_sasl_mechanism_filter=!external,static:rest
127.0.0.1:${tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
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
