import type { ClientViolationCode } from './client-violation.ts'
import type { ReceivedParameters } from './received.ts'
import type { SaslExchange } from './sasl.ts'
import { replyOf, type ServerReply } from './server-reply.ts'

/** What is wrong with a command. */
export interface Fault {
  readonly code: ClientViolationCode
  readonly message: string
}

/** What a command is found to be, and what the server says to it unless the policy has another answer. */
export interface Judgement {
  readonly usual: ServerReply
  /** Where a server goes on all the same, `usual` is positive. */
  readonly faults: readonly Fault[]
  /** For MAIL and RCPT. */
  readonly path?: string
  readonly parameters?: ReceivedParameters
  /** For BDAT. */
  readonly chunk?: { readonly size: number; readonly last: boolean }
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
