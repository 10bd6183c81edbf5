import { ConnectionFailedError } from '@sansmtp/core'
import type { SmtpClient } from '@sansmtp/core/client'
import { type Extensions, noExtensions, policies, type Quirks, type ServerSession } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { errorOf } from './connected.ts'
import { collected, Deliveries, deliveries, delivery, shortened } from './deliveries.ts'
import { contents, dialled, recorded, settled, verbs } from './model-sessions.ts'

const offered: Extensions = { ...noExtensions, PIPELINING: true, CHUNKING: true }
const limited = (mails: number): Extensions => ({ ...offered, LIMITS: `MAILMAX=${mails}` })
const levels = ['transaction', 'auto', 'eager'] as const

const accepted = (count: number) => Array.from({ length: count }, (_, n) => `r${n}@foo.example accepted`)
const sent = (count: number) => Array.from({ length: count }, (_, n) => `message ${n}\r\n`)

const verbsButNoop = (server: ServerSession) => verbs(server).filter((verb) => verb !== 'NOOP')

const hanging = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe.each(levels)('a server that takes so many messages a connection (pipelining: %s)', (pipelining) => {
  test.each([1, 2, 3])('gets no more than %i on each', async (mails) => {
    const { client, servers, attempts } = await dialled(() => ({ extensions: limited(mails) }), { pipelining })
    const { told, error } = await collected(client.deliverAll(deliveries(7)))
    expect(error).toBeUndefined()
    expect(shortened(told)).toEqual(accepted(7))
    expect(contents(...servers)).toEqual(sent(7))
    expect(attempts()).toBe(Math.ceil(7 / mails))
    for (const server of servers.slice(0, -1)) {
      expect(server.messages).toHaveLength(mails)
      expect(verbs(server).at(-1)).toBe('QUIT')
    }
    expect(servers.flatMap(({ violations }) => violations)).toEqual([])
    // That one counts as well.
    expect(await client.deliver(delivery(7))).toMatchObject({ ok: true })
    expect(attempts()).toBe(Math.ceil(8 / mails))
  })

  test('and of so many recipients a message gets the message several times', async () => {
    const extensions = { ...offered, LIMITS: ['RCPTMAX=2', 'MAILMAX=2'] }
    const { client, servers } = await dialled(() => ({ extensions }), { pipelining })
    const to = ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example', 'e@x.example']
    const { told } = await collected(client.deliverAll([delivery(0, { to }), delivery(1)]))
    expect(shortened(told)).toEqual([...to.map((each) => `${each} accepted`), 'r1@foo.example accepted'])
    expect(servers.flatMap(({ messages }) => messages.map(({ recipients }) => recipients.length))).toEqual([2, 2, 1, 1])
    expect(servers.flatMap(({ violations }) => violations)).toEqual([])
  })

  test('is given each message of several kinds once', async () => {
    const { client, servers } = await dialled(() => ({ extensions: limited(1) }), { pipelining })
    const given = [
      delivery(0),
      delivery(1, { message: new Blob(['message 1\r\n']).stream() }),
      delivery(2, { message: ['mess', Buffer.from('age 2\r\n')] }),
    ]
    expect(shortened((await collected(client.deliverAll(given))).told)).toEqual(accepted(3))
    expect(contents(...servers)).toEqual(sent(3))
  })
})

test('deliver tries nothing out, though it takes several transactions', async () => {
  const { client, servers, writes } = await dialled(() => ({ extensions: { ...offered, LIMITS: 'RCPTMAX=1' } }))
  const to = ['a@x.example', 'b@x.example', 'c@x.example']
  expect(await client.deliver(delivery(0, { to }))).toMatchObject({ ok: true })
  expect(servers.flatMap(verbs)).not.toContain('NOOP')
  expect(writes[0]).toHaveLength(1 + 2 * to.length)
})

