import type { Call, SendMailCall, SendMessageCall } from '../call.ts'
import { canonicalLine } from '../comparison/canonical-line.ts'
import type { Trace } from '../comparison/trace.ts'
import type { Scenario } from '../scenario.ts'

/** A transaction that smtplib began, and what came of it. */
export interface Transaction {
  /** The one that began it. */
  readonly call: Call
  /** Which call that is, from 0. */
  readonly position: number
  readonly outcome: string
  /** Where its MAIL is on the wire. */
  readonly start: number
  /** What was sent from there to the next MAIL. */
  readonly lines: readonly string[]
}

/** The transactions of a scenario of one connection, in which every call that sends gets to MAIL, or none after it. */
export function transactionsOf({ outcomes, wires }: Trace, { calls }: Scenario): readonly Transaction[] {
  const wire = wires[0] ?? []
  const starts = wire.flatMap((line, i) => (line.startsWith('MAIL ') ? [i] : []))
  const sending = calls.flatMap((call, position) =>
    ['mail', 'sendMail', 'sendMessage'].includes(call.call)
      ? [{ call, position, outcome: outcomes[position] ?? '' }]
      : [],
  )
  return starts.flatMap((start, i) => {
    const sent = sending[i]
    return sent === undefined ? [] : [{ ...sent, start, lines: wire.slice(start, starts[i + 1]) }]
  })
}

/** Where in a transaction the command stands, or -1 unless the server still listened when smtplib was refused. */
export function refusedAt({ outcome, lines }: Transaction, error: string, command: string): number {
  const refused = outcome.startsWith(`${error} `) && !/(?:^| )421 /.test(outcome)
  return refused ? lines.findLastIndex((line) => line.split(' ')[0] === command) : -1
}

/** The trace with lines put in behind some lines of transactions. */
export function withLines(
  trace: Trace,
  scenario: Scenario,
  added: (transaction: Transaction) => { readonly behind: number; readonly lines: readonly string[] },
): Trace {
  const [wire = [], ...others] = trace.wires
  const result = [...wire]
  for (const transaction of [...transactionsOf(trace, scenario)].reverse()) {
    const { behind, lines } = added(transaction)
    if (behind !== -1) result.splice(transaction.start + behind + 1, 0, ...lines)
  }
  return { ...trace, wires: [result, ...others] }
}

/** RCPT for every recipient, as it is compared. */
export function rcptLines(call: Call): readonly string[] {
  const rcptOptions = (isSending(call) && call.rcptOptions) || []
  return recipientsOf(call).map((address) => canonicalLine([`RCPT TO:${pathOf(address)}`, ...rcptOptions].join(' ')))
}

/** As they were given. */
export function recipientsOf(call: Call): readonly string[] {
  if (!isSending(call)) return []
  return call.call === 'sendMail' || call.to !== undefined ? [call.to ?? []].flat() : namedInHeader(call.message.octets)
}

function isSending(call: Call): call is SendMailCall | SendMessageCall {
  return call.call === 'sendMail' || call.call === 'sendMessage'
}

/** To and Cc have one on each line, and no other field is folded. Of a name nothing is left. */
function namedInHeader(octets: string): readonly string[] {
  const [header = ''] = octets.split(/\r?\n\r?\n/, 1)
  const lines = Array.from(header.matchAll(/^(?:To:|Cc:)? (.+?),?\r?$/gm), ([, address = '']) => address)
  return lines.map((address) => /<(.*)>$/.exec(address)?.[1] ?? address)
}

function pathOf(address: string): string {
  return /<.*>$/.exec(address)?.[0] ?? `<${address}>`
}
