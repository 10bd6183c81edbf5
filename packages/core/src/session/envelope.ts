import type { Parameters, Path } from '../wire/index.ts'

/** What a message must be announced with. */
export interface Envelope {
  readonly from: Path
  /** At least one. */
  readonly to: readonly Path[]
  /** Octets of the message as RFC 1870 §5 counts them, where known. */
  readonly size?: number
  /** Whether the message has octets beyond US-ASCII; leave it out where that is not known. */
  readonly eightBit?: boolean
  /** ESMTP parameters for MAIL, besides those that the message itself needs, which they take precedence of. */
  readonly mailParameters?: Parameters
  /** ESMTP parameters for every RCPT. */
  readonly rcptParameters?: Parameters
}
