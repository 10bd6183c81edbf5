import type { ContentFate } from '../connection/index.ts'
import type { Announcement } from './announcement.ts'
import type { MailTransaction } from './mail-transaction.ts'
import type { PendingMail } from './pending-mail.ts'

/** A transaction in flight, and whose it is. */
export interface InFlight {
  readonly pending: PendingMail
  /** The positions of its recipients. */
  readonly part: readonly number[]
  readonly announced: Announcement
  readonly transaction: MailTransaction
  /** Its content was announced with its envelope. */
  readonly eager: boolean
  /** Of its content, as far as that is known. */
  readonly octets: number
}

/**
 * What becomes of a transaction in flight. What the connection says of content is true of the first; nobody behind it
 * has sent all content before it has.
 */
export function fateOf({ contentSent }: MailTransaction, position: number, delivery: ContentFate): ContentFate {
  return position === 0 || contentSent ? delivery : 'notSent'
}
