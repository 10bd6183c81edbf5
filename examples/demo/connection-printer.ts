import type { SmtpClient } from '@sansmtp/node'
import { colours } from './colours.ts'
import { printable } from './printable.ts'

/** Prints what protects a session: TLS, the verification of the server, and the authentication of the client. */
export function printConnection({
  secure,
  tls,
  authenticated,
}: Pick<SmtpClient, 'secure' | 'tls' | 'authenticated'>): void {
  const encryption = secure ? [tls?.protocol ?? 'TLS', tls?.cipher].join(' ').trim() : 'in clear'
  const verification = tls?.authorized ? colours.green('certificate verified') : colours.yellow('server not verified')
  console.log([printable(encryption), verification, authenticated ? 'authenticated' : 'anonymous'].join(', '))
}
