import { CYRUS_REALM } from './cyrus-passwords.ts'
import type { EximPorts } from './exim.ts'
import { users } from './policy.ts'

/** A condition of Exim's: the connection came to one of these ports. */
export function cameTo(...ports: readonly number[]): string {
  return `match{$received_port}{^(${ports.join('|')})\\$}`
}

const scram = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512']

/**
 * PLAIN and LOGIN everywhere over TLS, or LOGIN alone; and at one port each mechanism that Debian's Exim has and that
 * the client knows, without TLS those that do not show the password. Each is named in the log as the mechanism, in
 * small letters and with underscores.
 */
export function eximAuthenticators({ loginOnly, everyMechanism }: EximPorts): string {
  const overTls = 'def:tls_in_cipher'
  return [
    authenticator('PLAIN', 'plaintext', `and{{${overTls}}{!${cameTo(loginOnly)}}}`, [
      'server_prompts = :',
      `server_condition = \${if or{${known('$auth2', '$auth3')}}}`,
      'server_set_id = $auth2',
    ]),
    authenticator('LOGIN', 'plaintext', overTls, [
      'server_prompts = <| Username: | Password:',
      `server_condition = \${if or{${known('$auth1', '$auth2')}}}`,
      'server_set_id = $auth1',
    ]),
    authenticator('CRAM-MD5', 'cram_md5', cameTo(everyMechanism), [
      `server_secret = ${passwordOf('$auth1')}`,
      'server_set_id = $auth1',
    ]),
    ...scram.map((name) =>
      authenticator(name, 'cyrus_sasl', cameTo(everyMechanism), [
        `server_realm = ${CYRUS_REALM}`,
        'server_hostname = mail.example.test',
        'server_set_id = $auth1',
      ]),
    ),
    // Its certificate's common name says who a client is, and it may say that it is that.
    authenticator('EXTERNAL', 'external', `and{{bool{$tls_in_certificate_verified}}{${cameTo(everyMechanism)}}}`, [
      `server_param2 = \${certextract{subject,CN}{$tls_in_peercert}}`,
      `server_condition = \${if or{{eq{$auth1}{}}{eq{$auth1}{$auth2}}}}`,
      'server_set_id = $auth2',
    ]),
  ].join('')
}

function authenticator(mechanism: string, driver: string, advertised: string, options: readonly string[]): string {
  const name = mechanism.toLowerCase().replaceAll('-', '_')
  const lines = [
    `driver = ${driver}`,
    `public_name = ${mechanism}`,
    `server_advertise_condition = \${if ${advertised}}`,
    ...options,
  ]
  return `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`
}

/** Conditions, of which one holds if the user has the password. */
function known(user: string, password: string): string {
  const each = Object.values(users).map((one) => `{and{{eq{${user}}{${one.name}}}{eq{${password}}{${one.password}}}}}`)
  return each.join('')
}

/** The password of a user, or failure. */
function passwordOf(user: string): string {
  const none = 'fail'
  return Object.values(users).reduce((otherwise, { name, password }) => {
    const others = otherwise === none ? none : `{${otherwise}}`
    return `\${if eq{${user}}{${name}}{${password}}${others}}`
  }, none)
}
