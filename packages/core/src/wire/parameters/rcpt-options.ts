import type { EsmtpOptions } from './esmtp-options.ts'

/** An address of any kind that notifications are to name (RFC 3461 §4.2), such as `{ type: 'rfc822', address }`. */
export interface OriginalRecipient {
  /** A registered type of address. `utf-8` is encoded as RFC 6533 §3 has it. */
  readonly type: string
  readonly address: string
}

/** Since when a mailbox must have had the same owner (RFC 7293). */
export interface ValidSinceOptions {
  /** A `Date`, or a text as RFC 3339 has it. */
  readonly since: Date | string
  /** What becomes of it at a server without this extension: it continues, or it is rejected. */
  readonly otherwise?: 'C' | 'R' | undefined
}

/** What a recipient is named with, each by the extension that it belongs to. */
export interface RcptParameterOptions {
  /** Of what the sender is notified (RFC 3461 §4.1); `NEVER` stands alone. */
  readonly notify?: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[] | undefined
  /** Whom the sender named (RFC 3461 §4.2): an address, or one of another kind. 500 characters as it is encoded. */
  readonly orcpt?: string | OriginalRecipient | undefined
  readonly rrvs?: Date | string | ValidSinceOptions | undefined
  /** The recipient's capabilities may decide what the content is converted to (RFC 4141). */
  readonly conneg?: boolean | undefined
}

/** Everything that may be asked for with RCPT. A parameter whose extension is not offered is an error. */
export interface RcptOptions extends RcptParameterOptions {
  /** Any other parameters, as they go out: `{ 'X-OWN': 'y' }` or `['X-OWN=y']`. */
  readonly rcptParameters?: EsmtpOptions | undefined
}
