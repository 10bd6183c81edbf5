import { ClientConnection } from '@sansmtp/core'
import { SmtpPool } from '@sansmtp/core/client'
import { memoryTransport, type Policy, type PolicyAnswer, plainNetwork, ServerConnection } from '@sansmtp/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { errorOf, inClear } from '../connected.ts'
import { collected, Deliveries, deliveries, delivery, shortened } from '../deliveries.ts'
import { contents, settled, verbs } from '../model-sessions.ts'
import { deliveredTo, pooled } from './pooled.ts'

const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type)

/** The usual, but for one command. */
function answersAt(verb: string, answer: PolicyAnswer): Policy {
  return (moment) => (moment.type === 'command' && moment.verb === verb ? answer : undefined)
}

describe('connections', () => {
  test('are opened as they are needed, up to the bound', async () => {
    const { pool, servers, open } = pooled({ maxConnections: 3, pipelining: 'transaction' })
    expect(pool.counts).toEqual({ connections: 0, idle: 0, waiting: 0, underWay: 0 })
    await pool.deliver(delivery(0))
    expect([servers.length, pool.counts]).toEqual([1, { connections: 1, idle: 1, waiting: 0, underWay: 0 }])
    const reports = await Promise.all(deliveries(20).map((each) => pool.deliver(each)))
    expect(reports.every(({ ok }) => ok)).toBe(true)
    expect([servers.length, open.most]).toEqual([3, 3])
    expect(contents(...servers)).toHaveLength(21)
    await pool.quit()
  })

  test('share the messages', async () => {
    const { pool, servers } = pooled({ maxConnections: 4, pipelining: 'transaction' })
    await Promise.all(deliveries(40).map((each) => pool.deliver(each)))
    for (const { messages } of servers) expect(messages.length).toBeGreaterThan(5)
    await pool.quit()
  })

  test('are used again by messages one after the other', async () => {
    const { pool, servers } = pooled()
    for (const each of deliveries(5)) await pool.deliver(each)
    expect(servers.map(({ messages }) => messages.length)).toEqual([5])
    await pool.quit()
  })

  test('are given up after maxMessages, with QUIT, for new ones', async () => {
    const { pool, servers, open, events } = pooled({ maxConnections: 1, maxMessages: 2 })
    const { told } = await collected(pool.deliverAll(deliveries(5)))
    expect(told.map(({ ok }) => ok)).toEqual(Array(5).fill(true))
    await pool.quit()
    expect(servers.map(({ messages }) => messages.length)).toEqual([2, 2, 1])
    for (const server of servers) expect(verbs(server).at(-1)).toBe('QUIT')
    expect(open).toEqual({ now: 0, most: 1 })
    const closed = events.filter(({ type }) => type === 'ConnectionClosed')
    expect(closed).toMatchObject([
      { reason: 'usedUp', messages: 2 },
      { reason: 'usedUp', messages: 2 },
      { reason: 'closed', messages: 1 },
    ])
  })

  test('go on with others where one can not be opened', async () => {
    const { pool, servers, attempts, events } = pooled({
      maxConnections: 3,
      hook: (connection) => {
        if (connection > 0) throw new Error('too many')
      },
    })
    await pool.deliver(delivery(0))
    const reports = await Promise.all(deliveries(6).map((each) => pool.deliver(each)))
    expect(reports.every(({ ok }) => ok)).toBe(true)
    expect([servers.length, attempts()]).toEqual([1, 3])
    expect(types(events).filter((type) => type === 'ConnectionFailed')).toHaveLength(2)
    await pool.quit()
  })

  test('that can not be opened at all are told in the reports of all that wait', async () => {
    const { pool, attempts } = pooled({
      maxConnections: 2,
      hook: () => {
        throw new Error('refused')
      },
    })
    const reports = await Promise.all(deliveries(4).map((each) => pool.deliver(each)))
    for (const { ok, error, recipients } of reports) {
      expect([ok, error?.code, recipients[0]?.status]).toEqual([false, 'CONNECTION_FAILED', 'notSent'])
    }
    expect(attempts()).toBe(2)
    expect(pool.counts).toEqual({ connections: 0, idle: 0, waiting: 0, underWay: 0 })
  })

  test('that stand are used, however long another one takes to be made', async () => {
    const { pool, servers, open } = pooled({
      maxConnections: 2,
      pipelining: 'transaction',
      hook: (connection) => (connection === 0 ? undefined : new Promise(() => {})),
    })
    const reports = await Promise.all(deliveries(4).map((each) => pool.deliver(each)))
    expect(reports.every(({ ok }) => ok)).toBe(true)
    expect([servers.length, pool.counts]).toEqual([1, { connections: 2, idle: 1, waiting: 0, underWay: 0 }])
    await pool.quit()
    expect(open.now).toBe(0)
  })

  test('share what was learned of the server', async () => {
    const { pool, servers } = pooled({
      maxConnections: 2,
      pipelining: 'auto',
      serverOf: () => ({ quirks: { refusesBehindContent: true } }),
    })
    await collected(pool.deliverAll(deliveries(30)))
    const probes = servers.filter((server) => verbs(server).includes('NOOP'))
    expect(probes.length).toBeLessThanOrEqual(2)
    await collected(pool.deliverAll(deliveries(30)))
    expect(servers.filter((server) => verbs(server).includes('NOOP'))).toHaveLength(probes.length)
    await pool.quit()
  })
})

