import type { ServerTraits } from '@sansmtp/core'
import { arbitraries, type Quirks, roundTripOf } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MailingExample, mailingExample, play } from './mailing-examples.ts'
import { mailingFalsehoods, mailingLies, mailingViolations } from './mailing-truth.ts'
import { mailObject, mailObjects, type PlayedMailing, playMailing, statusesOf } from './mailings.ts'

/** A network on which messages are in flight together. */
const plan = () => roundTripOf(100)

/** Properties of whole mailings take a while. */
const patience = 120_000

test(
  'a server that answers everything and whoever sends to it agree on every recipient, and no message disturbs another',
  () => {
    fc.assert(
      fc.property(mailingExample(), (example) => {
        const played = play(example)
        const { reports, mails, ends, servers } = played
        expect(mailingLies(played)).toEqual([])
        expect(mailingViolations(played)).toEqual([])
        expect(reports.map(({ mail }) => mail)).toEqual(mails)
        // Over LMTP a refused chunk with the last one on its way ends a connection: nobody knows what replies follow.
        const whole = ends.length === 1 && ends[0]?.type === 'done'
        expect(whole ? servers[0]?.state : example.protocol).toBe(whole ? 'closed' : 'lmtp')
        expectDecided(played)
      }),
    )
  },
  patience,
)

function expectDecided({ reports }: PlayedMailing): void {
  for (const { result } of reports) {
    expect(result.error ?? result.problem).toBeUndefined()
    for (const { status } of result.outcomes) expect(['accepted', 'rejected', 'deferred']).toContain(status)
  }
}

/** A mailing to a server with quirks; `together`: over a network on which what is written at a time arrives at a time. */
function quirkyExample(options: arbitraries.QuirkOptions, together = false) {
  return mailingExample({}, { together }).chain((example) =>
    fc.tuple(fc.constant(example), arbitraries.quirks({ protocol: example.protocol, ...options })),
  )
}

/** What matters for transactions. */
const without = ['knowsOnlyHelo', 'dropsConnectionBehindGroupEnd', 'takesBareLineFeeds'] as const
/** Those that can leave a client in doubt as to which reply answers what. */
const shifting = ['dropsBehindContent', 'executesRefusedChunks'] as const

describe('a server with quirks', () => {
  test(
    'is told of truly: nothing is claimed to be accepted that it has not, or not to be that it has, and nothing is sent twice',
    () => {
      fc.assert(
        fc.property(quirkyExample({ without }), ([example, quirks]) => {
          fc.pre(!losesUnseen(example, quirks))
          const played = play(example, quirks)
          expect(mailingFalsehoods(played)).toEqual([])
          expect(played.reports.map(({ mail }) => mail)).toEqual(played.mails)
        }),
      )
    },
    patience,
  )

  test(
    'that leaves no doubt as to what it answers is told of to the letter, and nothing that was sent remains unknown',
    () => {
      fc.assert(
        fc.property(quirkyExample({ without: [...without, ...shifting] }, true), ([example, quirks]) => {
          const played = play(example, quirks)
          expect(mailingLies(played)).toEqual([])
          // A chunk that is refused before its octets have come ends the connection.
          if (!quirks.refusesChunksEarly) expectDecided(played)
          const { length } = played.clients
          if (!quirks.refusesChunksEarly) expect(length).toBeLessThanOrEqual(2)
          expect(statusesOf(played).flat()).not.toContain('unknown')
        }),
      )
    },
    patience,
  )

  test(
    'costs no message that was not refused, where what is written at a time arrives at a time',
    () => {
      fc.assert(
        fc.property(quirkyExample({ without: [...without, 'executesRefusedChunks'] }, true), ([example, quirks]) => {
          const accepting = { ...example, policy: { mail: [], rcpt: [], data: [], content: [] } }
          const played = play(accepting, { ...quirks, refusesParameters: [] })
          expect(new Set(statusesOf(played).flat())).toEqual(new Set(['accepted']))
          expect(mailingLies(played)).toEqual([])
          expect(played.clients.length).toBeLessThanOrEqual(2)
        }),
      )
    },
    patience,
  )
})

/**
 * What no client can see: a server that loses what rides behind content, and part of it only, so that the next message's
 * replies are taken for those of the one that is lost. A NOOP that arrives too late to be lost hides it.
 */
function losesUnseen({ pipelining, plan }: MailingExample, { dropsBehindContent = false }: Quirks): boolean {
  const { segmentLengths, octetsPerMillisecond } = plan.toServer
  const inPieces = segmentLengths.length > 0 || octetsPerMillisecond !== undefined
  return pipelining === 'eager' && dropsBehindContent && inPieces
}

