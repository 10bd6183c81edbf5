import type { ClientConnection } from '../connection/index.ts'
import type { Path } from '../wire/index.ts'

const domains = new WeakMap<ClientConnection, Set<string>>()

/**
 * The domains of the recipients of all transactions of a connection, whether they were accepted or not, in lower case:
 * a server may limit how many there are (RFC 9422 §4.3).
 */
export function recipientDomains(connection: ClientConnection): ReadonlySet<string> {
  return domains.get(connection) ?? new Set()
}

/** These recipients are in a transaction. */
export function noteRecipients(connection: ClientConnection, to: readonly Path[]): void {
  const noted = domains.get(connection) ?? new Set()
  for (const { domain } of to) if (domain !== '') noted.add(domain.toLowerCase())
  domains.set(connection, noted)
}
