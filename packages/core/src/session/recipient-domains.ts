import type { ClientConnection } from '../connection/index.ts'
import type { Path } from '../wire/index.ts'

const domains = new WeakMap<ClientConnection, Set<string>>()

/**
 * The domains of the recipients of all transactions of a connection, whether they were accepted or not, in lower case:
 * a server may limit how many there are (RFC 9422 §4.3). Empty where it does not.
 */
export function recipientDomains(connection: ClientConnection): ReadonlySet<string> {
  return domains.get(connection) ?? none
}

const none: ReadonlySet<string> = new Set()

/** These recipients are in a transaction. Where nothing limits their domains nothing is kept. */
export function noteRecipients(connection: ClientConnection, to: readonly Path[]): void {
  if (connection.capabilities.limits.rcptDomainMax === undefined) return
  const noted = domains.get(connection) ?? new Set()
  for (const { domain } of to) if (domain !== '') noted.add(domain.toLowerCase())
  domains.set(connection, noted)
}
