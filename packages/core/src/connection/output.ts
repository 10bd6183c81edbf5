import type { SmtpError } from '../errors/index.ts'
import type { Capabilities, Reply, Verb } from '../wire/index.ts'
import type { ExchangeName } from './state-table.ts'

/**
 * What became of content in flight when the connection ended: `unknown` when all of it was sent and a reply to it
 * is missing, so that the server may have accepted it; else `notSent`.
 */
export type ContentFate = 'notSent' | 'unknown'

/** To do: write these bytes. */
export interface SendBytes {
  readonly type: 'SendBytes'
  readonly bytes: Uint8Array
  /** They are content of a message, not commands. */
  readonly content: boolean
  /** They carry credentials. Log `redacted`, never `bytes`. */
  readonly sensitive: boolean
  /** What may be shown in place of sensitive bytes. */
  readonly redacted?: string
}

/** To do: flush, upgrade to TLS, then call `tlsEstablished`. Nothing may be read before. */
export interface StartTlsRequested {
  readonly type: 'StartTlsRequested'
}

/** To do: flush, close, then call `receiveEof`. */
export interface CloseRequested {
  readonly type: 'CloseRequested'
}

export interface GreetingReceived {
  readonly type: 'GreetingReceived'
  readonly reply: Reply
}

export interface ReplyReceived {
  readonly type: 'ReplyReceived'
  /** The id that `send` returned; for content that of its DATA or BDAT. */
  readonly id: number
  readonly exchange: Exclude<ExchangeName, 'GREETING'>
  readonly reply: Reply
  /** For an LMTP reply to content, and with PRDR: which RCPT of the transaction it is for, counted from 0. */
  readonly recipient?: number
}

/** A queued command was not sent, since a reply that came meanwhile made it illegal. It will have no reply. */
export interface CommandSkipped {
  readonly type: 'CommandSkipped'
  readonly id: number
  readonly exchange: Verb
}

/** After each EHLO, HELO or LHLO that was accepted, and emptied when TLS is established. */
export interface CapabilitiesChanged {
  readonly type: 'CapabilitiesChanged'
  readonly capabilities: Capabilities
}

/** Content may be sent: `sendBody` and `endBody` are legal. */
export interface BodyRequested {
  readonly type: 'BodyRequested'
  /** The id of the command that announced the content. */
  readonly id: number
}

/** 421, whenever it comes (RFC 5321 §3.8). Told after the `ReplyReceived` of the command that it answers, if any. */
export interface ServerClosing {
  readonly type: 'ServerClosing'
  readonly reply: Reply
  /** For content whose reply was still due behind this one: see `Failed`. */
  readonly delivery: ContentFate
}

/** The end, as it should be. */
export interface Closed {
  readonly type: 'Closed'
}

/** The end, by a fault. */
export interface Failed {
  readonly type: 'Failed'
  readonly error: SmtpError
  readonly delivery: ContentFate
}

export type Output =
  | SendBytes
  | StartTlsRequested
  | CloseRequested
  | GreetingReceived
  | ReplyReceived
  | CommandSkipped
  | CapabilitiesChanged
  | BodyRequested
  | ServerClosing
  | Closed
  | Failed

/** The outputs that tell what happened; the others are to be done. */
export type Event = Exclude<Output, SendBytes | StartTlsRequested | CloseRequested>
