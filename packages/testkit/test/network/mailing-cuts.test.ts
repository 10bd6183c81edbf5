import { AbortedError, type Pipelining } from '@sansmtp/core'
import {
  arbitraries,
  type CutPlan,
  type NetworkPlan,
  noExtensions,
  type Policy,
  plainNetwork,
  roundTripOf,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MailingExample, mailingExample, play } from './mailing-examples.ts'
import { mailingFalsehoods, mailingLies, mailingViolations, numbered } from './mailing-truth.ts'
import { type MailingSetup, mailObject, type PlayedMailing, playMailing, statusesOf } from './mailings.ts'

const patience = 120_000

interface Way {
  readonly pipelining: Pipelining
  readonly content: 'DATA' | 'BDAT'
  readonly protocol: 'smtp' | 'lmtp'
  readonly prdr?: boolean
}

const ways: readonly Way[] = [
  { pipelining: 'transaction', content: 'DATA', protocol: 'smtp' },
  { pipelining: 'auto', content: 'DATA', protocol: 'smtp' },
  { pipelining: 'auto', content: 'BDAT', protocol: 'smtp' },
  { pipelining: 'auto', content: 'BDAT', protocol: 'smtp', prdr: true },
  { pipelining: 'auto', content: 'BDAT', protocol: 'lmtp' },
  { pipelining: 'eager', content: 'BDAT', protocol: 'smtp' },
  { pipelining: 'eager', content: 'BDAT', protocol: 'smtp', prdr: true },
]

/** Five messages to two each, of whom some are refused at each stage. */
function setupOf({ pipelining, content, protocol, prdr = false }: Way, disruption?: Policy): MailingSetup {
  const parameters = prdr ? { mailParameters: { PRDR: true } as const } : {}
  const mails = Array.from({ length: 5 }, (_, i) =>
    mailObject(i, { recipients: 2, streamed: i === 3, envelope: parameters }),
  )
  const refused: Readonly<Record<string, number>> = { r1x1: 550, r2x0: 451, s3: 552 }
  const usual: Policy = (moment) => {
    if (moment.type === 'content' && moment.message.from.startsWith('s4') && !moment.overall) return 554
    return 'path' in moment && moment.type === 'command' ? refused[String(moment.path).split('@')[0] ?? ''] : undefined
  }
  const extensions = { ...noExtensions, PIPELINING: true, SIZE: true, CHUNKING: content === 'BDAT', PRDR: prdr }
  const says = numbered((moment) => disruption?.(moment) ?? usual(moment))
  const saysLater = numbered(usual, 'later reply')
  const traits = pipelining === 'eager' ? { ridesBehindContent: true } : {}
  return {
    ...{ mails, pipelining, traits },
    server: (connection) => ({ protocol, extensions, policy: connection === 0 ? says : saysLater }),
    plan: () => roundTripOf(20),
  }
}

/** Every report is there, in its order, and true. */
function expectTruth(played: PlayedMailing, context: object): void {
  const lies = mailingLies(played)
  if (lies.length > 0) expect({ context, lies }).toBeUndefined()
  expect(played.reports.map(({ mail }) => mail)).toEqual(played.mails)
}