describe('a server that has hung up', () => {
  test.each([0, 1])('between messages costs none of them, %i turns after the last', async (turns) => {
    const { pool, servers, hangUp } = pooled()
    await pool.deliver(delivery(0))
    for (let turn = 0; turn < turns; turn += 1) await settled()
    hangUp(0)
    await settled()
    expect((await pool.deliver(delivery(1))).ok).toBe(true)
    expect([...deliveredTo(servers).values()]).toEqual([1, 1])
    await pool.quit()
  })

  test.each<[string, Policy]>([
    ['at MAIL', answersAt('MAIL', 'close')],
    ['at DATA', answersAt('DATA', 'close')],
    ['with 421', answersAt('MAIL', 421)],
  ])('%s has the message sent over another connection', async (_, policy) => {
    const { pool, servers, events } = pooled({ chunking: false, serverOf: (n) => (n === 0 ? { policy } : {}) })
    const report = await pool.deliver(delivery(0))
    expect([report.ok, report.error]).toEqual([true, undefined])
    expect([servers.length, ...deliveredTo(servers).values()]).toEqual([2, 1])
    expect(types(events)).toContain('MessageRetried')
    await pool.quit()
  })

  test('with the content in hand leaves the message unknown, and it is not sent again', async () => {
    const policy: Policy = ({ type }) => (type === 'content' ? 'close' : undefined)
    const { pool, servers } = pooled({ serverOf: () => ({ policy }) })
    expect((await pool.deliver(delivery(0))).recipients[0]?.status).toBe('unknown')
    expect(servers).toHaveLength(1)
    await pool.quit()
  })

  test('again and again has the message told as not sent in the end', async () => {
    const { pool, servers } = pooled({ maxAttempts: 4, serverOf: () => ({ policy: answersAt('MAIL', 'close') }) })
    expect((await pool.deliver(delivery(0))).recipients[0]?.status).toBe('notSent')
    expect(servers).toHaveLength(4)
    await pool.quit()
  })

  test('has a stream that nobody has begun to read sent over another connection', async () => {
    const { pool, servers } = pooled({ serverOf: (n) => (n === 0 ? { policy: answersAt('RCPT', 'close') } : {}) })
    const report = await pool.deliver(delivery(0, { message: new Blob(['hello\r\n']).stream() }))
    expect([report.ok, servers.length]).toEqual([true, 2])
    await pool.quit()
  })

  test('amid a stream leaves it not sent: it can be read but once', async () => {
    const toServer = {
      ...plainNetwork.toServer,
      cut: { afterOctets: 10_000, receiver: 'end', senderLearnsAfter: 0 } as const,
    }
    const plan = { ...plainNetwork, toServer }
    const { pool, servers } = pooled({ chunking: false, serverOf: () => ({ plan }) })
    const message = new Blob([Buffer.alloc(100_000, 'hello\r\n')]).stream()
    const { recipients } = await pool.deliver(delivery(0, { message }))
    expect([recipients[0]?.status, servers.length]).toEqual(['notSent', 1])
    await pool.quit()
  })
})

