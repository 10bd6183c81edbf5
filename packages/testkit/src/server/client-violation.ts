/** What a client can do against the rules. The codes are stable. */
export type ClientViolationCode =
  /** A CR that no LF follows (RFC 5321 §2.3.8). */
  | 'BARE_CR'
  /** An LF that no CR precedes (RFC 5321 §2.3.8). */
  | 'BARE_LF'
  /** An octet 0 in a command or in content (RFC 5321 §4.5.2 with RFC 5322 §2.1). */
  | 'NUL'
  /** A command line of more than 512 octets and what the extensions offered add (RFC 5321 §4.5.3.1.4). */
  | 'COMMAND_TOO_LONG'
  /** A line of content of more than 998 octets before its CRLF (RFC 5321 §4.5.3.1.6). */
  | 'TEXT_LINE_TOO_LONG'
  /** A command that is not as its RFC has it. */
  | 'COMMAND_SYNTAX'
  /** A line of content that starts with a dot and not with two (RFC 5321 §4.5.2): its dot is lost. */
  | 'UNSTUFFED_DOT'
  /** A source route, which servers take and clients should not send (RFC 5321 §4.1.1.3, F.2). */
  | 'SOURCE_ROUTE'
  /** A verb that neither the protocol nor an extension offered knows. */
  | 'UNKNOWN_COMMAND'
  /** A command where it can't be (RFC 5321 §4.1.4). */
  | 'WRONG_ORDER'
  /** A parameter that no extension offered has (RFC 5321 §2.2.1). */
  | 'EXTENSION_NOT_OFFERED'
  /** A parameter with a value that its RFC does not allow, or given twice. */
  | 'PARAMETER_SYNTAX'
  /** Octets beyond US-ASCII in a command, without SMTPUTF8 (RFC 6531 §3.4), or that are not UTF-8. */
  | 'EIGHT_BIT_COMMAND'
  /** Octets beyond US-ASCII in content that was not announced as BODY=8BITMIME or BINARYMIME (RFC 6152). */
  | 'EIGHT_BIT_CONTENT'
  /** A declared size beyond the announced maximum (RFC 1870 §6.1). */
  | 'SIZE_EXCEEDED'
  /** Beyond an announced limit: of RFC 9422 §4, the minimum of RFC 2852 §3, the maxima of RFC 4865 §4.1. */
  | 'LIMIT_EXCEEDED'
  /** REQUIRETLS where no TLS stands (RFC 8689 §2). */
  | 'REQUIRETLS_WITHOUT_TLS'
  /** Octets that are no PROXY header, where one is due. */
  | 'PROXY_HEADER'
  /** Octets before the greeting (RFC 5321 §3.1). */
  | 'BEFORE_GREETING'
  /** Octets behind a command or content before its reply, although PIPELINING is not offered (RFC 2920 §3.1). */
  | 'PIPELINING_NOT_OFFERED'
  /** Octets behind a command that must end its group (RFC 2920 §3.1), or MAIL behind BURL content (RFC 4468 §3.2). */
  | 'BEHIND_GROUP_END'
  /** Octets behind DATA before its 354 (RFC 5321 §4.1.1.4). */
  | 'CONTENT_BEFORE_REPLY'
  /** Octets behind STARTTLS that did not come through TLS (RFC 3207 §4). */
  | 'BEHIND_STARTTLS'
  /** The stream ended within a line, content or a chunk. */
  | 'UNFINISHED'
  /** The stream ended without QUIT (RFC 5321 §4.1.1.10). */
  | 'NO_QUIT'

/**
 * The codes that depend on when octets arrive and not on the octets alone: whether they were there before the
 * server had answered what precedes them.
 */
export const timingViolationCodes: ReadonlySet<ClientViolationCode> = new Set<ClientViolationCode>([
  'BEFORE_GREETING',
  'PIPELINING_NOT_OFFERED',
  'BEHIND_GROUP_END',
  'CONTENT_BEFORE_REPLY',
  'BEHIND_STARTTLS',
])

export interface ClientViolation {
  readonly code: ClientViolationCode
  /** What is wrong, for people. */
  readonly message: string
  /** The offending octets, or the beginning of them: `\r`, `\n`, `\\` and `\xNN` stand for what is not printable. */
  readonly octets: string
  /** Where they start in the client's octets, counted from 0. */
  readonly position: number
}