describe('a server that does not discard the content of a BDAT that it refuses', () => {
  const refused = /x9/
  const server = () => ({
    quirks: { executesRefusedChunks: true },
    policy: (moment: { type: string }) => ('path' in moment && refused.test(String(moment.path)) ? 550 : undefined),
  })
  const mails = [0, 1, 2, 93, 4, 5, 6].map((i) => mailObject(i, i === 93 ? { domains: ['x9.example'] } : {}))

  test.each(['transaction', 'auto'] as const)('is none the wiser unless messages go eagerly: %s', (pipelining) => {
    const played = playMailing({ plan, mails, pipelining, server })
    expect(statusesOf(played).flat().join()).toBe('accepted,accepted,accepted,rejected,accepted,accepted,accepted')
    expect(played.clients).toHaveLength(1)
  })

  test('is found out by what it says to RSET: what is in flight is unknown, all else is sent, and nothing goes eagerly any more', () => {
    const traits: ServerTraits = { ridesBehindContent: true }
    const window = { messages: 5, octets: 10_000 }
    const played = playMailing({ plan, mails, pipelining: 'eager', window, traits, server })
    expect(statusesOf(played).flat().join()).toBe('accepted,accepted,accepted,rejected,unknown,accepted,accepted')
    expect(mailingFalsehoods(played)).toEqual([])
    expect(traits.executesRefusedChunks).toBe(true)
    const again = playMailing({ plan, mails, pipelining: 'eager', window, traits, server })
    expect(statusesOf(again).flat().join()).toBe('accepted,accepted,accepted,rejected,accepted,accepted,accepted')
    expect(again.clients).toHaveLength(1)
  })

  test('is not found out where the message was made for it: its first line is a command that is answered 2xx', () => {
    const content = new TextEncoder().encode('NOOP\r\n')
    const made = { ...mailObject(0, { domains: ['x9.example'] }), content }
    const trap = { ...made, envelope: { ...made.envelope, size: content.length } }
    const last = mailObject(1)
    // One reply too many: that to RCPT is taken for the one to the content, which is refused.
    const traits = { ridesBehindContent: true }
    const policy = (moment: { type: string; message?: { from: string } }) =>
      'path' in moment && refused.test(String(moment.path))
        ? 550
        : moment.message?.from.startsWith('s1')
          ? 554
          : undefined
    const played = playMailing({
      ...{ plan, mails: [trap, last], pipelining: 'eager', traits },
      server: () => ({ quirks: { executesRefusedChunks: true }, policy }),
    })
    expect(mailingFalsehoods(played)).toMatchObject([{ mail: 1, outcome: expect.stringMatching(/^accepted 250/) }])
  })
})

describe('a server that demands EHLO again behind RSET', () => {
  test.each([
    ['transaction', 'smtp'],
    ['auto', 'smtp'],
    ['eager', 'smtp'],
    ['auto', 'lmtp'],
  ] as const)('gets it, %s over %s', (pipelining, protocol) => {
    const traits: ServerTraits = {}
    const server = () => ({ protocol, quirks: { forgetsHelloOnReset: true } })
    const mails = mailObjects(12)
    const played = playMailing({ plan, mails, pipelining, server, traits })
    expect(new Set(statusesOf(played).flat())).toEqual(new Set(['accepted']))
    expect(mailingViolations(played)).toEqual([])
    expect(played.clients).toHaveLength(1)
    // Nothing was refused, so that RSET goes only where envelopes ride.
    if (pipelining !== 'transaction') expect(traits.forgetsHelloOnReset).toBe(true)
  })

  test('or is believed when it refuses EHLO', () => {
    const traits: ServerTraits = {}
    const mails = mailObjects(6)
    let hellos = 0
    const policy = (moment: { type: string; verb?: string }) => {
      if (moment.verb !== 'EHLO') return undefined
      hellos += 1
      return hellos === 1 ? undefined : 550
    }
    const server = () => ({ quirks: { forgetsHelloOnReset: true }, policy })
    const played = playMailing({ plan, mails, pipelining: 'auto', server, traits })
    expect(mailingFalsehoods(played)).toEqual([])
    expect(new Set(statusesOf(played).flat())).toEqual(new Set(['accepted', 'rejected']))
    expect(traits.forgetsHelloOnReset).toBe(false)
  })
})

test('503 to each MAIL of a sender is no reason to say EHLO again more than once', () => {
  const policy = (moment: { type: string; path?: string }) =>
    moment.path?.startsWith('s') && Number(moment.path.slice(1, 2)) % 2 === 1 ? 503 : undefined
  const played = playMailing({ plan, mails: mailObjects(9), pipelining: 'transaction', server: () => ({ policy }) })
  const expected = Array.from({ length: 9 }, (_, i) => (i % 2 === 1 ? 'rejected' : 'accepted'))
  expect(statusesOf(played).flat()).toEqual(expected)
  expect(mailingLies(played)).toEqual([])
  expect(played.servers[0]?.commands.filter(({ verb }) => verb === 'EHLO')).toHaveLength(1)
})
