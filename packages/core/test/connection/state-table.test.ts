import {
  type Command,
  type ExchangeName,
  LocalProtocolError,
  NotSupportedError,
  replyClasses,
  type State,
  stateAfter,
  stateAfterReply,
  states,
  stateTable,
  type Verb,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, sentText } from '../support/connections.ts'
import { chunkAwaitedIn } from './chunk-awaited.ts'

const commands: Readonly<Record<Verb, Command>> = {
  EHLO: { verb: 'EHLO', domain: 'bar.example' },
  HELO: { verb: 'HELO', domain: 'bar.example' },
  LHLO: { verb: 'LHLO', domain: 'bar.example' },
  MAIL: { verb: 'MAIL', from: 'a@bar.example' },
  RCPT: { verb: 'RCPT', to: 'b@foo.example' },
  DATA: { verb: 'DATA' },
  RSET: { verb: 'RSET' },
  NOOP: { verb: 'NOOP' },
  HELP: { verb: 'HELP' },
  VRFY: { verb: 'VRFY', argument: 'smith' },
  EXPN: { verb: 'EXPN', argument: 'staff' },
  QUIT: { verb: 'QUIT' },
  STARTTLS: { verb: 'STARTTLS' },
  AUTH: { verb: 'AUTH', mechanism: 'LOGIN' },
  'AUTH-RESPONSE': { verb: 'AUTH-RESPONSE', response: 'cancel' },
  BDAT: { verb: 'BDAT' },
  ETRN: { verb: 'ETRN', argument: 'bar.example' },
  XCLIENT: { verb: 'XCLIENT', attributes: { NAME: 'bar.example' } },
  XFORWARD: { verb: 'XFORWARD', attributes: { NAME: 'bar.example' } },
  OTHER: { verb: 'OTHER', name: 'XYZZY' },
}
const verbs = Object.keys(commands) as Verb[]
const answered = verbs.filter((verb) => !stateTable[verb].opensContent)
const codes = { '2xx': 250, '334': 334, '353': 353, '354': 354, '3xx': 350, '4xx': 450, '5xx': 550 } as const

/** While the greeting is due, commands are queued on the assumption that it will be positive. */
const assumed = (state: State): State => (state === 'greeting' ? 'greeted' : state)
const protocolOf = (verb: Verb) => (verb === 'LHLO' ? 'lmtp' : 'smtp')

describe.each(states)('in state %s', (state) => {
  test.each(verbs)('%s is taken exactly where the table says so', (verb) => {
    const connection = connectionIn(state, { protocol: protocolOf(verb) })
    const before = { pending: connection.pendingCommands, timeout: connection.timeout }
    // Content is pending in dataSent, and success leads to ready.
    const legal = stateTable[verb].legalIn.includes(state === 'dataSent' ? 'ready' : assumed(state))
    const offered = stateTable[verb].requires === undefined || connection.capabilities.has(stateTable[verb].requires)
    expect(connection.can(verb)).toBe(legal && offered)
    if (legal && offered) {
      expect(connection.send(commands[verb])).toBeGreaterThan(0)
      expect(connection.pendingCommands).toBe(before.pending + 1)
    } else {
      expect(() => connection.send(commands[verb])).toThrow(legal ? NotSupportedError : LocalProtocolError)
      expect(connection).toMatchObject({ state, pendingCommands: before.pending })
      expect(connection.timeout).toBe(before.timeout)
      expect(drain(connection)).toEqual([])
    }
  })
})

