import { AbortedError, DataEncoder, encodeUtf8, parseForwardPath, parseReversePath } from '@sansmtp/core'
import { joined, roundTripOf } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientsViolations, liesOf, play, type SessionExample, sessionExample, statusOf } from './session-examples.ts'

const quarterOfAnHour = 900_000

describe('over a network that nothing cuts, with a server that answers everything', () => {
  test('client and server agree on every recipient', () => {
    fc.assert(
      fc.property(sessionExample(false), (example) => {
        const played = play(example)
        const { server, openingError, results } = played
        expect(liesOf(played)).toEqual([])
        expect(openingError).toBeUndefined()
        expect(results).toHaveLength(example.envelopes.length)
        expect(clientsViolations(server)).toEqual([])
        for (const [i, { outcomes, error }] of results.entries()) {
          expect(error).toBeUndefined()
          const told = outcomes.map(({ status }) => status)
          expect(told).toEqual(outcomes.map((_, recipient) => statusOf(server.transactions[i], recipient)))
        }
        expect(server.state).toBe('closed')
      }),
    )
  })

  test('what the server has is the message', () => {
    fc.assert(
      fc.property(sessionExample(false), (example) => {
        const { server } = play(example)
        const encoder = new DataEncoder()
        const sent = joined([encoder.encode(example.message), encoder.finish()])
        for (const { content } of server.messages) {
          const again = new DataEncoder()
          expect(joined([again.encode(content), again.finish()])).toEqual(sent)
        }
      }),
    )
  })
})

describe('over any network, with any server', () => {
  test('a session ends, in a time that is bounded', () => {
    fc.assert(
      fc.property(sessionExample(true), (example) => {
        const { client } = play(example)
        expect(['closed', 'failed']).toContain(client.connection.state)
        expect(client.now).toBeLessThan(quarterOfAnHour)
      }),
    )
  })

  test('the same plan gives the same session', () => {
    fc.assert(
      fc.property(sessionExample(true), (example) => {
        const [one, other] = [play(example), play(example)]
        expect(one.client.network.segments).toEqual(other.client.network.segments)
        expect(one.client.now).toBe(other.client.now)
        expect(one.results).toEqual(other.results)
      }),
    )
  })

  test('what is told of each recipient is true', () => {
    fc.assert(
      fc.property(sessionExample(true), (example) => {
        expect(liesOf(play(example))).toEqual([])
      }),
    )
  })
})

test('what is told of each recipient is true whenever the caller gives up', () => {
  fc.assert(
    fc.property(sessionExample(false), fc.nat(4000), (example, giveUpAfter) => {
      const played = play(example, giveUpAfter)
      expect(liesOf(played)).toEqual([])
      for (const { error } of played.results) expect(error === undefined || error instanceof AbortedError).toBe(true)
    }),
  )
})

const message = encodeUtf8('Subject: truth\n\n.a line\nand another\n')
const to = ['ok', 'rejected', 'full', 'deferred', 'ok'].map((name) => parseForwardPath(`${name}@foo.example`))
const envelope = { from: parseReversePath('ann@bar.example'), to }

const settings = (['smtp', 'lmtp'] as const).flatMap((protocol) =>
  [true, false].map((pipelining) => ({ protocol, pipelining })),
)

describe.each(settings)('a session over $protocol, pipelining: $pipelining', ({ protocol, pipelining }) => {
  const whole: SessionExample = {
    protocol,
    pipelining,
    tls: false,
    plan: roundTripOf(20),
    policy: { mail: [], rcpt: [250, 550, 250, 451, 250], data: [], content: [250, 452, 250] },
    envelopes: [envelope, envelope],
    message,
  }

  /** Octets that go each way. */
  function octets(from: 'client' | 'server'): number {
    const { segments } = play(whole).client.network
    return segments.filter((segment) => segment.from === from).reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  test.each([
    ['ends', { receiver: 'end' }],
    ['is reset, as the sender learns later', { receiver: 'reset', senderLearnsAfter: 15 }],
    ['falls silent', { receiver: 'silence' }],
    ['falls silent, as the sender learns at once', { receiver: 'silence', senderLearnsAfter: 0 }],
  ] as const)('that breaks off at any octet either way and %s leaves a true report', (_, how) => {
    for (const [direction, from] of [
      ['toServer', 'client'],
      ['toClient', 'server'],
    ] as const) {
      const length = octets(from)
      for (let afterOctets = 0; afterOctets <= length; afterOctets += 1) {
        const cut = { afterOctets, ...how }
        const played = play({ ...whole, plan: { ...whole.plan, [direction]: { ...whole.plan[direction], cut } } })
        const lies = liesOf(played)
        if (lies.length > 0 || played.client.now > quarterOfAnHour) expect({ direction, cut, lies }).toBeUndefined()
      }
    }
  })
})
