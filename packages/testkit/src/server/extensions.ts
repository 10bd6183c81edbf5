/**
 * What a server offers, by keyword: `true` for a keyword alone, else its parameters. `false` or leaving it out keeps
 * it from being offered.
 */
export interface Extensions {
  readonly PIPELINING?: boolean
  /** RFC 1870; a number is the largest message that is taken, in octets. */
  readonly SIZE?: boolean | number
  readonly '8BITMIME'?: boolean
  readonly SMTPUTF8?: boolean
  readonly DSN?: boolean
  readonly CHUNKING?: boolean
  readonly BINARYMIME?: boolean
  readonly ENHANCEDSTATUSCODES?: boolean
  /** No longer offered once TLS stands (RFC 3207 §4.2). */
  readonly STARTTLS?: boolean
  /** The mechanisms. PLAIN, LOGIN, SCRAM, XOAUTH2 and OAUTHBEARER are known; any other is offered and answered 504. */
  readonly AUTH?: false | readonly string[]
  /**
   * Exim's, SMTP alone: where MAIL asks for it and more than one recipient is accepted, content that is not refused by
   * rule is answered 353, then once for each recipient, then once for all.
   */
  readonly PRDR?: boolean
  /** RFC 9422, such as `['MAILMAX=5', 'RCPTMAX=20', 'RCPTDOMAINMAX=1']`. What goes beyond them is a violation. */
  readonly LIMITS?: string | readonly string[]
  /** RFC 4468: what URLs may be, such as `['imap']`; `true` permits no IMAP URL. `urls` has what they stand for. */
  readonly BURL?: boolean | readonly string[]
  /** Postfix's: the names of the attributes, or `true` for all that are known. */
  readonly XCLIENT?: boolean | readonly string[]
  /** Postfix's: the names of the attributes, or `true` for all that are known. */
  readonly XFORWARD?: boolean | readonly string[]
  /** RFC 2852: the least time for which a message may ask to be returned, in seconds. */
  readonly DELIVERBY?: boolean | number | string
  /** RFC 4865: the longest time, in seconds, and the last date-time until which messages are held. */
  readonly FUTURERELEASE?: boolean | string | readonly string[]
  /** RFC 3865: the keywords whose messages are refused, with commas between. */
  readonly 'NO-SOLICITING'?: boolean | string
  /** Any other keyword. The parameters of those registered are known, and taken once they are offered. */
  readonly [keyword: string]: boolean | number | string | readonly string[] | undefined
}

/** What is offered unless told otherwise. AUTH is added where there are users. */
export const defaultExtensions: Extensions = {
  PIPELINING: true,
  SIZE: 10_485_760,
  '8BITMIME': true,
  SMTPUTF8: true,
  DSN: true,
  CHUNKING: true,
  BINARYMIME: true,
  ENHANCEDSTATUSCODES: true,
  STARTTLS: true,
}

/** To begin with when only a few are wanted: `{ ...noExtensions, PIPELINING: true }`. */
export const noExtensions: Extensions = Object.fromEntries(
  [...Object.keys(defaultExtensions), 'AUTH'].map((keyword) => [keyword, false]),
)
