import { open, quit, TimeoutError, type TimeoutPhase, transact } from '@sansmtp/core'
import {
  type Moment,
  type NetworkPlan,
  noExtensions,
  type Policy,
  roundTripOf,
  ServerConnection,
  VirtualClient,
} from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { envelopeTo, message, opening } from './sessions.ts'

/** Of one way; a round trip takes twice as long. */
const way = 50
const plan = roundTripOf(2 * way)

/** Each its own, so that none is taken for another. */
const timeouts = {
  greeting: 1001,
  hello: 1002,
  mail: 1003,
  rcpt: 1004,
  data: 1005,
  content: 1006,
  termination: 1007,
  command: 1008,
  startTls: 1009,
  tls: 1010,
  auth: 1011,
  quit: 1012,
}

/** Says nothing from the first moment on that fits. */
function silentFrom(fits: (moment: Moment) => boolean): Policy {
  let silent = false
  return (moment) => {
    silent ||= fits(moment)
    return silent ? 'silence' : undefined
  }
}

const at = (verb: string) => silentFrom((moment) => moment.type === 'command' && moment.verb === verb)

function clientOf(policy: Policy, pipelining = true, over: NetworkPlan = plan): VirtualClient {
  const extensions = { ...noExtensions, PIPELINING: pipelining, STARTTLS: true, AUTH: ['PLAIN'] }
  const server = new ServerConnection({ extensions, users: { ann: 'secret' }, policy })
  return new VirtualClient({ server, plan: over, timeouts })
}

/** Why a session does not open, and when. */
function openSilently(policy: Policy): { phase: string | undefined; after: number } {
  const run = clientOf(policy).run((connection) =>
    open(connection, { ...opening, startTls: 'required', credentials: { user: 'ann', pass: 'secret' } }),
  )
  return { phase: run.error instanceof TimeoutError ? run.error.phase : String(run.error), after: run.milliseconds }
}

describe('a server that falls silent', () => {
  test.each([
    ['greeting', silentFrom(({ type }) => type === 'greeting'), 0],
    ['hello', at('EHLO'), 1],
    ['startTls', at('STARTTLS'), 3],
    ['hello', silentFrom((moment) => moment.type === 'command' && moment.verb === 'EHLO' && moment.session.secure), 7],
    ['auth', at('AUTH'), 9],
  ] as const)('is given up in phase %s', (phase, policy, ways) => {
    expect(openSilently(policy)).toEqual({ phase, after: ways * way + timeouts[phase] })
  })

  test('is given up amid the handshake', () => {
    const clear = clientOf(() => undefined)
    clear.run((connection) => open(connection, { ...opening, startTls: 'required' }))
    const { segments } = clear.network
    const handshake = segments.findIndex(({ type }) => type === 'tls')
    const inClear = segments.slice(0, handshake).filter(({ from }) => from === 'server')
    const afterOctets = inClear.reduce((sum, { bytes }) => sum + bytes.length, 0)

    const cut = { afterOctets, receiver: 'silence' } as const
    const client = clientOf(() => undefined, true, { ...plan, toClient: { ...plan.toClient, cut } })
    const run = client.run((connection) => open(connection, { ...opening, startTls: 'required' }))
    expect(run.error).toMatchObject({ code: 'TIMEOUT', phase: 'tls', milliseconds: timeouts.tls })
    expect(run.milliseconds).toBe(5 * way + timeouts.tls)
  })

  describe.each([true, false])('amid a transaction, pipelining: %s', (pipelining) => {
    test.each([
      ['mail', at('MAIL'), 0, 0],
      ['rcpt', at('RCPT'), 2, 2],
      ['data', at('DATA'), 2, 6],
      ['termination', silentFrom(({ type }) => type === 'content'), 2, 8],
    ] as const)('is given up in phase %s', (phase, policy, pipelined, oneByOne) => {
      const client = clientOf(policy, pipelining)
      client.run((connection) => open(connection, opening))
      const run = client.run((connection) => transact(connection, envelopeTo(2)), { message })
      expect(run.result.error).toMatchObject({ code: 'TIMEOUT', phase, milliseconds: timeouts[phase] })
      expect(run.milliseconds).toBe((pipelining ? pipelined : oneByOne) * way + timeouts[phase])
      const status = phase === 'termination' ? 'unknown' : 'notSent'
      expect(run.result.outcomes).toEqual([{ status }, { status }])
    })
  })

  test('is given up after QUIT, which is no error', () => {
    const client = clientOf(at('QUIT'))
    client.run((connection) => open(connection, opening))
    const run = client.run(quit)
    expect(run.error).toBeUndefined()
    expect(run.milliseconds).toBe(timeouts.quit)
    expect(client.connection.state).toBe('failed')
  })
})

test('a reply just in time is taken, one just too late is not', () => {
  const timed = (greeting: TimeoutPhase, milliseconds: number) =>
    new VirtualClient({ server: new ServerConnection(), plan, timeouts: { [greeting]: milliseconds } }).run(
      (connection) => open(connection, opening),
    ).error
  expect(timed('hello', 2 * way)).toBeUndefined()
  expect(timed('hello', 2 * way - 1)).toMatchObject({ code: 'TIMEOUT', phase: 'hello', milliseconds: 2 * way - 1 })
})