describe('with the clock in hand', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('a connection that nobody needs is ended with QUIT', async () => {
    const { pool, servers, open, events } = pooled({ idleTimeout: 1_000 })
    await pool.deliver(delivery(0))
    await vi.advanceTimersByTimeAsync(999)
    expect(open.now).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await settled()
    expect([open.now, pool.counts.connections]).toEqual([0, 0])
    expect(verbs(servers[0] as never).at(-1)).toBe('QUIT')
    expect(events.at(-1)).toMatchObject({ type: 'ConnectionClosed', reason: 'idle', connections: 0, messages: 1 })
    expect((await pool.deliver(delivery(1))).ok).toBe(true)
    await pool.quit()
  })

  test('one that nobody has needed for long is asked by NOOP first', async () => {
    const { pool, servers } = pooled({ checkAfter: 1_000, pipelining: 'transaction' })
    await pool.deliver(delivery(0))
    await vi.advanceTimersByTimeAsync(999)
    await pool.deliver(delivery(1))
    expect(verbs(servers[0] as never)).not.toContain('NOOP')
    await vi.advanceTimersByTimeAsync(1_000)
    await pool.deliver(delivery(2))
    expect(verbs(servers[0] as never).filter((verb) => verb === 'NOOP')).toHaveLength(1)
    await pool.quit()
  })

  test('and is given up where it does not answer, the message going over another', async () => {
    const { pool, servers } = pooled({
      checkAfter: 1_000,
      pipelining: 'transaction',
      serverOf: (connection) => (connection > 0 ? {} : { policy: answersAt('NOOP', 'silence') }),
    })
    await pool.deliver(delivery(0))
    await vi.advanceTimersByTimeAsync(1_000)
    const sent = pool.deliver(delivery(1))
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await sent).ok).toBe(true)
    expect(servers.map(({ messages }) => messages.length)).toEqual([1, 1])
    await pool.quit()
  })

  test('no more messages are begun than the rate limit allows', async () => {
    const { pool, servers } = pooled({ maxConnections: 3, rateLimit: { messages: 2, milliseconds: 1_000 } })
    const reports = collected(pool.deliverAll(deliveries(5)))
    await vi.advanceTimersByTimeAsync(0)
    await settled()
    expect(contents(...servers)).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(999)
    expect(contents(...servers)).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    await settled()
    expect(contents(...servers)).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await reports).told.map(({ ok }) => ok)).toEqual(Array(5).fill(true))
    await pool.quit()
  })

  test('another connection is tried again, a while after one has failed', async () => {
    let refused = true
    const { pool, attempts } = pooled({
      maxConnections: 2,
      pipelining: 'transaction',
      hook: (connection) => {
        if (connection > 0 && refused) throw new Error('too many')
      },
    })
    await pool.deliver(delivery(0))
    await Promise.all(deliveries(4).map((each) => pool.deliver(each)))
    await Promise.all(deliveries(4).map((each) => pool.deliver(each)))
    expect(attempts()).toBe(2)
    refused = false
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all(deliveries(4).map((each) => pool.deliver(each)))
    expect([attempts(), pool.counts.connections]).toEqual([3, 2])
    await pool.quit()
  })
})

