import type { Delivery, DeliveryReport } from '@sansmtp/core/client'
import type { Policy } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { errorOf } from './connected.ts'
import { collected, Deliveries, deliveries, delivery, shortened } from './deliveries.ts'
import { dialled, recorded, settled, turns } from './model-sessions.ts'

const levels = ['transaction', 'auto', 'eager'] as const
const count = 5

/** What has happened by the end, held against what the server knows. */
function checkTruth(told: readonly DeliveryReport[], delivered: ReadonlySet<string>): Set<string> {
  const statuses = new Set<string>()
  for (const { recipients } of told) {
    for (const { address, status, reply } of recipients) {
      statuses.add(status)
      if (status === 'accepted') expect(reply?.severity).toBe(2)
      if (status !== 'unknown') expect([address, delivered.has(address)]).toEqual([address, status === 'accepted'])
    }
  }
  return statuses
}

/** Nobody can tell a reply to what follows from one to the content, were there any. */
function silentFromContentOn(): Policy {
  let silent = false
  return ({ type }) => {
    silent ||= type === 'content'
    return silent ? 'silence' : undefined
  }
}

async function* given(): AsyncGenerator<Delivery> {
  yield* deliveries(count)
}

const sources = [
  ['an array', () => deliveries(count)],
  ['an async iterable', given],
] as const

describe.each(levels)('deliverAll with pipelining: %s', (pipelining) => {
  describe.each(['abort', 'close'] as const)('ended by %s at any moment', (way) => {
    test.each(sources)('reports the truth of all that %s has', async (_, source) => {
      const seen = new Set<string>()
      let completed = false
      for (let moment = 0; !completed; moment += 1) {
        // Many turns for each read and write, so that there are many moments.
        const plan = { toServer: { latency: [], segmentLengths: [] }, toClient: { latency: [], segmentLengths: [40] } }
        const { client, server } = await recorded({
          plan: { ...plan, tls: 'succeeds', content: { pieceLengths: [], interval: 0 }, choices: [3, 1, 2] },
        })
        const controller = new AbortController()
        const reports = collected(client.deliverAll(source(), { pipelining, signal: controller.signal }))
        await turns(moment)
        if (way === 'abort') controller.abort('enough')
        else void client.close()
        const { told, error } = await reports
        completed = told.length === count && told.every(({ ok }) => ok)
        if (error !== undefined) {
          // Its turn had not come yet.
          expect([told, error]).toMatchObject([[], { code: 'ABORTED' }])
        } else {
          expect(told.map(({ recipients }) => recipients[0]?.address)).toEqual(deliveries(count).map(({ to }) => to))
          const delivered = new Set(server.recipients.filter((each) => each.delivered).map(({ path }) => path))
          for (const status of checkTruth(told, delivered)) seen.add(status)
          for (const { ok, error } of told)
            if (!ok) expect(error).toMatchObject({ code: expect.stringMatching(/ABORTED|NOT_CONNECTED/) })
        }
        expect(moment).toBeLessThan(3000)
      }
      expect([...seen].toSorted()).toEqual(['accepted', 'notSent', 'unknown'])
    })

    test('does not wait for an iterable that gives nothing', async () => {
      const { client } = await recorded()
      const given = new Deliveries()
      given.put(delivery(0))
      const controller = new AbortController()
      const reports = client.deliverAll(given, { pipelining, signal: controller.signal })
      expect((await reports.next()).value).toMatchObject({ ok: true })
      const next = reports.next()
      await settled()
      expect(given.asked).toBe(2)
      if (way === 'abort') controller.abort('enough')
      else await client.close()
      const error = await errorOf(next)
      expect(error).toMatchObject({ code: 'ABORTED' })
      if (way === 'abort') expect(error.cause).toBe('enough')
      expect(given.returned).toBe(1)
      expect(await errorOf(client.noop())).toMatchObject({ code: 'NOT_CONNECTED' })
    })
  })

  test('and reports those in flight before that', async () => {
    const { client } = await recorded({ policy: silentFromContentOn() })
    const given = new Deliveries()
    given.put(delivery(0))
    const controller = new AbortController()
    const reports = collected(client.deliverAll(given, { pipelining, signal: controller.signal }))
    await settled()
    controller.abort()
    const { told, error } = await reports
    expect(shortened(told)).toEqual(['r0@foo.example unknown'])
    expect(error).toMatchObject({ code: 'ABORTED' })
  })
})

