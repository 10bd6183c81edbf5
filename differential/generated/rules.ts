import type { Trace } from '../comparison/trace.ts'
import { renderOutcome } from '../drivers/outcome.ts'
import type { Scenario } from '../scenario.ts'
import { type Answer, asAnswer, codeOf, type Reply } from '../server/answer.ts'
import type { ServerScript } from '../server/server-script.ts'
import { rcptLines, recipientsOf, refusedAt, transactionsOf, withLines } from './transactions.ts'

/** An intended difference that is told from what smtplib did: what sansmtp does then. */
export interface Rule {
  /** The numbered row of docs/smtplib.md that explains it. */
  readonly row: number
  readonly what: string
  /** The trace that sansmtp must leave where smtplib left this one: the same where the rule has nothing to say. */
  rewrite(trace: Trace, scenario: Scenario): Trace
}

/** All that may differ in a generated scenario, in the order in which it is applied. */
export const rules: readonly Rule[] = [
  {
    row: 13,
    what: 'no HELO after a 421 to EHLO, which is what ends the session',
    rewrite(trace, scenario) {
      const ehlo = asAnswer(replyTo(scenario, 'EHLO') ?? '')
      if (codeOf(ehlo) !== 421) return trace
      const first = trace.outcomes.indexOf('ServerDisconnected')
      const saysHelo = ['ehloOrHeloIfNeeded', 'login', 'sendMail', 'sendMessage'].includes(
        scenario.calls[first]?.call ?? '',
      )
      const helo = renderOutcome({ error: 'Helo', reply: [421, textOf(ehlo)] })
      return saysHelo ? withOutcome(trace, first, helo) : trace
    },
  },
  {
    row: 17,
    what: 'that the server hangs up instead of answering QUIT is no error',
    rewrite(trace, { calls }) {
      const quit = calls.findIndex(({ call }) => call === 'quit')
      const unanswered = trace.wires[0]?.at(-1) === 'QUIT' && trace.outcomes[quit] === 'ServerDisconnected'
      return unanswered ? withOutcome(trace, quit, 'nothing') : trace
    },
  },
  {
    row: 17,
    what: 'the end of a scope raises nothing, whatever the reply to QUIT',
    rewrite(trace, { calls }) {
      const end = calls.findIndex(({ call }) => call === 'leaveScope')
      return trace.outcomes[end]?.startsWith('Response ') ? withOutcome(trace, end, 'nothing') : trace
    },
  },
  {
    row: 20,
    what: 'no mechanism in common is NotSupportedError',
    rewrite(trace, { calls }) {
      const login = calls.findIndex(({ call }) => call === 'login')
      return trace.outcomes[login] === 'Smtp' ? withOutcome(trace, login, 'NotSupported') : trace
    },
  },
  {
    row: 25,
    what: 'a refused DATA ends with RSET',
    rewrite(trace, scenario) {
      return withLines(trace, scenario, (transaction) => {
        const data = refusedAt(transaction, 'Data', 'DATA')
        const hasContent = transaction.lines[data + 1]?.startsWith('content ')
        return { behind: hasContent ? -1 : data, lines: ['RSET'] }
      })
    },
  },
  {
    row: 23,
    what: 'with PIPELINING all RCPT and DATA have left when MAIL is refused',
    rewrite(trace, scenario) {
      if (!offersPipelining(scenario)) return trace
      return withLines(trace, scenario, (transaction) => ({
        behind: refusedAt(transaction, 'SenderRefused', 'MAIL'),
        lines: [...rcptLines(transaction.call), 'DATA'],
      }))
    },
  },
  {
    row: 24,
    what: 'with PIPELINING DATA has left when every RCPT is refused',
    rewrite(trace, scenario) {
      if (!offersPipelining(scenario)) return trace
      return withLines(trace, scenario, (transaction) => ({
        behind: refusedAt(transaction, 'RecipientsRefused', 'RCPT'),
        lines: ['DATA'],
      }))
    },
  },
  {
    row: 27,
    what: 'in LMTP a refusal of the content is one recipient’s',
    rewrite(trace, scenario) {
      if (scenario.protocol !== 'lmtp') return trace
      return transactionsOf(trace, scenario).reduce((rewritten, { call, position, outcome, lines }) => {
        const [, reply] = /^Data (.*)$/s.exec(outcome) ?? []
        const refused = reply !== undefined && lines.some((line) => line.startsWith('content '))
        const [recipient] = recipientsOf(call)
        return refused ? withOutcome(rewritten, position, `RecipientsRefused ${recipient} ${reply}`) : rewritten
      }, trace)
    },
  },
]

/** What sansmtp must do where smtplib did this, and the rules that had something to say. */
export function applyRules(
  trace: Trace,
  scenario: Scenario,
): { readonly trace: Trace; readonly used: readonly Rule[] } {
  const used: Rule[] = []
  const rewritten = rules.reduce((before, rule) => {
    const after = rule.rewrite(before, scenario)
    if (JSON.stringify(after) !== JSON.stringify(before)) used.push(rule)
    return after
  }, trace)
  return { trace: rewritten, used }
}

function withOutcome(trace: Trace, position: number, outcome: string): Trace {
  return { ...trace, outcomes: trace.outcomes.map((before, i) => (i === position ? outcome : before)) }
}

function replyTo({ server }: Scenario, verb: string): Reply | undefined {
  return (server as ServerScript).replies?.[verb] as Reply | undefined
}

function textOf({ octets }: Answer): string {
  const lines = Buffer.from(octets, 'latin1').toString().trimEnd().split('\n')
  return lines.map((line) => line.slice(4).trim()).join('\n')
}

function offersPipelining(scenario: Scenario): boolean {
  const hello = replyTo(scenario, scenario.protocol === 'lmtp' ? 'LHLO' : 'EHLO') ?? ''
  return /^250.PIPELINING\r?$/im.test(asAnswer(hello).octets)
}
