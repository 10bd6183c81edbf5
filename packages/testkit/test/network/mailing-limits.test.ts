import { InvalidArgumentError, type MailObject, NotSupportedError, type Pipelining } from '@sansmtp/core'
import { arbitraries, noExtensions, roundTripOf } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mailingLies, mailingViolations, numbered } from './mailing-truth.ts'
import { type MailingSetup, mailObject, mailObjects, type PlayedMailing, playMailing, statusesOf } from './mailings.ts'

const domains = ['foo.example', 'Foo.Example', 'baz.example', 'qux.example'] as const

interface LimitedExample {
  readonly protocol: 'smtp' | 'lmtp'
  readonly pipelining: Pipelining
  readonly chunking: boolean
  readonly limits: { readonly MAILMAX?: number; readonly RCPTMAX?: number; readonly RCPTDOMAINMAX?: number }
  readonly policy: arbitraries.PolicyExample
  readonly mails: readonly MailObject[]
}

const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 2 })

const limitedExample: fc.Arbitrary<LimitedExample> = fc
  .record({
    protocol: fc.constantFrom('smtp', 'lmtp'),
    pipelining: fc.constantFrom('transaction', 'auto', 'eager'),
    chunking: fc.boolean(),
    limits: fc.record({ MAILMAX: limit, RCPTMAX: limit, RCPTDOMAINMAX: limit }),
    policy: arbitraries.serverPolicy(),
    mails: fc.array(
      fc.record({
        recipients: fc.integer({ min: 1, max: 4 }),
        domains: fc.array(fc.constantFrom(...domains), { minLength: 1, maxLength: 4 }),
        streamed: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ mails, limits, ...example }) => ({
    ...example,
    limits: Object.fromEntries(Object.entries(limits).filter(([, most]) => most !== undefined)),
    mails: mails.map((choice, i) => mailObject(i, choice)),
  }))

function play({ protocol, chunking, limits, policy, ...setup }: LimitedExample, more: Partial<MailingSetup> = {}) {
  const LIMITS = Object.entries(limits).map(([name, most]) => `${name}=${most}`)
  const extensions = { ...noExtensions, PIPELINING: true, CHUNKING: chunking, '8BITMIME': true, LIMITS }
  const says = numbered(arbitraries.policyOf(policy))
  const plan = () => roundTripOf(20)
  return playMailing({ ...setup, plan, server: () => ({ protocol, extensions, policy: says }), ...more })
}

/** Whether it can't go in one transaction on any connection. */
function isTooWide({ envelope }: MailObject, { limits }: LimitedExample): boolean {
  const { RCPTMAX = 99, RCPTDOMAINMAX = 99 } = limits
  const different = new Set(envelope.to.map(({ domain }) => domain.toLowerCase())).size
  return envelope.to.length > RCPTMAX || different > RCPTDOMAINMAX
}

test('every limit is kept, every recipient is sent to once, and each report tells of all by their positions', () => {
  fc.assert(
    fc.property(limitedExample, (example) => {
      const played = play(example)
      expect(mailingViolations(played)).toEqual([])
      expect(mailingLies(played)).toEqual([])
      expect(played.reports.map(({ mail }) => mail)).toEqual(example.mails)
      for (const { mail, result } of played.reports) {
        const refused = !mail.repeatable && isTooWide(mail, example)
        expect(result.error).toBeUndefined()
        expect(result.problem instanceof InvalidArgumentError).toBe(refused)
        expect(timesNamed(played, mail)).toEqual(mail.envelope.to.map(() => (refused ? 0 : 1)))
        for (const { status } of result.outcomes) {
          expect(refused ? ['notSent'] : ['accepted', 'rejected', 'deferred']).toContain(status)
        }
      }
    }),
  )
})

/** How often the servers were told of each recipient. */
function timesNamed({ servers }: PlayedMailing, { envelope }: MailObject): readonly number[] {
  const named = servers.flatMap(({ recipients }) => recipients.map(({ path }) => path))
  return envelope.to.map(({ mailbox }) => named.filter((path) => path === mailbox).length)
}

test('where there can be no other connection, what the limits leave no room for is reported so, and all else is sent', () => {
  fc.assert(
    fc.property(limitedExample, (example) => {
      const played = play(example, { mayReconnect: false })
      expect(mailingViolations(played)).toEqual([])
      expect(mailingLies(played)).toEqual([])
      expect(played.reports.map(({ mail }) => mail)).toEqual(example.mails)
      expect(played.ends).toEqual([{ type: 'done' }])
      for (const { result } of played.reports) {
        const unsent = result.outcomes.filter(({ status }) => status === 'notSent')
        expect(result.error !== undefined || result.problem !== undefined).toBe(unsent.length > 0)
        if (result.error !== undefined) expect(result.error).toBeInstanceOf(NotSupportedError)
      }
    }),
  )
})

describe('MAILMAX', () => {
  const limited = (count: number, pipelining: Pipelining, LIMITS = 'MAILMAX=3') =>
    playMailing({ mails: mailObjects(count), pipelining, server: () => ({ extensions: { LIMITS } }) })

  test.each(['transaction', 'auto', 'eager'] as const)('takes as many connections as it must, %s', (pipelining) => {
    const connections = (count: number) => limited(count, pipelining).clients.length
    expect([1, 3, 4, 6, 7].map(connections)).toEqual([1, 1, 2, 2, 3])
    expect(limited(7, pipelining).servers.map(({ transactions }) => transactions.length)).toEqual([3, 3, 1])
    expect(limited(7, pipelining).ends.map((end) => JSON.stringify(end))).toEqual([
      '{"type":"reconnect","inDoubt":false}',
      '{"type":"reconnect","inDoubt":false}',
      '{"type":"done"}',
    ])
  })

  test('counts what was sent on the connection before', () => {
    const played = limited(5, 'auto', 'MAILMAX=1 RCPTMAX=1')
    expect(played.servers.map(({ transactions }) => transactions.length)).toEqual([1, 1, 1, 1, 1])
  })
})

describe('RCPTMAX and RCPTDOMAINMAX', () => {
  const wide = (LIMITS: string, choice: Parameters<typeof mailObject>[1]) =>
    playMailing({ mails: [mailObject(0, choice)], pipelining: 'auto', server: () => ({ extensions: { LIMITS } }) })

  test('a message to ten goes in as many transactions as it takes', () => {
    const played = wide('RCPTMAX=4', { recipients: 10 })
    expect(played.servers.map(({ messages }) => messages.map(({ recipients }) => recipients.length))).toEqual([
      [4, 4, 2],
    ])
    expect(statusesOf(played)).toEqual([Array(10).fill('accepted')])
  })

  test('domains are those of a session, so that others take another connection', () => {
    const played = wide('RCPTDOMAINMAX=2', { recipients: 6, domains: ['a.example', 'b.example', 'c.example'] })
    const named = played.servers.map(({ messages }) => messages.map(({ recipients }) => recipients.join()))
    expect(named).toEqual([
      ['r0x0@a.example,r0x1@b.example,r0x3@a.example,r0x4@b.example'],
      ['r0x2@c.example,r0x5@c.example'],
    ])
  })

  test('a domain is the same in whatever case it is written', () => {
    const mails = ['Foo.example', 'foo.Example', 'FOO.EXAMPLE'].map((domain, i) => mailObject(i, { domains: [domain] }))
    const server = () => ({ extensions: { LIMITS: 'RCPTDOMAINMAX=1' } })
    expect(playMailing({ mails, pipelining: 'auto', server }).clients).toHaveLength(1)
  })

  test('options stay with their recipients', () => {
    const recipientOptions = [{ notify: ['NEVER'] }, undefined, { notify: ['DELAY'] }] as const
    const played = wide('RCPTMAX=2', { recipients: 3, envelope: { recipientOptions } })
    const told = played.servers[0]?.recipients.map(({ path, parameters }) => [path, parameters['NOTIFY']])
    expect(told).toEqual([
      ['r0x0@foo.example', 'NEVER'],
      ['r0x1@foo.example', undefined],
      ['r0x2@foo.example', 'DELAY'],
    ])
  })

  test('a stream to more than the server takes at a time is refused, and nothing is sent', () => {
    const played = wide('RCPTMAX=2', { recipients: 3, streamed: true })
    expect(played.reports[0]?.result.problem).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'message' })
    expect(played.servers[0]?.transactions).toEqual([])
  })

  test('a stream that has room on a new connection alone gets one', () => {
    const mails = [mailObject(0, { domains: ['a.example'] }), mailObject(1, { domains: ['b.example'], streamed: true })]
    const server = () => ({ extensions: { LIMITS: 'RCPTDOMAINMAX=1' } })
    const played = playMailing({ mails, pipelining: 'auto', server })
    expect([played.clients.length, statusesOf(played).flat()]).toEqual([2, ['accepted', 'accepted']])
  })
})
