import { arbitraries, type Quirks } from '@sansmtp/testkit'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { collected, delivery } from '../deliveries.ts'
import { deliveredTo, pooled } from './pooled.ts'

/** A connection that may end anywhere, told to the sender or not, and a server that may refuse anything. */
const troubles = fc.record({
  plan: arbitraries.networkPlan({ cuts: true, maxOctets: 900 }),
  policy: arbitraries.serverPolicy({ disruptions: true }),
  quirks: fc.constantFrom<Quirks>(
    {},
    {},
    { refusesBehindContent: true },
    { dropsConnectionBehindContent: true },
    { forgetsHelloOnReset: true },
  ),
})

type Troubles = typeof troubles extends fc.Arbitrary<infer Value> ? Value : never

/** What one server says behind content would be taken for what it has kept to itself, and no client could tell. */
function policyOf({ policy: { disruption, ...answers }, quirks }: Troubles): arbitraries.PolicyExample {
  if (disruption === undefined) return answers
  const unsaid = disruption.by === 'unsaid' && quirks.dropsConnectionBehindContent
  return { ...answers, disruption: unsaid ? { ...disruption, by: 'close' } : disruption }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets time pass until a promise settles. */
async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let waiting = true
  const settle = () => {
    waiting = false
  }
  promise.then(settle, settle)
  for (let passed = 0; waiting; passed += 1) {
    if (passed > 1_000) throw new Error('it does not settle')
    await vi.advanceTimersByTimeAsync(20_000)
  }
  return await promise
}

/** One to three recipients. */
function severalTo(n: number) {
  return delivery(n, { to: Array.from({ length: (n % 3) + 1 }, (_, i) => `m${n}r${i}@foo.example`) })
}

test('whatever becomes of the connections, nothing is lost or doubled, and each report is true', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(troubles, { minLength: 1, maxLength: 8 }),
      fc.record({
        maxConnections: fc.integer({ min: 1, max: 4 }),
        maxMessages: fc.constantFrom(undefined, undefined, 1, 2),
        maxAttempts: fc.integer({ min: 1, max: 4 }),
        pipelining: fc.constantFrom('transaction', 'auto', 'eager'),
        window: fc.record({ messages: fc.integer({ min: 1, max: 5 }) }),
      }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 5 }),
      async (troubled, { maxMessages, ...options }, all, single) => {
        const { pool, servers, open } = pooled({
          ...options,
          ...(maxMessages !== undefined && { maxMessages }),
          serverOf: (n) => {
            const trouble = troubled[n]
            // In the end there is a server without any.
            if (trouble === undefined) return {}
            return { ...trouble, policy: arbitraries.policyOf(policyOf(trouble)) }
          },
        })
        const first = Array.from({ length: all }, (_, n) => severalTo(n))
        const second = Array.from({ length: single }, (_, n) => severalTo(100 + n))
        const sent = Promise.all([
          collected(pool.deliverAll(first)),
          ...second.map((each) => pool.deliver(each)),
        ] as const)
        const [{ told, error }, ...others] = await inTime(sent)
        expect(error).toBeUndefined()
        await inTime(pool.quit())
        expect([open.now, pool.counts]).toEqual([0, { connections: 0, idle: 0, waiting: 0, underWay: 0 }])
        expect(open.most).toBeLessThanOrEqual(options.maxConnections)
        const reports = [...told, ...others]
        const addresses = reports.map(({ recipients }) => recipients.map(({ address }) => address))
        expect(addresses).toEqual([...first, ...second].map(({ to }) => to))
        const delivered = deliveredTo(servers)
        for (const { recipients } of reports) {
          for (const { address, status } of recipients) {
            const times = delivered.get(address) ?? 0
            expect(times).toBeLessThanOrEqual(1)
            if (status !== 'unknown')
              expect([address, status, times]).toEqual([address, status, Number(status === 'accepted')])
          }
        }
      },
    ),
  )
})
