import { type ExchangeName, type ReplyClass, type State, states, stateTable } from './state-table.ts'

/** A row of the table, laid out so that a look at it costs next to nothing: it is looked at for every command and reply. */
interface Row {
  /** Where the exchange is legal. */
  readonly legal: Readonly<Record<State, boolean>>
  /** The state that is assumed while the reply is out. */
  readonly expected: Readonly<Record<State, State>>
  readonly succeedsWith: number | undefined
}

const rows = Object.fromEntries(
  Object.keys(stateTable).map((exchange) => [exchange, layOut(exchange as ExchangeName)]),
) as Readonly<Record<ExchangeName, Row>>

function layOut(exchange: ExchangeName): Row {
  const { legalIn, expects, opensContent, succeedsWith } = stateTable[exchange]
  const legal = byState((state) => legalIn.includes(state))
  // What could not succeed there is assumed to change nothing.
  const expected = byState((state) => {
    if (opensContent) return legal[state] ? 'data' : state
    return stateAfter(exchange, state, expects) ?? state
  })
  return { legal, expected, succeedsWith }
}

function byState<Value>(inState: (state: State) => Value): Readonly<Record<State, Value>> {
  return Object.fromEntries(states.map((state) => [state, inState(state)])) as Record<State, Value>
}

const classesByDigit = ['2xx', '3xx', '4xx', '5xx'] as const

export function replyClassOf(code: number): ReplyClass {
  if (code === 334 || code === 353 || code === 354) return `${code}`
  return classesByDigit[Math.floor(code / 100) - 2] as ReplyClass
}

/** Whether the exchange may be started in that state, all that was sent before having succeeded. */
export function isLegal(exchange: ExchangeName, state: State): boolean {
  return rows[exchange].legal[state]
}

/** The state after a reply of that class in `from`; `undefined` where no server may answer so. */
export function stateAfter(exchange: ExchangeName, from: State, replyClass: ReplyClass): State | undefined {
  return stateTable[exchange].replies[replyClass]?.[from]
}

/** The state after a reply with that code in `from`; `undefined` where no server may answer so. */
export function stateAfterReply(exchange: ExchangeName, from: State, code: number): State | undefined {
  const { succeedsWith = code } = rows[exchange]
  const next = stateAfter(exchange, from, replyClassOf(code))
  return next !== undefined && code < 300 && code !== succeedsWith ? from : next
}

/** The state that is assumed while the reply is out. What could not succeed in `from` is assumed to change nothing. */
export function stateExpected(exchange: ExchangeName, from: State): State {
  return rows[exchange].expected[from]
}