describe.each(answered)('%s', (verb) => {
  const { legalIn } = stateTable[verb]
  const cases = legalIn.flatMap((state) => replyClasses.map((replyClass) => ({ state, replyClass })))

  test.each(cases)('answered by $replyClass in state $state', ({ state, replyClass }) => {
    const connection = connectionIn(state, { protocol: protocolOf(verb) })
    if (!connection.can(verb)) return // XCLIENT, where no EHLO has offered it.
    connection.send(commands[verb])
    expect(sentText(drain(connection))).not.toBe('')
    const outputs = feed(connection, `${codes[replyClass]} text`)
    const next = stateAfterReply(verb, state, codes[replyClass])
    if (next === undefined) {
      expect(outputs).toMatchObject([
        { type: 'CloseRequested' },
        { type: 'Failed', error: { code: 'REMOTE_PROTOCOL' } },
      ])
      expect(connection.state).toBe('failed')
    } else {
      expect(outputs[0]).toMatchObject({ type: 'ReplyReceived', exchange: verb, reply: { code: codes[replyClass] } })
      expect(connection.state).toBe(next)
    }
  })

  test.each(legalIn)('answered by 421 in state %s closes', (state) => {
    const connection = connectionIn(state, { protocol: protocolOf(verb) })
    if (!connection.can(verb)) return
    connection.send(commands[verb])
    drain(connection)
    expect(feed(connection, '421 closing')).toMatchObject([
      { type: 'ReplyReceived', exchange: verb },
      { type: 'ServerClosing', delivery: 'notSent' },
      { type: 'CloseRequested' },
    ])
    connection.receiveEof()
    expect(drain(connection)).toEqual([{ type: 'Closed' }])
    expect(connection.state).toBe('closed')
  })
})

test.each(replyClasses)('the greeting as %s', (replyClass) => {
  const connection = connectionIn('greeting')
  feed(connection, `${codes[replyClass]} text`)
  expect(connection.state).toBe(stateAfter('GREETING', 'greeting', replyClass) ?? 'failed')
})

/** 353 is for who has asked for it. */
const unaskedClasses = replyClasses.filter((replyClass) => replyClass !== '353')

test.each(
  (['data', 'dataSent'] as const).flatMap((state) => unaskedClasses.map((replyClass) => ({ state, replyClass }))),
)('content behind DATA answered by $replyClass in state $state', ({ state, replyClass }) => {
  const connection = connectionIn(state)
  feed(connection, `${codes[replyClass]} text`)
  expect(connection.state).toBe(stateAfter('CONTENT', state, replyClass) ?? 'failed')
})

describe.each(['CHUNK', 'CONTENT'] as const)('%s behind BDAT', (name) => {
  const cases = (['ready', 'mail', 'rcpt', 'resetDue'] as const).flatMap((state) =>
    unaskedClasses.map((replyClass) => ({ state, replyClass })),
  )

  test.each(cases)('answered by $replyClass in state $state', ({ state, replyClass }) => {
    const connection = chunkAwaitedIn(state, name)
    const outputs = feed(connection, `${codes[replyClass]} text`)
    const next = stateAfter(name, state, replyClass)
    expect(connection.state).toBe(next ?? 'failed')
    if (next === undefined) expect(outputs.at(-1)).toMatchObject({ error: { violation: 'UNEXPECTED_REPLY' } })
    else expect(outputs).toMatchObject([{ type: 'ReplyReceived', exchange: name }])
  })

  test.each(cases.filter(({ replyClass }) => replyClass === '2xx'))(
    'answered by 421 in state $state closes',
    (each) => {
      const connection = chunkAwaitedIn(each.state, name)
      expect(feed(connection, '421 closing').map(({ type }) => type)).toEqual([
        'ReplyReceived',
        'ServerClosing',
        'CloseRequested',
      ])
      connection.receiveEof()
      expect(drain(connection)).toEqual([{ type: 'Closed' }])
    },
  )
})

test('what opens content has no reply of its own, and is answered by nothing', () => {
  expect(verbs.filter((verb) => !answered.includes(verb))).toEqual(['BDAT'])
  expect(stateTable.BDAT.replies).toEqual({})
})

test.each(['GREETING', 'CONTENT', 'CHUNK'] as const)('%s is nothing that can be sent', (name) => {
  expect(stateTable[name].legalIn).toEqual(name === 'CONTENT' ? ['dataSent'] : [])
  expect(connectionIn('ready').can(name as never)).toBe(false)
})

test('every exchange that is answered has a reply class that it expects', () => {
  for (const name of Object.keys(stateTable) as ExchangeName[]) {
    const { replies, expects, opensContent } = stateTable[name]
    if (!opensContent) expect(replies[expects], name).toBeDefined()
  }
})

test.each(answered)('%s may be answered wherever it can have been executed', (verb) => {
  const { legalIn, replies } = stateTable[verb]
  for (const state of legalIn) expect(Object.values(replies).some((transitions) => transitions[state])).toBe(true)
})
