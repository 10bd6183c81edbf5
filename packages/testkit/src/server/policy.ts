import type { ReceivedCommand, ReceivedMessage, ReceivedParameters } from './received.ts'
import type { ServerReply } from './server-reply.ts'
import type { ServerSession } from './server-session.ts'

interface AnyMoment {
  /** What the server will say unless the policy has another answer. */
  readonly usual: ServerReply
  readonly session: ServerSession
}

/** The connection stands, and the greeting is due. */
export interface GreetingMoment extends AnyMoment {
  readonly type: 'greeting'
}

/** A command came, or a response to a challenge. Each BDAT comes here before its octets, each BURL once its URL was looked for. */
export interface CommandMoment extends AnyMoment, ReceivedCommand {
  readonly type: 'command'
  /** For MAIL and RCPT: the path, as far as it could be read. */
  readonly path?: string
  /** For MAIL and RCPT. */
  readonly parameters?: ReceivedParameters
  /** For RCPT: its position among the recipients of the transaction, counted from 0. */
  readonly recipient?: number
}

/**
 * Content came whole that PRDR was asked for, and its recipients are about to be answered one by one. With 353 they
 * are; any other reply stands for all of them, and is the only one.
 */
export interface PrdrMoment extends AnyMoment {
  readonly type: 'prdr'
  /** The message, as if all its recipients were accepted. */
  readonly message: ReceivedMessage
}

/**
 * Content came whole. With LMTP once for each accepted recipient (RFC 2033 §4.2), with PRDR likewise and then once for
 * all, else once for all.
 */
export interface ContentMoment extends AnyMoment {
  readonly type: 'content'
  /** The message, as if all its recipients were accepted. */
  readonly message: ReceivedMessage
  /** With LMTP, and PRDR but for the last one: the position of the recipient in its transaction, counted from 0. */
  readonly recipient?: number
  /** Likewise: the recipient's forward-path. */
  readonly path?: string
  /** With PRDR: the reply that stands for all, behind those for each recipient. */
  readonly overall?: true
}

/** A moment at which the server speaks. */
export type Moment = GreetingMoment | CommandMoment | PrdrMoment | ContentMoment

/** What is asked of a policy, before what is the same at every moment is added. */
export type Asked =
  | Omit<GreetingMoment, 'session'>
  | Omit<CommandMoment, 'session'>
  | Omit<PrdrMoment, 'session'>
  | Omit<ContentMoment, 'session'>

/** A reply of one's own. Its code decides what becomes of the session, as the usual reply's code would. */
export interface ReplyAnswer {
  readonly code: number
  /** Default: what is usually said with that code. */
  readonly lines?: string | readonly string[]
  /** Said only where ENHANCEDSTATUSCODES is offered. */
  readonly enhancedCode?: string
  /** It takes effect, but is kept from the client. */
  readonly unsaid?: boolean
  /** The connection is closed behind it. 421 always closes it, unsaid or not. */
  readonly close?: boolean
}

/** Octets of one's own, line endings included. If three digits come first, they decide as a reply code would. */
export interface RawAnswer {
  readonly raw: string | Uint8Array
  readonly close?: boolean
}

/**
 * What a policy answers:
 * - `undefined`: the usual
 * - a text: the reply as it goes out, such as `550 5.1.1 no such user`, its lines separated by LF
 * - a number: that code with the text that is usual for it
 * - a `ReplyAnswer` or `RawAnswer`
 * - `silence`: nothing is said, and nothing changes
 * - `close`: nothing is said, and the connection is closed
 */
export type PolicyAnswer = undefined | string | number | ReplyAnswer | RawAnswer | 'silence' | 'close'

/** Scripts what a server says. Called once at each moment, in order. */
export type Policy = (moment: Moment) => PolicyAnswer
