import type { Pipelining } from '../session/index.ts'
import * as z from './schema.ts'

/** How messages are sent. */
export interface SendingOptions {
  /**
   * - `transaction`: the commands of one message leave together, no more
   * - `auto`: with `deliverAll`, the next message's envelope rides behind the content of the one before (RFC 2920
   *   §3.1), once the server has shown that it takes that; the default
   * - `eager`: by BDAT, whole messages leave behind one another, before it is known whether their recipients are
   *   accepted. A server that does not discard the octets of a BDAT that it refuses (RFC 3030 §2 says it must) reads
   *   the lines of such a message as commands. Where CHUNKING and PIPELINING are not offered, with LMTP, and for
   *   streams it is as `auto`.
   */
  readonly pipelining?: Pipelining | undefined
  /** By BDAT, which CHUNKING must be offered for, or by DATA. Default: BDAT where it is offered. */
  readonly chunking?: boolean | undefined
}

/** The schemas of these options, for others that have them too. */
export const sendingFields: {
  readonly pipelining: z.Schema<Pipelining | undefined>
  readonly chunking: z.Schema<boolean | undefined>
} = {
  pipelining: z.optional(z.oneOf(['transaction', 'auto', 'eager'], "must be 'transaction', 'auto' or 'eager'")),
  chunking: z.optional(z.boolean('must be true or false')),
}
