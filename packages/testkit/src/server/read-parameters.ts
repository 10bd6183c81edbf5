import type { Fault } from './judgement.ts'
import type { Offer } from './offer.ts'
import { type ParameterRule, parameterTable } from './parameter-table.ts'
import type { ReceivedParameters } from './received.ts'
import { replyOf, type ServerReply } from './server-reply.ts'

/** The parameters of a command, and what is wrong with them. */
export interface ReadParameters {
  readonly parameters: ReceivedParameters
  readonly faults: readonly Fault[]
  /** The reply to the first fault that a server does not put up with. */
  readonly refusal?: ServerReply
}

interface ParameterFault extends Fault {
  readonly refusal: ServerReply
}

/**
 * Reads what stands behind the path (RFC 5321 §4.1.2), and checks it against what is offered.
 *
 * @param rest begins with a space unless it is empty
 */
export function readParameters(rest: string, verb: 'MAIL' | 'RCPT', offer: Offer): ReadParameters {
  const parameters: Record<string, string | true> = {}
  const faults: Fault[] = []
  let refusal: ServerReply | undefined
  if (rest !== '' && !/^(?: [^ ]+)*$/.test(rest)) {
    faults.push({ code: 'COMMAND_SYNTAX', message: 'parameters follow one space each, and nothing follows them' })
  }
  for (const word of rest.split(' ').filter((each) => each !== '')) {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    const keyword = name.toUpperCase()
    const fault = Object.hasOwn(parameters, keyword)
      ? unacceptable('PARAMETER_SYNTAX', 501, `${keyword} is given twice`)
      : parameterFault(keyword, value, verb, offer)
    if (fault !== undefined) {
      faults.push({ code: fault.code, message: fault.message })
      refusal ??= fault.refusal
    }
    parameters[keyword] = value ?? true
  }
  return refusal === undefined ? { parameters, faults } : { parameters, faults, refusal }
}

function parameterFault(
  keyword: string,
  value: string | undefined,
  verb: 'MAIL' | 'RCPT',
  offer: Offer,
): ParameterFault | undefined {
  if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword) || value === '' || value?.includes('=')) {
    return unacceptable('PARAMETER_SYNTAX', 501, 'a parameter is a keyword, or a keyword, = and a value without =')
  }
  const rule = Object.hasOwn(parameterTable, keyword) ? parameterTable[keyword] : undefined
  if (rule === undefined && offer.has(keyword)) return undefined
  if (rule?.verb !== verb || !isOffered(keyword, value, rule, offer)) {
    return unacceptable('EXTENSION_NOT_OFFERED', 555, `${keyword} on ${verb} belongs to no extension offered`)
  }
  const fits = rule.value === 'none' ? value === undefined : value !== undefined && rule.value.test(value)
  return fits ? undefined : unacceptable('PARAMETER_SYNTAX', 501, `${keyword} has a value that it can not have`)
}

/** BODY is of 8BITMIME, but for one of its values (RFC 3030 §3 (5)). */
function isOffered(keyword: string, value: string | undefined, rule: ParameterRule, offer: Offer): boolean {
  if (keyword === 'BODY' && value?.toUpperCase() === 'BINARYMIME') return offer.has('BINARYMIME')
  return offer.brings(rule)
}

function unacceptable(code: Fault['code'], reply: number, message: string): ParameterFault {
  return { code, message, refusal: replyOf(reply, '5.5.4', message) }
}