describe('another connection', () => {
  test('is opened as the first was: EHLO, STARTTLS, EHLO, AUTH', async () => {
    const { client, servers } = await dialled(
      () => ({
        extensions: { ...limited(1), STARTTLS: true, AUTH: ['PLAIN'] },
        users: { ann: 'secret' },
        requireAuth: true,
        authOnlyWithTls: true,
      }),
      { tls: 'required', auth: { user: 'ann', pass: 'secret' }, mechanisms: ['PLAIN'] },
    )
    expect((await collected(client.deliverAll(deliveries(2)))).told.every(({ ok }) => ok)).toBe(true)
    const opening = ['EHLO', 'STARTTLS', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'BDAT']
    expect(servers.map(verbsButNoop)).toEqual([[...opening, 'QUIT'], opening])
    expect(client).toMatchObject({ secure: true, authenticated: true, connected: true })
  })

  test('of a client that goes step by step is opened by what is asked for', async () => {
    const { client, servers } = await dialled(() => ({ extensions: { ...limited(1), STARTTLS: true } }), {
      tls: 'required',
      stepwise: true,
    })
    expect((await collected(client.deliverAll(deliveries(2)))).told.every(({ ok }) => ok)).toBe(true)
    const opening = ['EHLO', 'STARTTLS', 'EHLO', 'MAIL', 'RCPT', 'BDAT']
    expect(servers.map(verbsButNoop)).toEqual([[...opening, 'QUIT'], opening])
  })

  test.each<[string, (client: SmtpClient) => Promise<unknown>]>([
    ['startTls', (client) => client.startTls()],
    ['login', (client) => client.login('ann', 'secret')],
    ['auth', (client) => client.auth('PLAIN', { user: 'ann', pass: 'secret' })],
  ])('is not made where %s was done by hand, and would be undone', async (_, byHand) => {
    const { client, servers, attempts } = await dialled(
      () => ({ extensions: { ...limited(2), STARTTLS: true, AUTH: ['PLAIN'] }, users: { ann: 'secret' } }),
      { tls: 'off', allowInsecureAuth: true },
    )
    await byHand(client as SmtpClient)
    await client.ehlo()
    const { told } = await collected(client.deliverAll(deliveries(4)))
    expect(shortened(told).map((each) => each.split(' ')[1])).toEqual(['accepted', 'accepted', 'notSent', 'notSent'])
    expect(told[2]?.error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'LIMITS' })
    expect(attempts()).toBe(1)
    expect(verbs(servers[0] ?? expect.unreachable()).filter((verb) => verb === 'NOOP')).toEqual([])
    // By the caller's own hand it is.
    await client.reconnect()
    expect((await collected(client.deliverAll(deliveries(3)))).told.every(({ ok }) => ok)).toBe(true)
    expect(attempts()).toBe(3)
  })

  test('can not be had over a transport of one’s own', async () => {
    const { client, server } = await recorded({ extensions: limited(2) })
    const { told } = await collected(client.deliverAll(deliveries(3)))
    expect(shortened(told)).toEqual([...accepted(2), 'r2@foo.example notSent'])
    expect(told[2]?.error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'LIMITS' })
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(server.violations).toEqual([])
  })

  const failures: readonly [
    string,
    object,
    (n: number) => object,
    (n: number, signal: AbortSignal) => unknown,
    object,
  ][] = [
    [
      'is refused',
      {},
      () => ({}),
      (n) => {
        if (n > 0) throw new ConnectionFailedError('ECONNREFUSED')
      },
      { code: 'CONNECTION_FAILED' },
    ],
    [
      'takes too long',
      { timeouts: { connect: 20 } },
      () => ({}),
      (n, signal) => (n > 0 ? hanging(signal) : undefined),
      { code: 'TIMEOUT' },
    ],
    ['is not greeted', {}, (n) => (n > 0 ? { policy: policies.greet('554 no') } : {}), () => {}, { code: 'CONNECT' }],
    [
      'does not let it authenticate',
      { auth: { user: 'ann', pass: 'secret' }, allowInsecureAuth: true },
      (n) => ({
        extensions: { ...limited(1), AUTH: ['PLAIN'] },
        users: { ann: n > 0 ? 'other' : 'secret' },
      }),
      () => {},
      { code: 'AUTHENTICATION' },
    ],
    [
      'is in clear where TLS is required',
      { tls: 'required' },
      (n) => ({ extensions: { ...limited(1), STARTTLS: n === 0 } }),
      () => {},
      { code: 'NOT_SUPPORTED', extension: 'STARTTLS' },
    ],
  ]

  test.each(failures)('that %s is told with those that are left', async (_, session, options, hook, expected) => {
    const { client, servers } = await dialled((n) => ({ extensions: limited(1), ...options(n) }), session, hook)
    const cancel = vi.fn()
    const given = [...deliveries(3), delivery(3, { message: new ReadableStream({ cancel }) })]
    const { told, error } = await collected(client.deliverAll(given))
    expect(error).toBeUndefined()
    expect(shortened(told)).toEqual([
      ...accepted(1),
      'r1@foo.example notSent',
      'r2@foo.example notSent',
      'r3@foo.example notSent',
    ])
    for (const report of told.slice(1)) expect(report.error).toMatchObject(expected)
    expect(contents(...servers)).toEqual(sent(1))
    expect(cancel).toHaveBeenCalledOnce()
    expect(client.connected).toBe(false)
    expect(await client.deliver(delivery(0))).toMatchObject({ ok: false, error: { code: 'NOT_CONNECTED' } })
  })

  test.each(['abort', 'close'] as const)('that is being made is given up by %s', async (way) => {
    const hook = vi.fn((n: number, signal: AbortSignal) => (n > 0 ? hanging(signal) : undefined))
    const { client } = await dialled(() => ({ extensions: limited(1) }), {}, hook)
    const controller = new AbortController()
    const reports = collected(client.deliverAll(deliveries(3), { signal: controller.signal }))
    await vi.waitFor(() => expect(hook).toHaveBeenCalledTimes(2))
    if (way === 'abort') controller.abort('enough')
    else await client.close()
    const { told, error } = await reports
    expect(error).toBeUndefined()
    expect(shortened(told).at(-1)).toBe('r2@foo.example notSent')
    expect(told.at(-1)?.error).toMatchObject({ code: 'ABORTED', ...(way === 'abort' && { cause: 'enough' }) })
    expect(client.connected).toBe(false)
  })

  test.each(['abort', 'close'] as const)('is not made any more after %s, at whatever moment', async (way) => {
    let completed = false
    for (let moment = 0; !completed; moment += 1) {
      const { client, servers, attempts } = await dialled(() => ({ extensions: limited(1) }))
      const controller = new AbortController()
      const reports = collected(client.deliverAll(deliveries(3), { signal: controller.signal }))
      for (let turn = 0; turn < moment; turn += 1) await undefined
      if (way === 'abort') controller.abort()
      else void client.close()
      const { told, error } = await reports
      completed = told.length === 3 && told.every(({ ok }) => ok)
      const made = attempts()
      await settled()
      expect(attempts()).toBe(made)
      // An abort in between two connections leaves the first as it is.
      if (way === 'close') expect([error, client.connected]).toEqual([undefined, false])
      else if (client.connected) expect(await client.noop()).toMatchObject({ code: 250 })
      const got = contents(...servers).length
      const [sure, unsure] = ['accepted', 'unknown'].map(
        (status) => shortened(told).filter((each) => each.endsWith(status)).length,
      ) as [number, number]
      expect(got).toBeGreaterThanOrEqual(sure)
      expect(got).toBeLessThanOrEqual(sure + unsure)
      expect(moment).toBeLessThan(3000)
    }
  })

  test('is made for a slow source only when there is something to send', async () => {
    const { client, attempts } = await dialled(() => ({ extensions: limited(1) }))
    const given = new Deliveries()
    const reports = client.deliverAll(given)
    for (let n = 0; n < 3; n += 1) {
      const next = reports.next()
      given.put(delivery(n))
      expect((await next).value).toMatchObject({ ok: true })
      await settled()
      expect(attempts()).toBe(n + 1)
    }
    await reports.return()
  })

  test('that offers less than the one before tells of what does not fit it', async () => {
    const options = (n: number) => ({ extensions: { ...limited(1), '8BITMIME': n === 0 } })
    const { client, servers } = await dialled(options)
    const eightBit = () => new Blob(['\n\nä\n']).stream()
    const given = [delivery(0, { message: eightBit() }), delivery(1, { message: eightBit() }), delivery(2)]
    const { told } = await collected(client.deliverAll(given))
    expect(told).toMatchObject([
      { ok: true },
      { error: { code: 'NOT_SUPPORTED', extension: '8BITMIME' }, recipients: [{ status: 'notSent' }] },
      { ok: true },
    ])
    expect(servers.flatMap(({ violations }) => violations.filter(({ code }) => code === 'EIGHT_BIT_CONTENT'))).toEqual(
      [],
    )
  })
})