describe('deliverAll', () => {
  test('of an aborted signal takes nothing and leaves the session as it is', async () => {
    const { client, writes } = await recorded()
    const given = new Deliveries()
    const reports = client.deliverAll(given, { signal: AbortSignal.abort('enough') })
    expect(await errorOf(reports.next())).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect([given.asked, writes.length]).toEqual([0, 0])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('that waits its turn is aborted at once', async () => {
    const { client } = await recorded()
    const [first, second] = [new Deliveries(), new Deliveries()]
    const before = client.deliverAll(first)
    const held = before.next()
    const controller = new AbortController()
    const waiting = errorOf(client.deliverAll(second, { signal: controller.signal }).next())
    await settled()
    controller.abort()
    expect(await waiting).toMatchObject({ code: 'ABORTED' })
    expect(second.asked).toBe(0)
    first.put(delivery(0))
    expect((await held).value).toMatchObject({ ok: true })
  })

  test('aborted while nobody takes the reports has those of what was taken, and ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { client } = await recorded()
      const controller = new AbortController()
      const options = { window: { messages: 2 }, signal: controller.signal }
      const reports = client.deliverAll(deliveries(6), options)
      await reports.next()
      await settled()
      controller.abort()
      await settled()
      vi.runAllTimers()
      await settled()
      const { told, error } = await collected(reports)
      expect(error).toMatchObject({ code: 'ABORTED' })
      expect(shortened(told).map((each) => each.split(' ')[1])).toEqual(['accepted', 'accepted'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('aborted while the reports are taken has one for each, more than the window has room for', async () => {
    const { client } = await recorded()
    const controller = new AbortController()
    const told: DeliveryReport[] = []
    for await (const report of client.deliverAll(deliveries(500), { signal: controller.signal })) {
      told.push(report)
      if (told.length === 3) controller.abort()
    }
    expect(told).toHaveLength(500)
    expect(told.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(3)
    expect(told.at(-1)).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'ABORTED' } })
  })

  test('whose reports nobody takes is ended by close, and other calls go on', async () => {
    const { client } = await recorded()
    const reports = client.deliverAll(deliveries(6), { window: { messages: 2 } })
    await reports.next()
    await settled()
    await client.close()
    await expect(client.noop()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test('stopped and then aborted ends once', async () => {
    const { client } = await recorded({ policy: silentFromContentOn() })
    const given = new Deliveries()
    given.put(delivery(0))
    const controller = new AbortController()
    const reports = client.deliverAll(given, { signal: controller.signal })
    const next = reports.next()
    const stopped = reports.return()
    await settled()
    controller.abort()
    expect(shortened([(await next).value ?? expect.unreachable()])).toEqual(['r0@foo.example unknown'])
    await stopped
    expect(given.returned).toBe(1)
  })

  test('that was aborted leaves no timer, and what comes late is thrown away', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { client } = await recorded()
      const given = new Deliveries()
      const controller = new AbortController()
      const next = errorOf(client.deliverAll(given, { signal: controller.signal }).next())
      await settled()
      controller.abort()
      await settled()
      expect(vi.getTimerCount()).toBe(1)
      vi.runAllTimers()
      expect(await next).toMatchObject({ code: 'ABORTED' })
      const cancel = vi.fn()
      given.put(delivery(0, { message: new ReadableStream({ cancel }) }))
      await settled()
      expect(cancel).toHaveBeenCalledOnce()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('that was aborted goes on with an iterable as long as that gives at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      for (const last of ['given', 'owed'] as const) {
        const { client } = await recorded({ policy: silentFromContentOn() })
        const given = new Deliveries()
        given.put(...deliveries(3))
        const controller = new AbortController()
        const reports = collected(client.deliverAll(given, { signal: controller.signal }))
        await settled()
        expect(given.asked).toBe(2)
        controller.abort()
        await settled()
        // The rest was there, and then there was nothing.
        expect([given.asked, vi.getTimerCount()]).toEqual([4, 1])
        if (last === 'given') {
          given.put(delivery(3))
          given.end()
        } else {
          vi.runAllTimers()
        }
        const { told, error } = await reports
        expect(told).toHaveLength(last === 'given' ? 4 : 3)
        if (last === 'given') expect(error).toBeUndefined()
        else expect(error).toMatchObject({ code: 'ABORTED' })
        expect(vi.getTimerCount()).toBe(0)
      }
    } finally {
      vi.useRealTimers()
    }
  })

  test('that is closed amid its call does not connect again', async () => {
    const { client, servers, attempts } = await dialled(() => ({ extensions: { LIMITS: 'MAILMAX=1' } }))
    const reports = client.deliverAll(deliveries(3))
    await reports.next()
    await client.close()
    const { told } = await collected(reports)
    expect(shortened(told).at(-1)).toBe('r2@foo.example notSent')
    const made = servers.length
    await settled()
    expect([attempts(), client.connected]).toEqual([made, false])
  })
})
