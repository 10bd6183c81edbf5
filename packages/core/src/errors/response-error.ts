import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** What an error keeps of the reply that it stands for. */
export interface RefusingReply {
  readonly code: number
  readonly enhancedCode: string | undefined
  readonly text: string
}

/** The server's reply was not the one that was needed. */
export abstract class ResponseError extends SmtpError {
  /** The reply code, such as 535. */
  readonly replyCode: number
  /** The enhanced status code (RFC 3463), such as `5.7.8`, if the reply had one. */
  readonly enhancedCode: string | undefined
  /** The reply's text, its lines joined by LF. */
  readonly text: string

  constructor(refused: string, reply: RefusingReply) {
    super(`the server refused ${refused} with ${reply.code} ${escapeForDisplay(reply.text)}`)
    this.replyCode = reply.code
    this.enhancedCode = reply.enhancedCode
    this.text = reply.text
  }

  override get transient(): boolean {
    return isTransient(this.replyCode)
  }

  override get permanent(): boolean {
    return this.replyCode >= 500
  }
}

export function isTransient(replyCode: number): boolean {
  return replyCode >= 400 && replyCode < 500
}

/** The greeting was not 220. */
export class ConnectError extends ResponseError {
  readonly code = 'CONNECT'

  constructor(reply: RefusingReply) {
    super('the connection', reply)
  }
}

/** Neither EHLO nor, where it may be tried, HELO was accepted; or LHLO was not. */
export class HeloError extends ResponseError {
  readonly code = 'HELO'

  constructor(verb: string, reply: RefusingReply) {
    super(verb, reply)
  }
}

/** STARTTLS was offered, asked for, and refused. */
export class StartTlsRefusedError extends ResponseError {
  readonly code = 'STARTTLS_REFUSED'

  constructor(reply: RefusingReply) {
    super('STARTTLS', reply)
  }
}

/** No mechanism that both sides know let the user in; the reply is the last refusal. */
export class AuthenticationError extends ResponseError {
  readonly code = 'AUTHENTICATION'
  /** The mechanism that was tried last. */
  readonly mechanism: string
  /**
   * Why, in the mechanism's own words, if the server has said so in a challenge: of SCRAM such as `invalid-proof` (RFC
   * 5802 §7), of OAUTHBEARER and XOAUTH2 a JSON text with `status` (RFC 7628 §3.2.2).
   */
  readonly explanation: string | undefined

  constructor(mechanism: string, reply: RefusingReply, explanation?: string) {
    super(`AUTH ${mechanism}${explanation ? ` for ${escapeForDisplay(explanation)}` : ''}`, reply)
    this.mechanism = mechanism
    this.explanation = explanation
  }
}

/** MAIL was refused, so nobody was sent anything. */
export class SenderRefusedError extends ResponseError {
  readonly code = 'SENDER_REFUSED'
  /** The sender as it was given. */
  readonly sender: string

  constructor(sender: string, reply: RefusingReply) {
    super(`the sender ${escapeForDisplay(sender)}`, reply)
    this.sender = sender
  }
}

/** DATA, or the message itself, was refused for all recipients. */
export class DataError extends ResponseError {
  readonly code = 'DATA'

  constructor(reply: RefusingReply) {
    super('the message', reply)
  }
}