describe('deliverAll', () => {
  test.each(['transaction', 'auto', 'eager'] as const)('reports in order, with pipelining: %s', async (pipelining) => {
    const { pool, servers } = pooled({ maxConnections: 3, pipelining })
    const { told } = await collected(pool.deliverAll(deliveries(50)))
    expect(shortened(told)).toEqual(deliveries(50).map(({ to }) => `${to} accepted`))
    expect(contents(...servers).toSorted()).toEqual(
      deliveries(50)
        .map(({ message }) => message)
        .toSorted(),
    )
    await pool.quit()
  })

  test('takes no more than the windows have room for', async () => {
    const { pool } = pooled({ maxConnections: 2, window: { messages: 3 } })
    let asked = 0
    function* given() {
      for (; asked < 100; ) yield delivery(asked++)
    }
    const reports = pool.deliverAll(given())
    await settled()
    expect(asked).toBe(0)
    await reports.next()
    await settled()
    expect(asked).toBeLessThanOrEqual(7)
    await reports.return()
    expect(asked).toBeLessThanOrEqual(8)
    await pool.quit()
  })

  test('reports what is malformed in its turn', async () => {
    const { pool } = pooled()
    const { told } = await collected(pool.deliverAll([delivery(0), { ...delivery(1), to: 'x y' }, delivery(2)]))
    expect(told.map(({ ok, error }) => [ok, error?.code])).toEqual([
      [true, undefined],
      [false, 'INVALID_ARGUMENT'],
      [true, undefined],
    ])
    await pool.quit()
  })

  test('goes beside deliver', async () => {
    const { pool, servers } = pooled({ maxConnections: 2 })
    const all = collected(pool.deliverAll(deliveries(10)))
    const one = pool.deliver(delivery(99))
    expect((await one).ok).toBe(true)
    expect((await all).told).toHaveLength(10)
    expect(deliveredTo(servers).size).toBe(11)
    await pool.quit()
  })

  test('throws behind the last report what the iterable throws', async () => {
    const { pool } = pooled()
    const { told, error } = await collected(
      pool.deliverAll(
        (function* () {
          yield delivery(0)
          throw new Error('mine')
        })(),
      ),
    )
    expect([told.length, (error as Error).message]).toEqual([1, 'mine'])
    await pool.quit()
  })

  test.each(['abort', 'close'] as const)('does not wait after %s for an iterable that gives nothing', async (way) => {
    const { pool } = pooled()
    const given = new Deliveries()
    given.put(delivery(0))
    const controller = new AbortController()
    const reports = collected(pool.deliverAll(given, { signal: controller.signal }))
    await settled()
    if (way === 'abort') controller.abort('enough')
    else await pool.close()
    const { told, error } = await reports
    expect(told).toHaveLength(1)
    expect(error).toMatchObject({ code: 'ABORTED' })
    await pool.close()
  })
})

test('deliverAll that is aborted tells what waits, and what still comes, as not sent', async () => {
  const { pool, servers } = pooled({ maxConnections: 1, window: { messages: 4 }, hook: () => new Promise(() => {}) })
  const controller = new AbortController()
  const reports = collected(pool.deliverAll(deliveries(9), { signal: controller.signal }))
  await settled()
  controller.abort('enough')
  const { told, error } = await reports
  expect(error).toBeUndefined()
  expect(told.map(({ error }) => error?.code)).toEqual(Array(9).fill('ABORTED'))
  expect(servers).toEqual([])
  await pool.close()
})

test('deliverAll with a signal that is aborted already sends nothing', async () => {
  const { pool, attempts } = pooled()
  const { told } = await collected(pool.deliverAll(deliveries(3), { signal: AbortSignal.abort('late') }))
  expect(told.map(({ error }) => error?.code)).toEqual(Array(3).fill('ABORTED'))
  expect(attempts()).toBe(0)
  await pool.close()
})

test('deliverAll of a pool that is closed meanwhile tells what still comes as not sent', async () => {
  const { pool, servers } = pooled({ maxConnections: 1, window: { messages: 4 }, hook: () => new Promise(() => {}) })
  const reports = collected(pool.deliverAll(deliveries(9)))
  await settled()
  await pool.close()
  const { told } = await reports
  expect(told.map(({ error }) => error?.code)).toEqual(Array(9).fill('NOT_CONNECTED'))
  expect(servers).toEqual([])
})

test('a message that needs what the server lacks is refused, and hurts no other', async () => {
  const { pool } = pooled()
  const refused = pool.deliver(delivery(0, { requireTls: true }))
  expect(await errorOf(refused)).toMatchObject({ code: 'NOT_SUPPORTED' })
  expect((await pool.deliver(delivery(1))).ok).toBe(true)
  await pool.quit()
})

