import type { Path } from './path.ts'

/** ESMTP parameters by keyword; `true` stands for a keyword without a value (RFC 5321 §4.1.2). */
export type Parameters = Readonly<Record<string, string | number | true>>

export const noParameters: Parameters = Object.freeze({})

/** EHLO and LHLO ask for extensions, HELO does not (RFC 5321 §4.1.1.1, RFC 2033 §4.1). */
export interface HelloCommand {
  readonly verb: 'EHLO' | 'HELO' | 'LHLO'
  /** The client's own name: a domain or an address literal. */
  readonly domain: string
}

export interface MailCommand {
  readonly verb: 'MAIL'
  /** The reverse-path; an empty text is the null one. */
  readonly from: string | Path
  readonly parameters?: Parameters
}

export interface RcptCommand {
  readonly verb: 'RCPT'
  /** The forward-path. */
  readonly to: string | Path
  readonly parameters?: Parameters
}

export interface BareCommand {
  readonly verb: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS'
}

export interface ArgumentCommand {
  readonly verb: 'NOOP' | 'HELP' | 'VRFY' | 'EXPN' | 'ETRN'
  /** Required for VRFY and EXPN. */
  readonly argument?: string
  /** For VRFY and EXPN: the argument, and the reply, may be beyond US-ASCII (RFC 6531 §3.7.4.2). */
  readonly smtpUtf8?: boolean
}

/** Starts an AUTH exchange (RFC 4954 §4). */
export interface AuthCommand {
  readonly verb: 'AUTH'
  readonly mechanism: string
  /** Not yet in base64. An empty one is sent as `=`; leave it out for none. */
  readonly initialResponse?: Uint8Array
}

/** Answers a 334 challenge. Not a command on the wire, but a line of its own and with a reply of its own. */
export interface AuthResponse {
  readonly verb: 'AUTH-RESPONSE'
  /** Not yet in base64; `cancel` gives the exchange up with `*`. */
  readonly response: Uint8Array | 'cancel'
}

/**
 * Opens content that goes in chunks (RFC 3030 §2), in place of DATA. No line by itself: each chunk has one of its own,
 * with its octets behind it.
 */
export interface BdatCommand {
  readonly verb: 'BDAT'
  /** Octets of the content as it is sent. It then goes as one chunk; without, each piece of it is one. */
  readonly size?: number
  /** The octets are not text, and go as they are (BODY=BINARYMIME). Default: line endings are made CRLF, as with DATA. */
  readonly binary?: boolean
}

/** Attributes by name, such as `{ NAME: 'mail.example', ADDR: '192.0.2.7' }`. */
export type ForwardedAttributes = Readonly<Record<string, string>>

/** Postfix's XCLIENT, as another client, and XFORWARD, on behalf of one. */
export interface ForwardCommand {
  readonly verb: 'XCLIENT' | 'XFORWARD'
  /** At least one. The values are sent in xtext (RFC 3461 §4). */
  readonly attributes: ForwardedAttributes
}

/** A verb that this library does not know, by name. */
export interface OtherCommand {
  readonly verb: 'OTHER'
  readonly name: string
  readonly argument?: string
}

/** A command that is one line. */
export type LineCommand =
  | HelloCommand
  | MailCommand
  | RcptCommand
  | BareCommand
  | ArgumentCommand
  | AuthCommand
  | AuthResponse
  | ForwardCommand
  | OtherCommand

/** What a client can say, as data. Tokens are checked when the command is encoded. */
export type Command = LineCommand | BdatCommand

export type Verb = Command['verb']
