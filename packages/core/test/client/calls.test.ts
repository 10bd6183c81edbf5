import type { AnySmtpError, Reply } from '@sansmtp/core'
import type { DeliveryReport, SmtpClient } from '@sansmtp/core/client'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { answering, errorOf, scripted, smtp } from './connected.ts'
import { enough, envelope, everyCall } from './every-call.ts'

const session = () => scripted(enough.server, enough.session)
const throwing = everyCall.filter(({ name }) => !['deliver', 'deliverAll', 'quit'].includes(name))

describe.each(everyCall)('$name', ({ call, before = async () => {} }) => {
  test('does its work', async () => {
    const { client, said } = await session()
    await before(client)
    said()
    await call(client, {})
    expect(said()).not.toEqual([])
  })

  test.each([
    [{ singal: undefined }, 'singal'],
    [{ signal: 'soon' }, 'signal'],
    [{ signal: null }, 'signal'],
    ['options', 'options'],
    [null, 'options'],
  ])('with %j for options is refused by the name of what is wrong', async (options, field) => {
    const { client, said } = await session()
    await before(client)
    said()
    expect(await errorOf(call(client, options as never))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(said()).toEqual([])
    expect(client.connected).toBe(true)
  })

  test('with an aborted signal sends nothing, and the session goes on', async () => {
    const { client, said } = await session()
    await before(client)
    said()
    const reason = new Error('too late')
    const error = await errorOf(call(client, { signal: AbortSignal.abort(reason) }))
    expect(error).toMatchObject({ code: 'ABORTED', cause: reason })
    expect(said()).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('that waits its turn is aborted at once, and what is under way goes on', async () => {
    const { client, server, said, answers } = await session()
    await before(client)
    said()
    answers['XWAIT'] = null
    const controller = new AbortController()
    const first = client.command('XWAIT')
    const second = errorOf(call(client, { signal: controller.signal }))
    const third = client.noop()
    await vi.waitFor(() => expect(server.lines).toContain('XWAIT'))
    controller.abort('enough')
    expect(await second).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    server.say('250 at last')
    expect([await first, await third]).toMatchObject([{ text: 'at last' }, { code: 250 }])
    expect(said()).toEqual(['XWAIT', 'NOOP'])
  })

  test('leaves no listener at its signal', async () => {
    const { client } = await session()
    await before(client)
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: never) => {
      listeners.add(listener)
      add(type, listener)
    }
    signal.removeEventListener = (type: string, listener: never) => {
      listeners.delete(listener)
      remove(type, listener)
    }
    await call(client, { signal })
    expect(listeners.size).toBe(0)
  })
})

describe.each(throwing)('$name', ({ call, before = async () => {} }) => {
  test('throws when it is aborted under way, and the session is over', async () => {
    const { client, server, answers } = await session()
    await before(client)
    const lines = server.lines.length
    answers[''] = null
    const controller = new AbortController()
    const error = errorOf(call(client, { signal: controller.signal }))
    await vi.waitFor(() => expect(server.lines.length).toBeGreaterThan(lines))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await error).toMatchObject({ code: 'ABORTED', cause: reason, delivery: 'notSent' })
    expect([client.connected, server.closed]).toEqual([false, true])
  })

  test('throws when the server hangs up instead of answering', async () => {
    const { client, server, answers } = await session()
    await before(client)
    const lines = server.lines.length
    answers[''] = null
    const error = errorOf(call(client))
    await vi.waitFor(() => expect(server.lines.length).toBeGreaterThan(lines))
    server.end()
    expect(await error).toMatchObject({ code: 'UNEXPECTED_EOF', delivery: 'notSent' })
    expect(client.connected).toBe(false)
  })

  test.each([
    ['quit', async (client: SmtpClient) => void (await client.quit()), undefined],
    ['close', (client: SmtpClient) => client.close(), { code: 'ABORTED' }],
  ])('after %s says that nothing is connected, with the reason where there is one', async (_, end, cause) => {
    const { client, said } = await session()
    await end(client)
    said()
    const error = await errorOf(call(client))
    expect(error.code).toBe('NOT_CONNECTED')
    if (cause === undefined) expect(error.cause).toBe(undefined)
    else expect(error.cause).toMatchObject(cause)
    expect(said()).toEqual([])
  })

  test('after the server has hung up says so', async () => {
    const { client, server } = await session()
    server.end()
    await vi.waitFor(() => expect(client.connected).toBe(false))
    expect(await errorOf(call(client))).toMatchObject({ code: 'NOT_CONNECTED', cause: { code: 'UNEXPECTED_EOF' } })
  })
})

/** Lets so many turns of the queue of microtasks pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await undefined
}

test.each(everyCall)(
  'the server’s end just as $name begins is no mistake of the caller’s',
  async ({ call, before }) => {
    const codes = new Set<unknown>()
    for (let lead = -8; lead <= 8; lead += 1) {
      const { client, server } = await session()
      await before?.(client)
      if (lead < 0) server.end()
      await turns(-lead)
      const outcome = call(client).catch((error) => ({ error }))
      await turns(lead)
      server.end()
      const { error } = ((await outcome) ?? {}) as { error?: AnySmtpError }
      codes.add(error?.code)
    }
    const known = [undefined, 'NOT_CONNECTED', 'UNEXPECTED_EOF']
    expect(known).toEqual(expect.arrayContaining([...codes]))
    expect(codes.size).toBeGreaterThan(1)
  },
)

test('deliver reports what the others throw', async () => {
  const { client, server, answers } = await session()
  answers[''] = null
  const controller = new AbortController()
  const report = client.deliver({ ...envelope, message: 'hi' }, { signal: controller.signal })
  await vi.waitFor(() => expect(server.lines).toContain('DATA'))
  controller.abort('enough')
  const expected = { ok: false, recipients: [{ status: 'notSent' }] }
  expect(await report).toMatchObject({ ...expected, error: { code: 'ABORTED', cause: 'enough' } })
  const again = await client.deliver({ ...envelope, message: 'hi' })
  expect(again).toMatchObject({ ...expected, error: { code: 'NOT_CONNECTED', cause: { code: 'ABORTED' } } })
})

test('deliver reports it whenever the server ends', async () => {
  for (let lead = -8; lead <= 8; lead += 1) {
    const { client, server } = await session()
    if (lead < 0) server.end()
    await turns(-lead)
    const report = client.deliver({ ...envelope, message: 'hi' })
    await turns(lead)
    server.end()
    const { ok, error } = await report
    expect(ok || error?.code === 'NOT_CONNECTED' || error?.code === 'UNEXPECTED_EOF').toBe(true)
  }
})

describe('calls that are not awaited', () => {
  interface Queued {
    readonly call: (client: SmtpClient) => Promise<unknown>
    /** What it sends, and what comes of it. */
    readonly lines: readonly string[]
    readonly outcome: string
  }

  const asked = (word: string, call: Queued['call'] = (client) => client.vrfy(word)): Queued => ({
    call,
    lines: [`VRFY ${word}`],
    outcome: `250 VRFY ${word}`,
  })
  const transaction = ['MAIL FROM:<a@bar.example> SIZE=4', 'RCPT TO:<b@foo.example>', 'DATA']
  const queued: fc.Arbitrary<Queued> = fc.oneof(
    fc.nat(99).map((n) => asked(`${n}`)),
    fc.nat(99).map((n) => asked(`${n}`, (client) => client.command('vrfy', `${n}`))),
    fc.constant({ call: (client) => client.rcpt('b@foo.example'), lines: [], outcome: 'LOCAL_PROTOCOL' } as Queued),
    fc.constant({ call: (client) => client.vrfy('\n'), lines: [], outcome: 'INVALID_ARGUMENT' } as Queued),
    fc.constant({
      call: (client) => client.sendMail(envelope.from, envelope.to, 'hi'),
      lines: transaction,
      outcome: '',
    } as Queued),
    fc.constant({
      call: (client) => client.deliver({ ...envelope, message: 'hi' }),
      lines: transaction,
      outcome: 'delivered',
    } as Queued),
  )

  test('are made in their order, and each gets its own answer', async () => {
    const outcomeOf = (value: unknown) => {
      if (Array.isArray(value)) return value.join()
      return (value as DeliveryReport).ok ? 'delivered' : `${(value as Reply).code} ${(value as Reply).text}`
    }
    await fc.assert(
      fc.asyncProperty(fc.array(queued, { maxLength: 8 }), fc.integer({ min: 1, max: 90 }), async (all, readLength) => {
        const answer = (line: string) => (line.startsWith('VRFY') ? `250 ${line}` : undefined)
        const { client, said } = await smtp({ answer, readLength })
        const results = all.map(({ call }) => call(client).then(outcomeOf, (error) => error.code))
        expect(await Promise.all(results)).toEqual(all.map(({ outcome }) => outcome))
        expect(said()).toEqual(all.flatMap(({ lines }) => lines))
      }),
    )
  })

  test('wait for the reply to the one before, with PIPELINING too', async () => {
    const { client, server } = await smtp()
    const before = server.writes
    await Promise.all([client.rset(), client.noop(), client.rset()])
    expect(server.writes - before).toBe(3)
  })

  test('are each told when the first of them ends the session', async () => {
    const { client, said } = await smtp({ answer: answering({ NOOP: '421 bye' }) })
    const [noop, rset, mail] = await Promise.allSettled([client.noop(), client.rset(), client.mail('')])
    expect(noop).toMatchObject({ value: { code: 421 } })
    for (const each of [rset, mail]) expect(each).toMatchObject({ reason: { code: 'NOT_CONNECTED' } })
    expect(said()).toEqual(['NOOP'])
  })

  test('sendMessage is among them', async () => {
    const { client, said } = await smtp()
    await Promise.all([client.sendMessage('From: a@bar.example\nTo: b@foo.example\n\nhi\n'), client.quit()])
    expect(said()).toEqual([expect.stringMatching(/^MAIL/), 'RCPT TO:<b@foo.example>', 'DATA', 'QUIT'])
  })

  test('sendMessage of a stream that gives nothing can be aborted', async () => {
    const { client } = await smtp()
    const cancel = vi.fn()
    const controller = new AbortController()
    const settled = vi.fn()
    client.sendMessage(new ReadableStream({ cancel }), { signal: controller.signal }).catch(settled)
    controller.abort()
    await client.noop()
    expect(settled).toHaveBeenCalledOnce()
    expect(cancel).toHaveBeenCalledOnce()
  })
})
