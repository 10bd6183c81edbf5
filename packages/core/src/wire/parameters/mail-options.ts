import type { EsmtpOptions } from './esmtp-options.ts'

/** What the certifier of message tracking is, and how long it holds (RFC 3885). */
export interface TrackingOptions {
  /** A hash of the secret with which the message is asked for later (RFC 3885 §3.1: SHA-1). Not yet in base64. */
  readonly certifier: Uint8Array
  /** Seconds for which the server is to remember. Default: as long as it likes. */
  readonly timeout?: number | undefined
}

/** By when a message must be delivered, and what else is to become of it (RFC 2852). */
export interface DeliverByOptions {
  /** Seconds from now, 999,999,999 at most. With `notify` it may be zero, or negative for a time that is over. */
  readonly seconds: number
  /** A message that is late is returned, or goes on and its sender is told. */
  readonly mode: 'return' | 'notify'
  /** Whether the sender is told as well when the message is relayed to a server without this extension. */
  readonly trace?: boolean | undefined
}

/** What a message is announced with, each by the extension that it belongs to. */
export interface MailParameterOptions {
  /**
   * Octets of the message as RFC 1870 §5 counts them, for a stream whose length is known beforehand. It is told where
   * SIZE is offered, and else left out.
   */
  readonly size?: number | undefined
  /**
   * What the octets of the message are (RFC 6152, RFC 3030). Left out, it is what the message needs; `BINARYMIME` goes
   * by BDAT alone, and no octet of the message is changed.
   */
  readonly body?: '7BIT' | '8BITMIME' | 'BINARYMIME' | undefined
  /**
   * The message needs SMTPUTF8 (RFC 6531). Addresses beyond US-ASCII, and the header of a message in memory, ask for it
   * by themselves; of a stream it is not known.
   */
  readonly smtpUtf8?: boolean | undefined
  /** Who has handed the message in (RFC 4954 §5): an address, or an empty text where that is not known. */
  readonly submitter?: string | undefined
  /** How much of the message a notification of failure returns (RFC 3461 §4.3). */
  readonly ret?: 'FULL' | 'HDRS' | undefined
  /** What notifications call this delivery (RFC 3461 §4.4): printable US-ASCII, 100 characters as it is encoded. */
  readonly envid?: string | undefined
  /** The message goes on only over TLS with a verified certificate, here and behind (RFC 8689). */
  readonly requireTls?: boolean | undefined
  readonly deliverBy?: DeliverByOptions | undefined
  /** Seconds for which the server holds the message (RFC 4865). */
  readonly holdFor?: number | undefined
  /** Until when the server holds the message (RFC 4865): a `Date`, or a text in UTC as RFC 3339 has it. */
  readonly holdUntil?: Date | string | undefined
  /** How urgent the message is, from -9 to 9, the highest first (RFC 6710). */
  readonly mtPriority?: number | undefined
  /** Lets the message be tracked later (RFC 3885). Needs `envid`. */
  readonly mtrk?: TrackingOptions | undefined
  /** What kinds of solicitation the message is, by keyword (RFC 3865). */
  readonly solicit?: readonly string[] | undefined
  /** Servers may convert the content (RFC 4141). */
  readonly conperm?: boolean | undefined
  /** Each recipient is answered for after the content, as over LMTP (Exim's PRDR). */
  readonly prdr?: boolean | undefined
}

/** Everything that may be asked for with MAIL. A parameter whose extension is not offered is an error. */
export interface MailOptions extends MailParameterOptions {
  /** Any other parameters, as they go out: `{ 'X-OWN': 'y' }` or `['X-OWN=y']`. */
  readonly mailParameters?: EsmtpOptions | undefined
  /**
   * Extensions, by keyword, whose parameters are left out where they are not offered, MAIL's and RCPT's: `['DSN']`.
   * With `8BITMIME` a message then goes as it is though it has 8-bit octets, with `SMTPUTF8` though its header has
   * them; with `CHUNKING` it goes by DATA.
   */
  readonly ifOffered?: readonly string[] | undefined
}