test('what a later connection can not take is reported with those who have got the message, and not thrown', async () => {
  const extensions = { ...offered, LIMITS: ['RCPTMAX=1', 'MAILMAX=1'] }
  const given = delivery(0, { to: ['a@x.example', 'b@x.example', 'c@x.example'], message: '\n\nä\n' })
  for (const all of [false, true]) {
    const { client, servers } = await dialled((n) => ({ extensions: { ...extensions, '8BITMIME': n === 0 } }))
    const report = all ? (await collected(client.deliverAll([given]))).told[0] : await client.deliver(given)
    expect(report).toMatchObject({ ok: false, error: { code: 'NOT_SUPPORTED', extension: '8BITMIME' } })
    expect(report?.recipients.map(({ status }) => status)).toEqual(['accepted', 'notSent', 'notSent'])
    expect(servers.map(({ messages }) => messages.length)).toEqual([1, 0])
  }
})

describe('a server that does not take what rides behind content', () => {
  const quirks: readonly [string, Quirks, number][] = [
    ['refuses it', { refusesBehindContent: true }, 1],
    ['drops it', { dropsBehindContent: true }, 2],
  ]

  test.each(quirks)('and %s costs one connection at most, once for a client', async (_, quirk, connections) => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'performance'],
      shouldAdvanceTime: true,
      advanceTimeDelta: 20,
    })
    try {
      const { client, servers, attempts } = await dialled(() => ({ extensions: offered, quirks: quirk }))
      const noops = () => servers.flatMap(verbs).filter((verb) => verb === 'NOOP').length
      for (const _ of [1, 2, 3]) {
        const { told } = await collected(client.deliverAll(deliveries(4)))
        expect(shortened(told)).toEqual(accepted(4))
        expect(attempts()).toBe(connections)
      }
      // Said at the first message, and never again; one that was dropped is not seen.
      expect(noops()).toBe(quirk.refusesBehindContent ? 1 : 0)
      expect(contents(...servers)).toEqual([...sent(4), ...sent(4), ...sent(4)])
      await client.close()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('is not tried out over a transport of one’s own', async () => {
    const { client, server } = await recorded({ extensions: offered, quirks: { dropsBehindContent: true } })
    expect((await collected(client.deliverAll(deliveries(3)))).told.every(({ ok }) => ok)).toBe(true)
    expect(verbs(server)).toEqual(['EHLO', 'MAIL', 'RCPT', 'BDAT', 'MAIL', 'RCPT', 'BDAT', 'MAIL', 'RCPT', 'BDAT'])
  })

  test('is waited for no longer than until an abort, which leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const { client, attempts } = await dialled(() => ({ extensions: offered, quirks: { dropsBehindContent: true } }))
      const controller = new AbortController()
      const reports = collected(client.deliverAll(deliveries(2), { signal: controller.signal }))
      await settled()
      expect(vi.getTimerCount()).toBeGreaterThan(0)
      controller.abort()
      const { told } = await reports
      expect(shortened(told)).toEqual(['r0@foo.example accepted', 'r1@foo.example notSent'])
      expect(attempts()).toBe(1)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('is remembered for a later call where the client says that it takes it', async () => {
    const { client, writes } = await dialled(() => ({ extensions: offered }))
    await collected(client.deliverAll(deliveries(3)))
    const first = writes[0] ?? []
    first.length = 0
    await collected(client.deliverAll(deliveries(3)))
    expect(first.join('')).not.toContain('NOOP')
    expect(first).toHaveLength(4)
    expect(await errorOf(client.rcpt('x@y.example'))).toMatchObject({ code: 'LOCAL_PROTOCOL' })
  })
})
