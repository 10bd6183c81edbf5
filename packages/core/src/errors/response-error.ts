import { escapeForDisplay } from './escape-for-display.ts'
import { SmtpError } from './smtp-error.ts'

/** What an error keeps of the reply that it stands for. */
export interface RefusingReply {
  readonly code: number
  readonly enhancedCode: string | undefined
  readonly text: string
}

/** The server refused what the session can't do without. */
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

  /** A 4xx: the same request may succeed later (RFC 5321 §4.2.1). */
  get transient(): boolean {
    return this.replyCode >= 400 && this.replyCode < 500
  }

  /** A 5xx: the same request must not be repeated as it is. */
  get permanent(): boolean {
    return this.replyCode >= 500
  }
}

/** The greeting was not positive. */
export class GreetingRefusedError extends ResponseError {
  readonly code = 'GREETING_REFUSED'

  constructor(reply: RefusingReply) {
    super('the connection', reply)
  }
}

/** Neither EHLO nor, where it may be tried, HELO was accepted; or LHLO was not. */
export class HelloRefusedError extends ResponseError {
  readonly code = 'HELLO_REFUSED'

  constructor(verb: string, reply: RefusingReply) {
    super(verb, reply)
  }
}

/** STARTTLS was offered, required, and refused. */
export class StartTlsRefusedError extends ResponseError {
  readonly code = 'STARTTLS_REFUSED'

  constructor(reply: RefusingReply) {
    super('STARTTLS', reply)
  }
}

/** No mechanism that both sides know let the user in; the reply is the last refusal. */
export class AuthenticationRefusedError extends ResponseError {
  readonly code = 'AUTHENTICATION_REFUSED'
  /** The mechanism that was tried last. */
  readonly mechanism: string

  constructor(mechanism: string, reply: RefusingReply) {
    super(`AUTH ${mechanism}`, reply)
    this.mechanism = mechanism
  }
}
