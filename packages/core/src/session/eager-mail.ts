import type { ClientConnection } from '../connection/index.ts'
import type { MailObject } from './mail-object.ts'
import type { ServerTraits } from './server-traits.ts'

/**
 * Whether a mail object may leave whole before its recipients are known to be accepted: by BDAT (RFC 3030 §2), its size
 * known and its content at hand.
 */
export function mayGoEagerly(
  { envelope, repeatable }: MailObject,
  { capabilities, dialect }: ClientConnection,
  traits: ServerTraits,
): boolean {
  return (
    // RFC 2033 does not say whether BDAT LAST is answered at all where nobody was accepted, and servers differ.
    dialect.protocol === 'smtp' &&
    capabilities.has('PIPELINING') &&
    capabilities.has('CHUNKING') &&
    envelope.chunking !== false &&
    envelope.size !== undefined &&
    repeatable &&
    !traits.forgetsHelloOnReset &&
    !traits.executesRefusedChunks
  )
}
