import { type ClientConnection, defaultTimeouts, states, stateTable } from '@sansmtp/core'

const oneOf = (words: Iterable<string>) => `(?:${[...words].join('|')})`
const count = '(?:0|[1-9]\\d*)'
const code = '[2-5]\\d\\d(?: [245]\\.\\d{1,3}\\.\\d{1,3})?'
const exchange = oneOf(Object.keys(stateTable))
const phase = oneOf(Object.keys(defaultTimeouts))
const delivery = oneOf(['notSent', 'unknown'])

/** What can be looked at whenever one likes: its form, and how it reads now. */
const looks: readonly { form: string; read: (connection: ClientConnection) => string }[] = [
  { form: `state ${oneOf(states)}`, read: ({ state }) => `state ${state}` },
  { form: 'secure (?:yes|no)', read: ({ secure }) => `secure ${yesOrNo(secure)}` },
  { form: 'authenticated (?:yes|no)', read: ({ authenticated }) => `authenticated ${yesOrNo(authenticated)}` },
  { form: `pending ${count}`, read: ({ pendingCommands }) => `pending ${pendingCommands}` },
  { form: `buffered ${count}`, read: ({ bufferedBytes }) => `buffered ${bufferedBytes}` },
  {
    form: `timeout (?:none|${phase} ${count})`,
    read: ({ timeout }) =>
      timeout === undefined ? 'timeout none' : `timeout ${timeout.phase} ${timeout.milliseconds}`,
  },
]

/** What can have happened in the step before, as `renderOutput` tells it. */
const events = [
  `greeting ${code}`,
  `reply ${exchange} ${code}(?: for recipient ${count})?`,
  'body requested',
  'capabilities(?: \\S.*)?',
  'TLS requested',
  `skipped ${exchange}`,
  `refused ${exchange} (?:LOCAL_PROTOCOL|INVALID_ARGUMENT|NOT_SUPPORTED)`,
  `server closing ${code} ${delivery}`,
  'close requested',
  `failed [A-Z_]+(?: [A-Z_]+| ${phase})? ${delivery}`,
  'closed',
]

const lookForms = looks.map(({ form }) => new RegExp(`^${form}$`))
const eventForm = new RegExp(`^${oneOf(events)}$`)

/** What an expectation can say, for error messages. */
export const expectationForms: string =
  'state STATE, secure or authenticated yes or no, pending or buffered N, timeout none or PHASE MILLISECONDS, ' +
  'greeting CODE, reply EXCHANGE CODE [for recipient N], body requested, capabilities KEYWORDS, TLS requested, ' +
  'skipped EXCHANGE, refused EXCHANGE ERROR, server closing CODE DELIVERY, close requested, ' +
  'failed ERROR [DETAIL] DELIVERY or closed'

/** Whether the text says something that could hold. A misspelt one could not, whatever happens. */
export function isExpectation(text: string): boolean {
  return eventForm.test(text) || lookForms.some((form) => form.test(text))
}

/** How the connection reads now in the terms of an expectation that is a look; `undefined` for one that is an event. */
export function lookedAt(text: string, connection: ClientConnection): string | undefined {
  const found = lookForms.findIndex((form) => form.test(text))
  return looks[found]?.read(connection)
}

/** Whether an event must be named by an expectation: no end and no skipped command may go by unsaid. */
export function mustBeNamed(event: string): boolean {
  return /^(?:failed|closed|server closing|skipped)\b/.test(event)
}

function yesOrNo(fact: boolean): string {
  return fact ? 'yes' : 'no'
}
