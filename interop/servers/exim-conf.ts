import type { CertificateFiles } from './certificate-files.ts'
import type { EximPorts } from './exim.ts'
import { cameTo, eximAuthenticators } from './exim-authenticators.ts'
import { MAIL_OWNER } from './maildir-server.ts'
import { accentedDomain, mailboxes, type Refusal, refusals, sizeLimit } from './policy.ts'

/** What Exim's configuration is made from. */
export interface EximSettings {
  readonly directory: string
  readonly ports: EximPorts
  readonly files: CertificateFiles
  /** The certificate of who issues certificates to clients. */
  readonly clientAuthority: string
}

export function eximConf({ directory, ports, files, clientAuthority }: EximSettings): string {
  const { plain, withoutPipelining, proxied, everyMechanism, tls } = ports
  const names = mailboxes.join(' : ')
  const refusedLater = Object.keys(refusals.afterContent).join(' : ')
  return `
exim_path = ${directory}/exim4
exim_user = ${MAIL_OWNER}
exim_group = ${MAIL_OWNER}
# It delivers as it receives, never as root.
deliver_drop_privilege
spool_directory = ${directory}/spool
log_file_path = ${directory}/logs/%s
pid_file_path = ${directory}/pid
# Where the passwords of Cyrus SASL are.
keep_environment = SASL_CONF_PATH
primary_hostname = mail.example.test
domainlist local_domains = example.test : ${Object.values(accentedDomain).join(' : ')}

local_interfaces = 127.0.0.1
daemon_smtp_ports = ${Object.values(ports).join(' : ')}
tls_on_connect_ports = ${tls}
tls_advertise_hosts = \${if ${cameTo(plain, withoutPipelining, proxied)}{}{*}}
tls_certificate = ${files.certificate}
tls_privatekey = ${files.key}
tls_try_verify_hosts = *
tls_verify_certificates = ${clientAuthority}
auth_advertise_hosts = \${if or{{def:tls_in_cipher}{${cameTo(everyMechanism)}}}{*}{}}
hosts_proxy = \${if ${cameTo(proxied)}{*}{}}
pipelining_advertise_hosts = \${if ${cameTo(withoutPipelining)}{}{*}}
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
acl_smtp_data_prdr = prdr
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
  accept domains = +local_domains
    local_parts = ${names} : ${refusedLater}
${deny('domains = example.test', refusals.unknown)}
  accept authenticated = *
${deny('', refusals.relay)}
# After the content, for each recipient, where the client has asked for that.
prdr:
${Object.entries(refusals.afterContent)
  .map(([name, refusal]) => deny(`local_parts = ${name}`, refusal))
  .join('')}
  accept

begin routers
mailboxes:
  driver = accept
  domains = +local_domains
  local_parts = ${names}
  transport = maildir
refused_after_content:
  driver = redirect
  domains = +local_domains
  local_parts = ${refusedLater}
  data = :blackhole:
elsewhere:
  driver = redirect
  domains = !+local_domains
  data = :blackhole:

begin transports
maildir:
  driver = appendfile
  directory = ${directory}/mail/$local_part_data
  create_directory
  maildir_format
  return_path_add

begin authenticators
${eximAuthenticators(ports)}`
}

function deny(condition: string, { code, enhancedCode, text }: Refusal): string {
  const verb = code < 500 ? 'defer' : 'deny'
  return `  ${verb} ${condition}\n    message = ${enhancedCode} ${text}\n`
}
