import type { GivenReply } from './server-reply.ts'

/** Parameters of MAIL or RCPT as they came, by keyword in upper case; `true` for a keyword without a value. */
export type ReceivedParameters = Readonly<Record<string, string | true>>

/** Attributes of XCLIENT or XFORWARD, decoded, by name in upper case. */
export type ReceivedAttributes = Readonly<Record<string, string>>

/** One end of a connection that a proxy has passed on. */
export interface ProxiedEnd {
  /** An IPv4 address, an IPv6 address in full (`2001:db8:0:0:0:0:0:1`), or the path of a socket. */
  readonly address: string
  /** Absent for a path. */
  readonly port?: number
}

/** What a PROXY header told (HAProxy's PROXY protocol). */
export interface ReceivedProxyHeader {
  readonly version: 1 | 2
  /** `LOCAL`, of version 2 alone: the proxy has connected on its own behalf. */
  readonly command: 'PROXY' | 'LOCAL'
  /** What the addresses are of; `UNKNOWN` where there are none, or none that count. */
  readonly transport: 'TCP4' | 'TCP6' | 'UDP4' | 'UDP6' | 'UNIX' | 'UNKNOWN'
  readonly source?: ProxiedEnd
  readonly destination?: ProxiedEnd
}

/** The commands that content comes by. */
export type ContentVerb = 'DATA' | 'BDAT' | 'BURL'

/** A line that the server has taken for a command. */
export interface ReceivedCommand {
  /** The first word in upper case, or `AUTH-RESPONSE` for a line that answers a challenge. Empty where there is none. */
  readonly verb: string
  /** The line without its CRLF, read as UTF-8. */
  readonly line: string
  /** What stands behind the verb and one space; empty where nothing does. */
  readonly argument: string
  /** Where the line starts in the client's octets, counted from 0. After STARTTLS it goes on counting. */
  readonly position: number
  /** It was part of a message: the quirk `executesRefusedChunks` made a command of it. */
  readonly fromContent?: true
}

/** What the server did with one recipient, the truth: one for each RCPT that came. */
export interface RecipientTruth {
  /** Its position among the recipients of its transaction, counted from 0, refused ones included. */
  readonly index: number
  /** The forward-path without angle brackets and source route, or what stood in its place. */
  readonly path: string
  readonly parameters: ReceivedParameters
  /** The reply to RCPT; absent where the policy said nothing. */
  readonly rcpt?: GivenReply
  /**
   * The reply to the content that decided about this recipient, if it came to that: its own with LMTP and PRDR, else
   * the one for all.
   */
  readonly content?: GivenReply
  /** With PRDR: the reply behind those for each recipient, which stands for all. */
  readonly overall?: GivenReply
  /** Whether the server has the message for this recipient: all these replies were 2xx. */
  readonly delivered: boolean
}

/** One MAIL command and what followed. */
export interface ReceivedTransaction {
  /** Its position among the transactions of the connection, counted from 0. */
  readonly index: number
  /** The reverse-path without angle brackets; empty for the null one. */
  readonly from: string
  readonly parameters: ReceivedParameters
  /** What XFORWARD has told about this transaction, by name in upper case. */
  readonly forwarded: ReceivedAttributes
  /** The reply to MAIL; absent where the policy said nothing. */
  readonly mail?: GivenReply
  readonly recipients: readonly RecipientTruth[]
  /** The reply to DATA. */
  readonly data?: GivenReply
  /** The reply to each BDAT and BURL, but for the last one where the replies to the content stand for it. */
  readonly chunks: readonly GivenReply[]
  /** The URLs of the BURL commands, refused ones included. */
  readonly urls: readonly string[]
  /** With PRDR: the 353 that the replies for each recipient follow. */
  readonly prdr?: GivenReply
  /**
   * The replies to the content: one, or with LMTP one for each accepted recipient. With PRDR those and then the
   * one that stands for all.
   */
  readonly content: readonly GivenReply[]
}

/** A message that came whole. */
export interface ReceivedMessage {
  /** The position of its transaction. */
  readonly transaction: number
  /** The reverse-path without angle brackets. */
  readonly from: string
  /** The forward-paths that it was accepted for, in the order of their RCPT. */
  readonly recipients: readonly string[]
  /** Their positions among the recipients of the transaction. */
  readonly recipientIndexes: readonly number[]
  /** The content without stuffed dots and final dot, its line endings as they came. */
  readonly content: Uint8Array
  /** How it came, or the first piece of it. */
  readonly by: ContentVerb
}
