import { AbortedError, type SmtpError, TimeoutError } from '@sansmtp/core'
import { plainNetwork, policies, roundTripOf } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttemptOptions, attempt } from './authenticated.ts'

const token = { credentials: { user: 'ann', token: () => 'fresh' } }
const tokens = { tokens: { ann: 'fresh' } }

/** What is in hand while each takes a second: a nonce, then a key; or a token. */
const works = [
  ['a nonce', 'SCRAM-SHA-256', {}, 500],
  ['a key', 'SCRAM-SHA-256', {}, 1500],
  ['a token', 'OAUTHBEARER', token, 500],
] as const

describe.each(works)('while the flow waits for %s', (_, name, options, moment) => {
  const slow = { ...options, workTakes: 1000 }

  test('time runs against nobody', () => {
    const timeouts = Object.fromEntries(['greeting', 'hello', 'auth', 'command'].map((phase) => [phase, 1]))
    const { run } = attempt([name], { ...slow, client: { timeouts } }, tokens)
    expect(run.result).toMatchObject({ code: 235 })
    expect(run.milliseconds).toBe(name === 'OAUTHBEARER' ? 1000 : 2000)
  })

  test('an abort ends it at once', () => {
    const { run, client } = attempt([name], { ...slow, abortAfter: moment }, tokens)
    expect(run.error).toBeInstanceOf(AbortedError)
    expect(run.milliseconds).toBe(moment)
    client.network.run()
    expect(client.connection.state).toBe('failed')
  })

  test.each([
    ['a 421', '421 4.3.2 shutting down', 'NOT_CONNECTED'],
    ['a reply that nothing asked for', '250 ok', 'REMOTE_PROTOCOL'],
  ])('%s ends it at once', (_, unasked, code) => {
    const prepare: AttemptOptions['prepare'] = ({ network }, server) => {
      network.time.lane().after(moment, () => {
        server.say(unasked)
        network.wakeServer()
      })
    }
    const { run, client } = attempt([name], { ...slow, prepare }, tokens)
    expect(run.error).toMatchObject({ code })
    expect(run.milliseconds).toBe(moment)
    expect(client.connection.authenticated).toBe(false)
  })
})

test('wherever the connection breaks, and whatever takes how long, the attempt ends, and with a reason', () => {
  const cut = fc.record({
    afterOctets: fc.nat(500),
    receiver: fc.constantFrom('end', 'reset', 'silence'),
    senderLearnsAfter: fc.constantFrom(0, 5, 50),
  })
  const direction = fc.record({ latency: fc.constant([7]), segmentLengths: fc.array(fc.integer({ min: 1, max: 40 })) })
  const plans = fc.record({
    broken: fc.constantFrom('toServer', 'toClient'),
    cut,
    toServer: direction,
    toClient: direction,
  })
  fc.assert(
    fc.property(
      plans,
      fc.constantFrom(...works),
      fc.nat(60),
      ({ broken, cut, ...ways }, [, name, options], workTakes) => {
        const plan = { ...plainNetwork, ...ways, [broken]: { ...ways[broken as 'toServer'], cut } }
        const { run, client } = attempt([name], { ...options, workTakes, client: { plan } }, tokens)
        if (run.error === undefined) {
          expect(run.result).toMatchObject({ code: 235 })
        } else {
          expect(['UNEXPECTED_EOF', 'TIMEOUT', 'NOT_CONNECTED']).toContain((run.error as SmtpError).code)
          expect(client.connection.authenticated).toBe(false)
        }
      },
    ),
  )
})

test('however the octets are split, the session is the same', () => {
  const split = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(split, split, fc.constantFrom(...works), (toServer, toClient, [, name, options]) => {
      const plan = {
        ...plainNetwork,
        toServer: { latency: [], segmentLengths: toServer },
        toClient: { latency: [], segmentLengths: toClient },
      }
      const { said, server } = attempt([name], { ...options, client: { plan } }, tokens)
      expect(said).toEqual(attempt([name], options, tokens).said)
      expect(server.user).toBe('ann')
    }),
  )
})

test('a server that never answers is waited for as long as AUTH may take, not counting the work', () => {
  const silent = policies.answerTo('AUTH-RESPONSE', 'silence')
  const client = { plan: roundTripOf(10), timeouts: { auth: 300 } }
  const { run } = attempt(['SCRAM-SHA-256'], { workTakes: 5000, client }, { policy: silent })
  expect(run.error).toBeInstanceOf(TimeoutError)
  expect(run.milliseconds).toBe(5 + 10 + 5000 + 10 + 5000 + 300)
})
