import type { MailOptions, Parameters, Path, RcptOptions } from '../wire/index.ts'

/** What a message must be announced with. */
export interface Envelope {
  readonly from: Path
  /** At least one. */
  readonly to: readonly Path[]
  /** Octets of the message as RFC 1870 §5 counts them, where known. */
  readonly size?: number
  /** Octets of the message as it is, where known: its size where it goes as BODY=BINARYMIME. */
  readonly octets?: number
  /** Whether the message has octets beyond US-ASCII; leave it out where that is not known. */
  readonly eightBit?: boolean
  /** Whether its header has such octets, which SMTPUTF8 is for. Looked at only where there are `options`. */
  readonly eightBitHeader?: boolean
  /**
   * What is asked for with MAIL. Where they are given, if only as `{}`, nothing is left out for a server that does not
   * offer it but what they name in `ifOffered`.
   */
  readonly options?: MailOptions
  /** What is asked for with each RCPT, by position. */
  readonly recipientOptions?: readonly (RcptOptions | undefined)[]
  /** The content goes by BDAT, or by DATA; left out, by BDAT where CHUNKING is offered (RFC 3030). */
  readonly chunking?: boolean | undefined
  /** Parts of the content are fetched by the server, from URLs (RFC 4468). */
  readonly byUrl?: boolean
  /** ESMTP parameters for MAIL, besides those that the message itself needs, which they take precedence of. */
  readonly mailParameters?: Parameters
  /** ESMTP parameters for every RCPT. */
  readonly rcptParameters?: Parameters
}
