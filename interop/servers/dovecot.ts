import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'
import { writeCertificateFiles } from './certificate-files.ts'
import { dovecotConf, oauth2Conf } from './dovecot-conf.ts'
import type { ForwardingPorts, LmtpEndpoints } from './endpoints.ts'
import { freePorts } from './free-ports.ts'
import { MAIL_OWNER, MaildirServer, type Setup } from './maildir-server.ts'
import { mailboxes, users } from './policy.ts'
import { TokenIssuer } from './token-issuer.ts'
import { endpointsAt } from './wait-for-greeting.ts'

export interface DovecotEndpoints extends LmtpEndpoints, ForwardingPorts {
  /** Submission of mail, with STARTTLS. Nobody listens where there is nobody to pass it on to. */
  readonly starttls: number
  /** The same with implicit TLS. */
  readonly tls: number
  /** As `lmtp`, but every connection begins with a header of the PROXY protocol. */
  readonly lmtpProxied: number
  /** IMAP with implicit TLS. */
  readonly imap: number
  /** Where Postfix asks whether a password is right. */
  readonly authSocket: string
}

/**
 * LMTP for the policy's mailboxes, and for full and later, whose mailboxes hold nothing: both are accepted as
 * recipients and refused after the content, full for good and later for now. Anybody else is unknown.
 *
 * Submission, for the users, is passed on to another server.
 */
export class DovecotServer extends MaildirServer<DovecotEndpoints> {
  readonly name = 'Dovecot'
  // With mail_save_crlf.
  readonly storedLineEnd = '\r\n'
  /** Whose tokens it takes. */
  readonly tokens: TokenIssuer = new TokenIssuer()
  readonly #authority: CertificateAuthority
  readonly #relay: (() => number) | undefined

  /** `relay`, asked at the start, is the port of the server that takes what is submitted. */
  constructor(authority: CertificateAuthority, relay?: () => number) {
    super()
    this.#authority = authority
    this.#relay = relay
  }

  protected async setUp(directory: string): Promise<Setup<DovecotEndpoints>> {
    const { lmtp, lmtpProxied, proxied, imap, ...submission } = await freePorts(
      ...(['lmtp', 'lmtpProxied', 'proxied', 'imap', 'starttls', 'tls'] as const),
    )
    const relay = this.#relay?.()
    const socket = join(directory, 'lmtp')
    const files = await writeCertificateFiles(this.#authority, directory)
    const clientAuthority = join(directory, 'authority.pem')
    const configuration = join(directory, 'dovecot.conf')
    const settings = {
      directory,
      lmtp,
      lmtpProxied,
      submission: relay === undefined ? undefined : { ...submission, proxied, imap, relay },
      files,
      clientAuthority,
    }
    await writeFile(configuration, dovecotConf(settings))
    await writeFile(join(directory, 'oauth2.conf'), oauth2Conf(directory))
    await writeFile(join(directory, 'users'), passwords(directory))
    await writeFile(clientAuthority, this.#authority.certificate)
    const keys = join(directory, 'tokens/default/HS256')
    await mkdir(keys, { recursive: true })
    await writeFile(join(keys, 'default'), this.tokens.key.toString('base64'))

    const listening = relay === undefined ? { lmtp } : { lmtp, ...submission }
    return {
      command: ['dovecot', '-F', '-c', configuration],
      endpoints: { lmtp, lmtpProxied, proxied, imap, ...submission, socket, authSocket: join(directory, 'auth') },
      greeting: [...endpointsAt(listening, this.#authority.certificate), { net: { path: socket } }],
    }
  }
}

/** A file of passwords, as all versions of Dovecot read it. Mail is stored below `directory`. */
export function passwords(directory: string): string {
  const { tester, accented } = users
  const line = (name: string, extra = '') => {
    const { password } = name === accented.name ? accented : tester
    return `${name}:{PLAIN}${password}:${MAIL_OWNER}:${MAIL_OWNER}::${directory}/mail/${name}::${extra}\n`
  }
  const holdsNothing = 'userdb_quota_rule=*:bytes=1'
  return [
    ...mailboxes.map((name) => line(name)),
    line('full', holdsNothing),
    line('later', `${holdsNothing} userdb_quota_full_tempfail=yes`),
  ].join('')
}
