import { ClientConnection, LocalProtocolError } from '@sansmtp/core'
import { type Delivery, LmtpClient } from '@sansmtp/core/client'
import { policies } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { collected, Deliveries, deliveries, delivery, shortened } from './deliveries.ts'
import { contents, dialled, recorded, settled, turns, verbs } from './model-sessions.ts'

const levels = ['transaction', 'auto', 'eager'] as const

const accepted = (count: number) => Array.from({ length: count }, (_, n) => `r${n}@foo.example accepted`)
const sent = (count: number) => Array.from({ length: count }, (_, n) => `message ${n}\r\n`)

describe.each(levels)('deliverAll with pipelining: %s', (pipelining) => {
  const iterables: readonly [string, (given: Delivery[]) => Iterable<Delivery> | AsyncIterable<Delivery>][] = [
    ['an array', (given) => given],
    ['a set', (given) => new Set(given)],
    [
      'a generator',
      function* (given) {
        yield* given
      },
    ],
    [
      'an async generator',
      async function* (given) {
        yield* given
      },
    ],
    [
      'a ReadableStream',
      (given) =>
        new ReadableStream<Delivery>({
          start(controller) {
            for (const each of given) controller.enqueue(each)
            controller.close()
          },
        }),
    ],
  ]

  test.each(iterables)('sends what %s gives, and reports in its order', async (_, iterable) => {
    const { client, server } = await recorded()
    const { told, error } = await collected(client.deliverAll(iterable(deliveries(7)), { pipelining }))
    expect(error).toBeUndefined()
    expect(shortened(told)).toEqual(accepted(7))
    expect(told.every(({ ok, dropped }) => ok && dropped.length === 0)).toBe(true)
    expect(contents(server)).toEqual(sent(7))
    expect(server.violations).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('sends nothing of an empty iterable', async () => {
    const { client, writes } = await recorded()
    expect(await collected(client.deliverAll([], { pipelining }))).toEqual({ told: [], error: undefined })
    expect(writes).toEqual([])
  })

  test('reports one before the next is given', async () => {
    const { client, server } = await recorded()
    const given = new Deliveries()
    const reports = client.deliverAll(given, { pipelining })
    for (let n = 0; n < 3; n += 1) {
      const next = reports.next()
      given.put(delivery(n))
      expect(shortened([(await next).value ?? expect.unreachable()])).toEqual([`r${n}@foo.example accepted`])
      expect(server.messages).toHaveLength(n + 1)
    }
    given.end()
    expect(await reports.next()).toEqual({ done: true, value: undefined })
    expect(given.returned).toBe(0)
  })

  test.each([1, 2, 5, 16])(
    'takes no more than %i whose reports nobody has taken, and not many less',
    async (messages) => {
      const { client } = await recorded()
      let [taken, reported, most] = [0, 0, 0]
      function* given() {
        for (let n = 0; ; n += 1) {
          taken += 1
          most = Math.max(most, taken - reported)
          yield delivery(n)
        }
      }
      const reports = client.deliverAll(given(), { pipelining, window: { messages } })
      for (; reported < 20; reported += 1) {
        await reports.next()
        if (reported % 3 === 0) await settled()
      }
      await settled()
      // One more is on its way to whoever asked for it.
      expect(most).toBeLessThanOrEqual(messages + 1)
      // It takes more once a quarter of them are reported.
      expect(taken).toBeLessThanOrEqual(reported + messages)
      expect(taken).toBeGreaterThan(reported + Math.floor(0.75 * messages))
      await reports.return()
    },
  )

  test('is stopped by break: what was taken is sent, the iterable ended, and the client free', async () => {
    const { client, server } = await recorded()
    const ended = vi.fn()
    let taken = 0
    async function* given() {
      try {
        for (; ; taken += 1) yield delivery(taken)
      } finally {
        await undefined
        ended()
      }
    }
    for await (const report of client.deliverAll(given(), { pipelining, window: { messages: 3 } })) {
      expect(report.ok).toBe(true)
      if (report.recipients[0]?.address === 'r4@foo.example') break
    }
    expect(ended).toHaveBeenCalledOnce()
    const count = server.messages.length
    expect(contents(server)).toEqual(sent(count))
    expect(count).toBeGreaterThanOrEqual(Math.max(5, taken))
    expect(await client.deliver(delivery(99))).toMatchObject({ ok: true })
    expect(server.violations).toEqual([])
  })

  test('is stopped by break though the iterable owes a delivery, which is thrown away when it comes', async () => {
    const { client, server } = await recorded()
    const given = new Deliveries()
    given.put(delivery(0))
    for await (const report of client.deliverAll(given, { pipelining })) {
      expect(report.ok).toBe(true)
      break
    }
    expect([given.asked, given.returned]).toEqual([2, 1])
    expect(await client.noop()).toMatchObject({ code: 250 })
    const cancel = vi.fn()
    given.put(delivery(1, { message: new ReadableStream({ cancel }) }))
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    expect(contents(server)).toEqual(sent(1))
  })

  test.each([true, false])('tells what an iterable throws behind the reports (async: %s)', async (async) => {
    const { client, server } = await recorded()
    const mine = new Error('mine')
    function* given() {
      yield* deliveries(3)
      throw mine
    }
    async function* givenAsync() {
      yield* given()
    }
    const { told, error } = await collected(client.deliverAll(async ? givenAsync() : given(), { pipelining }))
    expect(error).toBe(mine)
    expect(shortened(told)).toEqual(accepted(3))
    expect(contents(server)).toEqual(sent(3))
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('reports what is malformed in its turn, and its neighbours are sent', async () => {
    const { client, server } = await recorded({ extensions: { SIZE: 20 } })
    const wrong: readonly [unknown, string, readonly string[]][] = [
      [delivery(1, { to: 'nobody' }), 'INVALID_ARGUMENT', ['nobody notSent']],
      [
        delivery(1, { to: ['x@y.example', { address: 'no one' }, 7 as never] }),
        'INVALID_ARGUMENT',
        ['x@y.example notSent', 'no one notSent', ' notSent'],
      ],
      [delivery(1, { from: 'a\r\nRCPT TO:<x@y.example>' }), 'INVALID_ARGUMENT', ['r1@foo.example notSent']],
      [
        delivery(1, {
          message: {
            [Symbol.asyncIterator]() {
              throw new Error('mine')
            },
          },
        }),
        'INVALID_ARGUMENT',
        ['r1@foo.example notSent'],
      ],
      [delivery(1, { message: 42 as never }), 'INVALID_ARGUMENT', ['r1@foo.example notSent']],
      [delivery(1, { message: 'x'.repeat(30) }), 'INVALID_ARGUMENT', ['r1@foo.example notSent']],
      [delivery(1, { requireTls: true }), 'NOT_SUPPORTED', ['r1@foo.example notSent']],
      [{ from: 'a@bar.example' }, 'INVALID_ARGUMENT', []],
      [null, 'INVALID_ARGUMENT', []],
      [undefined, 'INVALID_ARGUMENT', []],
      [{ ...delivery(1), to: undefined }, 'INVALID_ARGUMENT', []],
    ]
    for (const [malformed, code, notSent] of wrong) {
      const given = [delivery(0), malformed as Delivery, delivery(2)]
      const { told, error } = await collected(client.deliverAll(given, { pipelining }))
      expect(error).toBeUndefined()
      expect(shortened(told)).toEqual(['r0@foo.example accepted', ...notSent, 'r2@foo.example accepted'])
      expect(told.map((report) => report.error?.code)).toEqual([undefined, code, undefined])
      expect(told[1]?.ok).toBe(false)
    }
    expect(server.messages).toHaveLength(2 * wrong.length)
    expect(server.violations).toEqual([])
  })

  test('leaves the neighbours of a message alone that is refused, at whatever point', async () => {
    const refusals = {
      MAIL: policies.answerTo('MAIL', '550 5.7.1 no'),
      RCPT: policies.answerTo('RCPT', '550 5.1.1 no'),
      content: policies.refuseContent(),
      chunk: policies.refuseData(),
    }
    for (const refusal of Object.values(refusals)) {
      const { client, server } = await recorded({ policy: policies.inTransaction(1, refusal) })
      const { told } = await collected(client.deliverAll(deliveries(3), { pipelining }))
      expect(shortened(told)).toEqual(['r0@foo.example accepted', 'r1@foo.example rejected', 'r2@foo.example accepted'])
      expect(contents(server)).toEqual(['message 0\r\n', 'message 2\r\n'])
      expect(server.violations).toEqual([])
    }
  })

  test('reports those that are left as not sent when the connection has ended', async () => {
    const policy = policies.inTransaction(1, policies.shutDownAt('MAIL'))
    const { client } = await recorded({ policy })
    const { told, error } = await collected(client.deliverAll(deliveries(4), { pipelining }))
    expect(error).toBeUndefined()
    expect(shortened(told).slice(0, 2)).toEqual(['r0@foo.example accepted', 'r1@foo.example deferred'])
    // Those that were in flight with it may be more than that.
    const left = pipelining === 'eager' ? /deferred|unknown|notSent/ : /notSent/
    expect(shortened(told).slice(2)).toEqual([expect.stringMatching(left), expect.stringMatching(left)])
    if (pipelining !== 'eager') expect(told[3]?.error).toMatchObject({ code: 'NOT_CONNECTED' })
    const again = await collected(client.deliverAll(deliveries(2), { pipelining }))
    expect(shortened(again.told)).toEqual(['r0@foo.example notSent', 'r1@foo.example notSent'])
    expect(again.told[1]?.error).toMatchObject({ code: 'NOT_CONNECTED' })
  })
})

describe('deliverAll', () => {
  test('serves LMTP, with the outcome of each recipient', async () => {
    const policy = policies.refuseContentFor('full@foo.example')
    const { client, server } = await recorded({ protocol: 'lmtp', policy })
    expect(client).toBeInstanceOf(LmtpClient)
    const given = [delivery(0), delivery(1, { to: ['full@foo.example', 'x@foo.example'] }), delivery(2)]
    const { told } = await collected(client.deliverAll(given))
    expect(shortened(told)).toEqual([
      'r0@foo.example accepted',
      'full@foo.example rejected',
      'x@foo.example accepted',
      'r2@foo.example accepted',
    ])
    expect(server.violations).toEqual([])
  })

  test('gives calls of next their reports in order, however many there are at once', async () => {
    const { client } = await recorded()
    const reports = client.deliverAll(deliveries(3))
    const results = await Promise.all([reports.next(), reports.next(), reports.next(), reports.next()])
    expect(shortened(results.flatMap(({ value }) => value ?? []))).toEqual(accepted(3))
    expect(results.map(({ done }) => done)).toEqual([false, false, false, true])
  })

  test('can be stopped before the first report', async () => {
    const { client, server } = await recorded()
    const given = new Deliveries()
    given.put(...deliveries(5))
    const reports = client.deliverAll(given)
    const [first, stopped] = [reports.next(), reports.return()]
    expect((await first).value).toMatchObject({ ok: true })
    expect(await stopped).toEqual({ done: true, value: undefined })
    expect(given.returned).toBe(1)
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(server.messages.length).toBe(given.asked)
  })

  test('does nothing that nobody asks for', async () => {
    const { client, writes } = await recorded()
    const iterator = vi.fn()
    client.deliverAll({ [Symbol.iterator]: iterator })
    const unbegun = client.deliverAll({ [Symbol.asyncIterator]: iterator })
    expect(await unbegun.return()).toEqual({ done: true, value: undefined })
    expect(await unbegun.next()).toEqual({ done: true, value: undefined })
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(iterator).not.toHaveBeenCalled()
    expect(writes).toEqual(['NOOP\r\n'])
  })

  test('holds other calls back until the last message is sent', async () => {
    const { client, server } = await recorded()
    const reports = client.deliverAll(deliveries(3), { window: { messages: 1 } })
    await reports.next()
    const noop = client.noop()
    await settled()
    expect(verbs(server)).not.toContain('NOOP')
    await reports.next()
    await reports.next()
    expect(await noop).toMatchObject({ code: 250 })
    expect(verbs(server).at(-1)).toBe('NOOP')
    expect(contents(server)).toEqual(sent(3))
    expect((await reports.next()).done).toBe(true)
  })

  test('waits for another one to be through', async () => {
    const { client, server } = await recorded()
    const [first, second] = await Promise.all([
      collected(client.deliverAll(deliveries(3))),
      collected(client.deliverAll(deliveries(3))),
    ])
    expect([shortened(first.told), shortened(second.told)]).toEqual([accepted(3), accepted(3)])
    expect(contents(server)).toEqual([...sent(3), ...sent(3)])
  })

  test.each([
    ['the end', (given: Deliveries) => given.end()],
    ['something malformed', (given: Deliveries) => given.put(null as never)],
  ])('does nothing about %s that comes after it was stopped', async (_, late) => {
    const { client, writes } = await recorded()
    const given = new Deliveries()
    given.put(delivery(0))
    for await (const _ of client.deliverAll(given)) break
    writes.length = 0
    late(given)
    await settled()
    expect(writes).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('passes on what the iterable throws when it is stopped', async () => {
    const { client } = await recorded()
    const mine = new Error('mine')
    function* given() {
      try {
        yield* deliveries(9)
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: a cleanup that fails
        throw mine
      }
    }
    const loop = async () => {
      for await (const _ of client.deliverAll(given(), { window: { messages: 1 } })) break
    }
    await expect(loop()).rejects.toBe(mine)
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('passes it on when all is sent, however long that takes', async () => {
    const policy = policies.inTransaction(1, policies.answerTo('MAIL', 'silence'))
    const { client, server, transport } = await recorded({ policy })
    const mine = new Error('mine')
    const next = () => ({ done: false, value: delivery(0) })
    const ended = vi.fn(() => {
      throw mine
    })
    const given = { [Symbol.iterator]: () => ({ next, return: ended }) } as Iterable<Delivery>
    const reports = client.deliverAll(given)
    expect(await reports.next()).toMatchObject({ value: { ok: true } })
    const stopped = reports.return()
    await settled()
    expect(ended).toHaveBeenCalledOnce()
    server.say('421 4.3.2 shutting down')
    transport.wakeServer()
    await expect(stopped).rejects.toBe(mine)
  })

  test('says nothing of those that a mistake has left in flight but the mistake', async () => {
    const { client } = await dialled(() => ({}))
    const mistake = new LocalProtocolError('a mistake')
    const send = ClientConnection.prototype.send
    const spy = vi.spyOn(ClientConnection.prototype, 'send').mockImplementation(function (
      this: ClientConnection,
      command,
    ) {
      if (command.verb === 'NOOP') throw mistake
      return send.call(this, command)
    })
    try {
      expect(await collected(client.deliverAll(deliveries(3)))).toEqual({ told: [], error: mistake })
    } finally {
      spy.mockRestore()
    }
  })

  test('keeps to itself what an iterable throws that owed a delivery when it was stopped', async () => {
    const { client } = await recorded()
    const given = new Deliveries()
    given.return = () => Promise.reject(new Error('mine'))
    given.put(delivery(0))
    for await (const _ of client.deliverAll(given)) break
    await settled()
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test.each([
    [
      'throws',
      () => ({
        next: () => {
          throw new Error('mine')
        },
      }),
    ],
    ['rejects', () => ({ next: () => Promise.reject(new Error('mine')) })],
    ['gives no result', () => ({ next: () => 7 })],
    ['gives none behind a promise', () => ({ next: async () => undefined })],
    [
      'can not be had',
      () => {
        throw new Error('mine')
      },
    ],
  ])('tells of an iterator that %s', async (_, iterator) => {
    const { client } = await recorded()
    const { told, error } = await collected(client.deliverAll({ [Symbol.asyncIterator]: iterator } as never))
    expect([told, error]).toEqual([[], expect.any(Error)])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('tells of a delivery that throws when it is looked at as of its iterable', async () => {
    const { client } = await recorded()
    const mine = new Error('mine')
    const throwing = {
      ...delivery(1),
      get from(): string {
        throw mine
      },
    }
    const { told, error } = await collected(client.deliverAll([delivery(0), throwing, delivery(2)]))
    expect([shortened(told), error]).toEqual([accepted(1), mine])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('an error that comes after it was stopped is nobody’s', async () => {
    const { client } = await recorded()
    let fail: (error: Error) => void = () => {}
    const next = vi.fn(() => new Promise<never>((_, reject) => (fail = reject)))
    next.mockResolvedValueOnce({ done: false, value: delivery(0) } as never)
    for await (const _ of client.deliverAll({ [Symbol.asyncIterator]: () => ({ next }) })) break
    fail(new Error('mine'))
    await settled()
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test.each([[null], [undefined], [7], ['text'], [{}], [delivery(0)]])('%j is no iterable', async (given) => {
    const { client } = await recorded()
    expect(() => client.deliverAll(given as never)).toThrow(expect.objectContaining({ field: 'deliveries' }))
  })

  test.each([
    [{ pipelining: 'fast' }, 'pipelining'],
    [{ chunking: 1 }, 'chunking'],
    [{ window: 5 }, 'window'],
    [{ window: { messages: 0 } }, 'window.messages'],
    [{ window: { messages: 1.5 } }, 'window.messages'],
    [{ window: { octets: '1' } }, 'window.octets'],
    [{ window: { octets: 0 } }, 'window.octets'],
    [{ window: { message: 1 } }, 'window.message'],
    [{ windows: {} }, 'windows'],
    [{ signal: 1 }, 'signal'],
    [null, 'options'],
  ])('refuses %j for options, which name what is wrong', async (options, field) => {
    const { client, writes } = await recorded()
    expect(() => client.deliverAll([], options as never)).toThrow(expect.objectContaining({ field }))
    expect(writes).toEqual([])
  })

  test('takes undefined for an option that is left out', async () => {
    const { client } = await recorded()
    const options = { pipelining: undefined, chunking: undefined, window: undefined, signal: undefined }
    expect((await collected(client.deliverAll(deliveries(1), options))).told).toMatchObject([{ ok: true }])
    const window = { messages: undefined, octets: undefined }
    expect((await collected(client.deliverAll(deliveries(1), { window }))).told).toMatchObject([{ ok: true }])
  })

  test('cancels a stream that it does not read to its end', async () => {
    const { client } = await recorded({ policy: policies.refuseRecipient('r0@foo.example') })
    const cancel = vi.fn()
    const given = [delivery(0, { message: new ReadableStream({ cancel }) }), delivery(1)]
    const { told } = await collected(client.deliverAll(given))
    expect(shortened(told)).toEqual(['r0@foo.example rejected', 'r1@foo.example accepted'])
    expect(cancel).toHaveBeenCalledOnce()
  })

  test('octets in flight are bounded as well, but for one message', async () => {
    const { client, writes } = await recorded()
    const given = [40, 40, 40, 300, 40].map((length, n) => delivery(n, { message: 'x'.repeat(length) }))
    const { told } = await collected(client.deliverAll(given, { pipelining: 'eager', window: { octets: 100 } }))
    expect(told.every(({ ok }) => ok)).toBe(true)
    const contentsPerWrite = writes.map((write) => write.split('LAST').length - 1)
    expect(Math.max(...contentsPerWrite)).toBe(2)
  })
})

test('nothing happens while a consumer sleeps, however long the connection stands', async () => {
  const { client, servers } = await dialled(() => ({}))
  const reports = client.deliverAll(deliveries(9), { window: { messages: 2 } })
  await reports.next()
  await settled()
  await turns(100)
  expect(servers[0]?.messages).toHaveLength(3)
  expect((await collected(reports)).told).toHaveLength(8)
})
