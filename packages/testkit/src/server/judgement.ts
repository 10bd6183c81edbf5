import type { ClientViolationCode } from './client-violation.ts'
import type { ReceivedAttributes, ReceivedParameters } from './received.ts'
import type { SaslExchange } from './sasl.ts'
import { replyOf, type ServerReply } from './server-reply.ts'

/** What is wrong with a command. */
export interface Fault {
  readonly code: ClientViolationCode
  readonly message: string
}

/** What is refused; without a code the client has done nothing wrong. */
export type Objection = { readonly code?: ClientViolationCode; readonly refusal: ServerReply } | undefined

/** What a command announces of content: octets that follow it, or with a URL what is found there. */
export interface Chunk {
  readonly size: number
  readonly last: boolean
  readonly url?: string
}

/** What a command is found to be, and what the server says to it unless the policy has another answer. */
export interface Judgement {
  readonly usual: ServerReply
  /** Where a server goes on all the same, `usual` is positive. */
  readonly faults: readonly Fault[]
  /** For MAIL and RCPT. */
  readonly path?: string
  readonly parameters?: ReceivedParameters
  /** For BDAT and BURL. */
  readonly chunk?: Chunk
  /** For XCLIENT and XFORWARD. */
  readonly attributes?: ReceivedAttributes
  /** Nothing is said unless the policy has an answer. */
  readonly unanswered?: true
  /** For AUTH and its responses. */
  readonly sasl?: SaslExchange
}

export function accepted(usual: ServerReply): Judgement {
  return { usual, faults: [] }
}

/** Not as it may be: a fault, and the reply to it. */
export function faulty(code: ClientViolationCode, message: string, usual: ServerReply): Judgement {
  return { usual, faults: [{ code, message }] }
}

export function syntaxFault(message: string): Judgement {
  return faulty('COMMAND_SYNTAX', message, replyOf(501, '5.5.4', message))
}

export function orderFault(message: string): Judgement {
  return faulty('WRONG_ORDER', message, replyOf(503, '5.5.1', message))
}
