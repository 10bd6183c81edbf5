import type { ClientViolationCode } from './client-violation.ts'
import { instantOf } from './date-time.ts'
import type { Objection } from './judgement.ts'
import type { ReceivedParameters } from './received.ts'
import { replyOf } from './server-reply.ts'
import type { ServerSettings } from './server-settings.ts'
import type { SessionRecord } from './session-record.ts'

/** What a value is judged by besides itself. */
interface Given {
  readonly parameters: ReceivedParameters
  readonly session: SessionRecord
  readonly settings: ServerSettings
}

type Check = (value: string, given: Given) => Objection

/** By keyword, for values that are in form. */
const checks: Readonly<Record<string, Check>> = {
  /** RFC 1870 §6.1. */
  SIZE(value, { settings: { maxSize } }) {
    return Number(value) > maxSize
      ? refused('SIZE_EXCEEDED', 552, '5.3.4', `at most ${maxSize} octets are taken`)
      : undefined
  },
  /** RFC 8689 §2. */
  REQUIRETLS(_, { session }) {
    return session.secure ? undefined : refused('REQUIRETLS_WITHOUT_TLS', 530, '5.7.10', 'encryption needed')
  },
  /** RFC 2852 §3 and §4. */
  BY(value, { session: { offered } }) {
    const [, time = '', mode] = /^([+-]?\d+);([NR])T?$/i.exec(value) ?? []
    if (mode?.toUpperCase() !== 'R') return undefined
    if (Number(time) <= 0) return malformed('BY with R takes a time to come')
    const [minimum = ''] = offered.parameters('DELIVERBY')
    if (!/^\d{1,9}$/.test(minimum) || Number(time) >= Number(minimum)) return undefined
    return refused('LIMIT_EXCEEDED', 555, '5.5.4', `BY with R takes ${minimum} seconds at least`)
  },
  /** RFC 4865 §4 and §5.2. */
  HOLDFOR(value, { parameters, session: { offered } }) {
    if (parameters['HOLDUNTIL'] !== undefined) return malformed('either HOLDFOR or HOLDUNTIL may be given')
    const [, time] = /^([+-]?\d+);/.exec(String(parameters['BY'] ?? '')) ?? []
    if (Number(value) > Number(time ?? Number.POSITIVE_INFINITY)) return malformed('HOLDFOR is longer than BY')
    const [max = ''] = offered.parameters('FUTURERELEASE')
    if (!/^\d{1,9}$/.test(max) || Number(value) <= Number(max)) return undefined
    return refused('LIMIT_EXCEEDED', 501, '5.5.4', `HOLDFOR takes ${max} seconds at most`)
  },
  HOLDUNTIL(value, { session: { offered } }) {
    const instant = instantOf(value)
    if (instant === undefined) return malformed('HOLDUNTIL takes a time that there is')
    const [, max = ''] = offered.parameters('FUTURERELEASE')
    if (instant <= (instantOf(max) ?? Number.POSITIVE_INFINITY)) return undefined
    return refused('LIMIT_EXCEEDED', 501, '5.5.4', `HOLDUNTIL takes ${max} at the latest`)
  },
  /** RFC 3885 §3.2. */
  MTRK(_, { parameters }) {
    return parameters['ENVID'] === undefined ? malformed('MTRK needs ENVID beside it') : undefined
  },
  /** RFC 3865 §2.3. To ask is no fault. */
  SOLICIT(value, { session: { offered } }) {
    const unwanted = offered.parameters('NO-SOLICITING').flatMap((keywords) => keywords.split(','))
    const matching = value.split(',').filter((keyword) => unwanted.includes(keyword))
    if (matching.length === 0) return undefined
    return { refusal: replyOf(550, '5.7.1', `not wanted: SOLICIT=${matching.join(',')}`) }
  },
  /** RFC 7293 §3.2. */
  RRVS(value) {
    return instantOf(value.replace(/;.*$/, '')) === undefined
      ? malformed('RRVS takes a time that there was')
      : undefined
  },
}

/** Judges what the parameters of MAIL and RCPT ask for by what the server has and has announced. */
export function judgeValues(
  parameters: ReceivedParameters,
  session: SessionRecord,
  settings: ServerSettings,
): Objection {
  for (const [keyword, check] of Object.entries(checks)) {
    const value = parameters[keyword]
    const objection = value === undefined ? undefined : check(String(value), { parameters, session, settings })
    if (objection !== undefined) return objection
  }
  return undefined
}

function malformed(message: string): Objection {
  return refused('PARAMETER_SYNTAX', 501, '5.5.4', message)
}

function refused(code: ClientViolationCode, reply: number, enhancedCode: string, message: string): Objection {
  return { code, refusal: replyOf(reply, enhancedCode, message) }
}
