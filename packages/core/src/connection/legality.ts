import { InvalidArgumentError, LocalProtocolError, NotSupportedError, type SmtpError } from '../errors/index.ts'
import type { Capabilities, Verb } from '../wire/index.ts'
import type { Dialect } from './dialect.ts'
import { type ExchangeRule, type State, stateTable } from './state-table.ts'
import { isLegal } from './transitions.ts'

/** What decides whether a command may be sent. */
export interface Standing {
  readonly ended: boolean
  readonly dialect: Dialect
  /** The state in which the command would be executed, if all before it succeeds. */
  readonly expected: State
  readonly pendingCommands: number
  readonly secure: boolean
  readonly authenticated: boolean
  readonly capabilities: Capabilities
}

/** Makes the error to throw when a command with this verb is illegal; `undefined` when it is legal. */
export function illegality(verb: Verb, standing: Standing): (() => SmtpError) | undefined {
  // Callers without the compiler's help.
  const rule = sendable.get(verb)
  if (rule === undefined) return () => new InvalidArgumentError('verb', 'is not known', String(verb))
  const why = objection(verb, rule, standing)
  if (why !== undefined) {
    const { expected: state } = standing
    return () => new LocalProtocolError(`${verb} ${why}`, { state, command: verb })
  }
  const { requires } = rule
  return requires === undefined || standing.capabilities.has(requires)
    ? undefined
    : () => new NotSupportedError(requires, `the server does not offer ${requires}`)
}

/** GREETING, CONTENT and CHUNK are exchanges, but nothing that can be sent. */
const sendable: ReadonlyMap<string, ExchangeRule> = new Map(
  Object.entries(stateTable).filter(([name]) => !['GREETING', 'CONTENT', 'CHUNK'].includes(name)),
)

function objection(verb: Verb, { legalIn, alone }: ExchangeRule, standing: Standing): string | undefined {
  const { expected: state, dialect } = standing
  if (standing.ended) return 'can not be sent: the connection has ended'
  if (dialect.without.has(verb)) return `is not a command of ${dialect.protocol.toUpperCase()}`
  if (!isLegal(verb, state)) return `is not legal in state ${state}, only in ${legalIn.join(', ')}`
  if (alone && standing.pendingCommands > 0) return 'must wait for the reply that it answers'
  if (verb === 'STARTTLS' && standing.secure) return 'is not legal once TLS stands (RFC 3207 §4.2)'
  if (verb === 'AUTH' && standing.authenticated) return 'is not legal after a successful AUTH (RFC 4954 §4)'
  return undefined
}