describe.each(ways)('$pipelining by $content over $protocol, PRDR: $prdr', (way) => {
  test('all of it is as the server has it where nothing goes wrong', () => {
    const played = playMailing(setupOf(way))
    expectTruth(played, {})
    expect(mailingViolations(played)).toEqual([])
    expect(new Set(statusesOf(played).flat())).toEqual(new Set(['accepted', 'rejected', 'deferred']))
  })

  test(
    'is told truly whatever the server does from any moment on',
    () => {
      let moments = 0
      playMailing(
        setupOf(way, () => {
          moments += 1
          return undefined
        }),
      )
      const seen = new Set<string>()
      const disruptions: readonly arbitraries.Disruption[] = ['closing', 'silence', 'unsaid', 'close', 'closeBehind']
      for (const by of disruptions) {
        for (let at = 1; at <= moments; at += 1) {
          const played = playMailing(setupOf(way, disruptedFrom(at, by)))
          expectTruth(played, { by, at })
          for (const status of statusesOf(played).flat()) seen.add(status)
        }
      }
      expect(seen).toEqual(new Set(['accepted', 'rejected', 'deferred', 'notSent', 'unknown']))
    },
    patience,
  )

  test(
    'is told truly wherever the connection breaks off, at every third octet',
    () => {
      const kinds: readonly Omit<CutPlan, 'afterOctets'>[] = [
        { receiver: 'end' },
        { receiver: 'reset', senderLearnsAfter: 3 },
        { receiver: 'silence' },
        { receiver: 'silence', senderLearnsAfter: 0 },
      ]
      const whole = playMailing(setupOf(way))
      const seen = new Set<string>()
      for (const [direction, from] of [
        ['toServer', 'client'],
        ['toClient', 'server'],
      ] as const) {
        const segments = whole.clients[0]?.network.segments.filter((segment) => segment.from === from) ?? []
        const octets = segments.reduce((sum, { bytes }) => sum + bytes.length, 0)
        for (let afterOctets = 0; afterOctets <= octets; afterOctets += 3) {
          const cut = { afterOctets, ...(kinds[afterOctets % kinds.length] as (typeof kinds)[number]) }
          const played = playMailing({
            ...setupOf(way),
            plan: (connection) => cutIn(direction, connection === 0 ? cut : undefined),
          })
          expectTruth(played, { direction, cut })
          for (const status of statusesOf(played).flat()) seen.add(status)
        }
      }
      expect(seen).toEqual(new Set(['accepted', 'rejected', 'deferred', 'notSent', 'unknown']))
    },
    patience,
  )

  test('is told truly whenever the caller gives up', () => {
    const { milliseconds } = playMailing(setupOf(way))
    for (let abortAfter = 0; abortAfter <= milliseconds; abortAfter += 5) {
      const played = playMailing({ ...setupOf(way), abortAfter })
      expectTruth(played, { abortAfter })
      expect(played.clients).toHaveLength(1)
      for (const { result } of played.reports) {
        expect(result.error === undefined || result.error instanceof AbortedError).toBe(true)
      }
    }
  })
})

function disruptedFrom(at: number, by: arbitraries.Disruption): Policy {
  return arbitraries.policyOf({ mail: [], rcpt: [], data: [], content: [], disruption: { moment: at - 1, by } })
}

function cutIn(direction: 'toServer' | 'toClient', cut: CutPlan | undefined): NetworkPlan {
  const plan = roundTripOf(20)
  return cut === undefined ? plan : { ...plan, [direction]: { ...plan[direction], cut } }
}

describe('whatever the server and the network do', () => {
  const anything = mailingExample({ disruptions: true, everywhere: true }, { cuts: true })

  test(
    'every report is true, and comes in a time that is bounded',
    () => {
      fc.assert(
        fc.property(anything.map(withoutRefusedReset), (example) => {
          const played = play(example)
          expectTruth(played, {})
          // Each connection may be waited for ten minutes for its last reply, and QUIT.
          expect(Math.max(...played.clients.map(({ now }) => now))).toBeLessThan(3_600_000)
        }),
      )
    },
    patience,
  )

  test(
    'nothing is claimed to be stored that is not, nor the other way round, even if RSET is refused',
    () => {
      fc.assert(
        fc.property(anything, (example) => {
          const played = play(example)
          expect(mailingFalsehoods(played)).toEqual([])
          expect(played.reports.map(({ mail }) => mail)).toEqual(played.mails)
        }),
      )
    },
    patience,
  )
})

/** Which no server does: it leaves what came before open, and the server's own record of it unclear. */
function withoutRefusedReset(example: MailingExample): MailingExample {
  return { ...example, policy: { ...example.policy, others: { ...example.policy.others, RSET: [] } } }
}

test('421 between two messages tells those in flight, and all others are not sent', () => {
  const policy: Policy = (moment) =>
    moment.session.messages.length === 2 && moment.type === 'command' ? 421 : undefined
  const played = playMailing({
    mails: Array.from({ length: 4 }, (_, i) => mailObject(i)),
    pipelining: 'transaction',
    plan: () => plainNetwork,
    server: () => ({ policy }),
  })
  expect(statusesOf(played).flat()).toEqual(['accepted', 'accepted', 'deferred', 'notSent'])
  expect(played.ends).toEqual([{ type: 'over', error: undefined }])
})