test('without a listener nothing is told', async () => {
  const server = new ServerConnection()
  const pool = new SmtpPool(async () => memoryTransport(server), 'mail.example', inClear)
  expect((await pool.deliver(delivery(0))).ok).toBe(true)
  await pool.quit()
  expect(server.messages).toHaveLength(1)
})

describe('the end', () => {
  test('quit sends what waits, ends all connections with QUIT, and takes no more', async () => {
    const { pool, servers, open } = pooled({ maxConnections: 2 })
    const sent = deliveries(10).map((each) => pool.deliver(each))
    const quitting = pool.quit()
    expect(await errorOf(pool.deliver(delivery(0)))).toMatchObject({ code: 'LOCAL_PROTOCOL' })
    expect(() => pool.deliverAll([])).toThrow(expect.objectContaining({ code: 'LOCAL_PROTOCOL' }))
    await quitting
    expect((await Promise.all(sent)).every(({ ok }) => ok)).toBe(true)
    expect(open.now).toBe(0)
    for (const server of servers) expect(verbs(server).at(-1)).toBe('QUIT')
  })

  test('drain waits for what is under way, and leaves the connections', async () => {
    const { pool, open } = pooled({ maxConnections: 2 })
    await pool.drain()
    const sent = deliveries(10).map((each) => pool.deliver(each))
    await pool.drain()
    expect(pool.counts).toMatchObject({ waiting: 0, underWay: 0 })
    expect(open.now).toBeGreaterThan(0)
    expect((await Promise.all(sent)).every(({ ok }) => ok)).toBe(true)
    await pool.quit()
  })

  test('close reports what waits as not sent', async () => {
    const { pool, open } = pooled({ maxConnections: 1, hook: () => new Promise(() => {}) })
    const sent = deliveries(3).map((each) => pool.deliver(each))
    await settled()
    await pool.close()
    for (const { recipients, error } of await Promise.all(sent)) {
      expect([recipients[0]?.status, error?.code]).toEqual(['notSent', 'NOT_CONNECTED'])
    }
    expect(open.now).toBe(0)
  })

  test('close reports what is under way as it stands', async () => {
    const policy: Policy = ({ type }) => (type === 'content' ? 'silence' : undefined)
    const { pool, open } = pooled({ pipelining: 'transaction', serverOf: () => ({ policy }) })
    const sent = pool.deliver(delivery(0))
    await settled()
    await pool.close()
    const { recipients, error } = await sent
    expect([recipients[0]?.status, error?.code]).toEqual(['unknown', 'ABORTED'])
    expect(open.now).toBe(0)
  })

  test('a connection that is ready in the very moment of the end is closed', async () => {
    const { pool, open, servers } = pooled({
      onTranscript: ({ type, text }) => {
        if (type === 'received' && text.startsWith('250-')) void pool.close()
      },
    })
    expect((await pool.deliver(delivery(0))).recipients[0]?.status).toBe('notSent')
    await settled()
    expect([servers.length, open.now]).toEqual([1, 0])
  })

  test('a connection that is made only after the end is closed', async () => {
    let made = () => {}
    const { pool, open, servers } = pooled({
      hook: () =>
        new Promise<void>((resolve) => {
          made = resolve
        }),
    })
    const sent = pool.deliver(delivery(0))
    await settled()
    await pool.close()
    made()
    await settled()
    expect((await sent).recipients[0]?.status).toBe('notSent')
    expect([servers.length, open.now]).toEqual([1, 0])
  })

  test('await using ends it as quit does', async () => {
    const made = pooled()
    {
      await using pool = made.pool
      void pool.deliver(delivery(0))
    }
    expect(contents(...made.servers)).toHaveLength(1)
    expect(made.open.now).toBe(0)
  })
})

