import type { CertificateFiles } from './certificate-files.ts'

/** What Dovecot's configuration is made from. */
export interface DovecotSettings {
  readonly directory: string
  readonly lmtp: number
  readonly lmtpProxied: number
  readonly submission?: SubmissionSettings | undefined
  readonly files: CertificateFiles
  /** The certificate of who issues certificates to clients. */
  readonly clientAuthority: string
}

interface SubmissionSettings {
  readonly starttls: number
  readonly tls: number
  readonly proxied: number
  /** IMAP with implicit TLS, which URLs of messages come from. */
  readonly imap: number
  /** The port that mail is passed on to. */
  readonly relay: number
}

/** The configuration of Dovecot 2.3. */
export function dovecotConf({
  directory,
  lmtp,
  lmtpProxied,
  submission,
  files,
  clientAuthority,
}: DovecotSettings): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
listen = 127.0.0.1
hostname = mail.example.test
# Who may say whom it speaks for, by XCLIENT or by a PROXY header.
login_trusted_networks = 127.0.0.1
haproxy_trusted_networks = 127.0.0.1
protocols = lmtp ${submission === undefined ? '' : 'submission imap'}
ssl = yes
ssl_cert = <${files.certificate}
ssl_key = <${files.key}

mail_location = maildir:${directory}/mail/%n
mail_save_crlf = yes
first_valid_uid = 1
mail_plugins = quota
plugin {
  quota = maildir:User quota
  quota_grace = 0
}
${authentication(directory, clientAuthority)}
service lmtp {
  inet_listener lmtp {
    port = ${lmtp}
  }
  inet_listener lmtp-proxied {
    port = ${lmtpProxied}
    haproxy = yes
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
${submission === undefined ? '' : submissionService(submission)}`
}

/** Each mechanism that Dovecot has, but DIGEST-MD5 and those that need somebody else to ask. */
function authentication(directory: string, clientAuthority: string): string {
  return `
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 oauthbearer xoauth2 external
auth_verbose = yes
auth_username_format = %Ln
# Any octets: else a name is US-ASCII.
auth_username_chars =
auth_failure_delay = 0
# EXTERNAL: the certificate's common name is the user.
ssl_ca = <${clientAuthority}
ssl_require_crl = no
ssl_verify_client_cert = yes
auth_ssl_username_from_cert = yes
ssl_cert_username_field = commonName
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
  args = ${directory}/users
}
userdb {
  driver = passwd-file
  args = ${directory}/users
}
`
}

/** How a token is checked: by its signature, with the key at `tokens/default/HS256/default`. */
export function oauth2Conf(directory: string): string {
  return `
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${directory}/tokens/
username_attribute = sub
scope = mail
`
}

function submissionService({ starttls, tls, proxied, imap, relay }: SubmissionSettings): string {
  return `
submission_relay_host = 127.0.0.1
submission_relay_port = ${relay}
# URLs of messages that somebody may read, and the keys that they are signed with.
imap_urlauth_host = mail.example.test
mail_attribute_dict = file:%h/attributes
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${imap}
    ssl = yes
  }
}
service submission-login {
  inet_listener submission {
    port = ${starttls}
  }
  inet_listener submissions {
    port = ${tls}
    ssl = yes
  }
  inet_listener submission-proxied {
    port = ${proxied}
    haproxy = yes
  }
}
`
}
