import { InvalidArgumentError, type MailObject, NotSupportedError, type Pipelining } from '@sansmtp/core'
import { arbitraries, noExtensions, roundTripOf } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mailingLies, mailingViolations, numbered } from './mailing-truth.ts'
import { mailObject, mailObjects, playMailing, statusesOf } from './mailings.ts'

const encoder = new TextEncoder()
const levels = ['transaction', 'auto', 'eager'] as const

describe('what is in flight', () => {
  const played = (pipelining: Pipelining, window: { messages: number; octets: number }, sizes: readonly number[]) => {
    const mails = sizes.map((size, i) => mailObject(i, { message: new Uint8Array(size).fill(120) }))
    return playMailing({
      mails,
      pipelining,
      window,
      plan: () => roundTripOf(100),
      traits: { ridesBehindContent: true },
    })
  }

  test('is never more than the window takes, or one message', () => {
    const sizes = fc.array(fc.nat(200), { minLength: 1, maxLength: 10 })
    const window = fc.record({ messages: fc.integer({ min: 1, max: 8 }), octets: fc.integer({ min: 1, max: 1000 }) })
    fc.assert(
      fc.property(sizes, window, (sizes, window) => {
        const { loads, reports } = played('eager', window, sizes)
        expect(reports).toHaveLength(sizes.length)
        for (const { messages, octets } of loads) {
          if (messages > 1) expect([messages <= window.messages, octets <= window.octets]).toEqual([true, true])
        }
      }),
    )
  })

  test('is as much as the window takes', () => {
    const most = (messages: number, octets: number) => {
      const { loads } = played('eager', { messages, octets }, Array(30).fill(75))
      return Math.max(...loads.map((load) => load.messages))
    }
    expect([most(7, 10_000), most(30, 500), most(1, 10_000), most(30, 1)]).toEqual([7, 5, 1, 1])
  })

  test('is one message by transaction, and one and the envelope of the next where that rides', () => {
    const most = (pipelining: Pipelining) =>
      Math.max(
        ...played(pipelining, { messages: 9, octets: 9999 }, Array(9).fill(10)).loads.map((load) => load.messages),
      )
    expect([most('transaction'), most('auto')]).toEqual([1, 2])
  })

  test.each(levels)('and no more than one message is taken ahead of it, %s', (pipelining) => {
    const { loads } = played(pipelining, { messages: 4, octets: 10_000 }, Array(20).fill(10))
    expect(loads).toHaveLength(21)
    expect(new Set(loads.map(({ unbegun }) => unbegun))).toEqual(new Set([0]))
  })
})

describe('a message that can not go to this server', () => {
  const eightBit = encoder.encode('é')
  const faulty: Readonly<Record<string, (i: number) => MailObject>> = {
    'is beyond US-ASCII': (i) => mailObject(i, { message: eightBit }),
    'is too large': (i) => mailObject(i, { message: new Uint8Array(2000).fill(120) }),
    'needs SMTPUTF8': (i) => mailObject(i, { envelope: { options: { smtpUtf8: true } } }),
    'asks for what is not offered': (i) => mailObject(i, { envelope: { options: { requireTls: true } } }),
    'must go by BDAT': (i) => mailObject(i, { envelope: { chunking: true } }),
    'is malformed': (i) => ({ ...mailObject(i), problem: new InvalidArgumentError('to', 'is not an address') }),
  }
  const extensions = { ...noExtensions, PIPELINING: true, SIZE: 1000 }

  test.each(levels.flatMap((level) => Object.keys(faulty).map((what) => [what, level] as const)))(
    'since it %s, is reported with its problem in its turn, %s',
    (what, pipelining) => {
      const mails = mailObjects(6).map((mail, i) => (i === 0 || i === 3 ? (faulty[what]?.(i) as MailObject) : mail))
      const played = playMailing({ mails, pipelining, server: () => ({ extensions }), plan: () => roundTripOf(50) })
      expect(played.reports.map(({ mail }) => mail)).toEqual(mails)
      const problems = played.reports.map(({ result }) => result.problem)
      for (const [i, problem] of problems.entries()) {
        const expected = i === 0 || i === 3
        expect(problem instanceof NotSupportedError || problem instanceof InvalidArgumentError).toBe(expected)
      }
      const sent = ['notSent', 'accepted', 'accepted', 'notSent', 'accepted', 'accepted']
      expect(statusesOf(played).flat()).toEqual(sent)
      expect(mailingViolations(played)).toEqual([])
    },
  )

  test('is nothing to its neighbours, wherever it comes', () => {
    const kinds = fc.array(fc.option(fc.constantFrom(...Object.keys(faulty)), { nil: undefined, freq: 2 }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(kinds, fc.constantFrom(...levels), arbitraries.serverPolicy(), (kinds, pipelining, policy) => {
        const mails = kinds.map((kind, i) => (kind === undefined ? mailObject(i) : (faulty[kind]?.(i) as MailObject)))
        const says = numbered(arbitraries.policyOf(policy))
        const played = playMailing({ mails, pipelining, server: () => ({ extensions, policy: says }) })
        expect(mailingLies(played)).toEqual([])
        expect(mailingViolations(played)).toEqual([])
        expect(played.reports.map(({ mail }) => mail)).toEqual(mails)
        expect(played.reports.map(({ result }) => result.problem !== undefined)).toEqual(
          kinds.map((kind) => kind !== undefined),
        )
      }),
    )
  })
})

test('what was left out since it is not offered is told', () => {
  const options = { ret: 'HDRS', ifOffered: ['DSN'] } as const
  const mails = mailObjects(3).map((mail, i) => (i === 1 ? { ...mail, envelope: { ...mail.envelope, options } } : mail))
  const played = playMailing({ mails, pipelining: 'auto', server: () => ({ extensions: { DSN: false } }) })
  expect(played.reports.map(({ result }) => result.dropped)).toEqual([[], ['DSN'], []])
})

test('nothing to send costs nothing', () => {
  const played = playMailing({ mails: [], pipelining: 'eager' })
  expect([played.flights, played.ends]).toEqual([0, [{ type: 'done' }]])
})

test.each(levels)('messages that come slowly go as they come, %s', (pipelining) => {
  const played = playMailing({ mails: mailObjects(5), pipelining, sourceTakes: 5000, plan: () => roundTripOf(100) })
  expect(statusesOf(played).flat()).toEqual(Array(5).fill('accepted'))
  expect([played.ends, played.clients.length]).toEqual([[{ type: 'done' }], 1])
})

test.each([
  ['auto', 300],
  ['eager', 300],
  ['auto', 5000],
  ['eager', 5000],
] as const)(
  'a connection on which a reply is missing is not left to others, even if nothing was to follow: %s, known after %i ms',
  (pipelining, sourceTakes) => {
    const server = (connection: number) => ({ quirks: { dropsBehindContent: connection === 0 } })
    const setup = { mails: mailObjects(1), sourceTakes, plan: () => roundTripOf(100), server, pipelining }
    const played = playMailing(setup)
    expect(statusesOf(played).flat()).toEqual(['accepted'])
    expect(played.ends).toEqual([{ type: 'reconnect', inDoubt: true }, { type: 'done' }])

    const alone = playMailing({ ...setup, mayReconnect: false })
    expect(statusesOf(alone).flat()).toEqual(['accepted'])
    expect(alone.ends.map(({ type }) => type)).toEqual([pipelining === 'auto' ? 'done' : 'over'])
  },
)