describe('an abort', () => {
  test('before a connection has the message takes it out of the line', async () => {
    const { pool, servers } = pooled({ maxConnections: 1, pipelining: 'transaction' })
    const controller = new AbortController()
    const first = deliveries(5).map((each) => pool.deliver(each))
    const aborted = pool.deliver(delivery(9), { signal: controller.signal })
    controller.abort('enough')
    expect(await errorOf(aborted)).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect((await Promise.all(first)).every(({ ok }) => ok)).toBe(true)
    expect(deliveredTo(servers).has('r9@foo.example')).toBe(false)
    const signal = AbortSignal.abort('late')
    expect(await errorOf(pool.deliver(delivery(9), { signal }))).toMatchObject({ code: 'ABORTED', cause: 'late' })
    await pool.quit()
  })

  test('of the only message on a connection ends that connection', async () => {
    const policy: Policy = ({ type }) => (type === 'content' ? 'silence' : undefined)
    const { pool } = pooled({ pipelining: 'transaction', serverOf: () => ({ policy }) })
    const controller = new AbortController()
    const sent = pool.deliver(delivery(0), { signal: controller.signal })
    await settled()
    controller.abort('enough')
    const { recipients, error } = await sent
    expect([recipients[0]?.status, error?.code]).toEqual(['unknown', 'ABORTED'])
    await settled()
    expect(pool.counts.connections).toBe(0)
    await pool.close()
  })
})

test('an abort of a message that shares a connection with others is too late', async () => {
  const controller = new AbortController()
  let contents = 0
  const policy: Policy = ({ type }) => {
    if (type === 'content') contents += 1
    // The first was for itself; behind the content of this one the next has come already.
    if (type === 'content' && contents === 2) controller.abort('enough')
    return undefined
  }
  const { pool, servers } = pooled({ maxConnections: 1, pipelining: 'eager', serverOf: () => ({ policy }) })
  await pool.deliver(delivery(0))
  const { signal } = controller
  const sent = await Promise.all([1, 2, 3].map((n) => pool.deliver(delivery(n), { signal })))
  expect(sent.map(({ ok }) => ok)).toEqual([true, true, true])
  expect([signal.aborted, servers.length]).toEqual([true, 1])
  await pool.quit()
})

describe('options', () => {
  test.each([
    [{ maxConnections: 0 }, 'maxConnections'],
    [{ maxMessages: 1.5 }, 'maxMessages'],
    [{ window: { messages: 0 } }, 'window.messages'],
    [{ idleTimeout: 2 ** 31 }, 'idleTimeout'],
    [{ checkAfter: 2 ** 31 }, 'checkAfter'],
    [{ rateLimit: { messages: 1 } }, 'rateLimit.milliseconds'],
    [{ rateLimit: { messages: 1, milliseconds: 2 ** 31 } }, 'rateLimit.milliseconds'],
    [{ maxAttempts: 'many' }, 'maxAttempts'],
    [{ onEvent: 1 }, 'onEvent'],
    [{ signal: AbortSignal.abort() }, 'signal'],
    [{ stepwise: true }, 'stepwise'],
    [{ maxConection: 1 }, 'maxConection'],
    [{ tls: 'no' }, 'tls'],
  ])('%j is refused by name', (options, field) => {
    const connect = () => expect.unreachable()
    expect(() => new SmtpPool(connect, 'mail.example', options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field }),
    )
  })
})

test('what is under way when something fails that can not is unknown', async () => {
  const { pool, open } = pooled({ pipelining: 'transaction' })
  await pool.deliver(delivery(0))
  const receive = vi.spyOn(ClientConnection.prototype, 'receiveBytes').mockImplementationOnce(() => {
    throw new Error('a mistake')
  })
  const { recipients, error } = await pool.deliver(delivery(1))
  receive.mockRestore()
  expect([recipients[0]?.status, error?.code]).toEqual(['unknown', 'NOT_CONNECTED'])
  await settled()
  expect(open.now).toBe(0)
  await pool.quit()
})

test('events tell what has happened, and what a listener throws is ignored', async () => {
  const { pool, events } = pooled({
    onEvent: () => {
      throw new Error('mine')
    },
  })
  const report = await pool.deliver(delivery(0))
  await pool.quit()
  expect(events).toEqual([
    { type: 'MessageQueued', waiting: 1 },
    { type: 'ConnectionOpened', connections: 1, took: expect.any(Number) },
    { type: 'MessageSent', report, waited: expect.any(Number), took: expect.any(Number), attempts: 1 },
    { type: 'ConnectionClosed', reason: 'closed', connections: 0, messages: 1 },
  ])
})
