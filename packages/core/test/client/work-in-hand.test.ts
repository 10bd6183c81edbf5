import {
  ClientConnection,
  type Demand,
  type FetchToken,
  type Flow,
  type FlowEvent,
  LocalProtocolError,
  type MailObject,
  replyTo,
  type TakeMail,
} from '@sansmtp/core'
import { Pump } from '@sansmtp/core/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ReplyTime } from '../../src/client/reply-time.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { settled } from './model-sessions.ts'

/** Work that is done when it is told to be. */
function token() {
  let give: (token: string) => void = () => {}
  const work: FetchToken = {
    type: 'fetchToken',
    provider: () =>
      new Promise((resolve) => {
        give = resolve
      }),
    request: { user: 'ann', mechanism: 'XOAUTH2' },
  }
  return { work, give: (token: string) => give(token) }
}

function* nextAfter(work: FetchToken): Flow<FlowEvent> {
  return yield work
}

function* outcomeOf(work: FetchToken): Flow<FlowEvent> {
  let event = yield work
  while (event.type !== 'TokenFetched') event = yield 'nextEvent'
  return event
}

test('work of a flow that has ended is not told to the next one', async () => {
  const pump = new Pump(new ClientConnection(), new MemoryServer(), {})
  const first = token()
  expect(await pump.run(nextAfter(first.work))).toMatchObject({ type: 'GreetingReceived' })
  const second = token()
  const outcome = pump.run(outcomeOf(second.work))
  first.give('late')
  await new Promise((resolve) => setImmediate(resolve))
  second.give('in time')
  expect(await outcome).toEqual({ type: 'TokenFetched', token: 'in time' })
  await pump.close()
})

test('one thing after another is done for a flow', async () => {
  const pump = new Pump(new ClientConnection(), new MemoryServer(), {})
  function* nonces(): Flow<readonly string[]> {
    yield 'nextEvent'
    const made: string[] = []
    while (made.length < 3) {
      const event = yield { type: 'makeNonce' }
      if (event.type === 'NonceMade') made.push(event.nonce)
    }
    return made
  }
  expect(new Set(await pump.run(nonces())).size).toBe(3)
  await pump.close()
})

const mail = { content: 'mine' } as unknown as MailObject

/** Yields the demands, and then waits for so many outcomes. */
function* outcomes(demands: readonly Demand[], count: number): Flow<readonly FlowEvent[]> {
  const told: FlowEvent[] = []
  const known = ['MailTaken', 'Waited', 'NonceMade', 'Failed']
  const left = [...demands]
  while (told.length < count) {
    const event: FlowEvent = yield left.shift() ?? 'nextEvent'
    if (known.includes(event.type)) told.push(event)
  }
  return told
}

function greeted(server = new MemoryServer()): { pump: Pump; server: MemoryServer } {
  return { pump: new Pump(new ClientConnection(), server, {}), server }
}

describe('mail that is to be taken', () => {
  const taking = (take: TakeMail['take']): TakeMail => ({ type: 'takeMail', take })

  test.each<[string, TakeMail['take'], MailObject | undefined]>([
    ['at hand', () => mail, mail],
    ['there later', async () => mail, mail],
    // biome-ignore lint/suspicious/noThenProperty: what another library's promise is
    ['behind any thenable', () => ({ then: (resolve: (mail: MailObject) => void) => resolve(mail) }) as never, mail],
    ['no more', () => undefined, undefined],
    ['no more, later', async () => undefined, undefined],
  ])('is told when it is %s', async (_, take, expected) => {
    const { pump } = greeted()
    expect(await pump.run(outcomes([taking(take)], 1))).toEqual([{ type: 'MailTaken', mail: expected }])
    await pump.close()
  })

  test('ends the connection where it rejects against its promise', async () => {
    const { pump } = greeted()
    const told = await pump.run(outcomes([taking(() => Promise.reject(new Error('mine')))], 1))
    expect(told).toMatchObject([{ type: 'Failed', error: { code: 'ABORTED', cause: { message: 'mine' } } }])
  })

  test('comes while other work is done, each told as it is there', async () => {
    const { pump } = greeted()
    let give: (mail: MailObject) => void = () => {}
    const late = () => new Promise<MailObject>((resolve) => (give = resolve))
    const told = pump.run(
      outcomes([taking(late), { type: 'makeNonce' }, { type: 'wait', milliseconds: 1, replyTimes: 0 }, 'nextEvent'], 3),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    give(mail)
    expect((await told).map(({ type }) => type)).toEqual(['NonceMade', 'Waited', 'MailTaken'])
    await pump.close()
  })
})

describe('a wait', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Waits behind a NOOP that is answered after so long. */
  async function waiting(replyTime: number) {
    const { pump, server } = greeted(new MemoryServer({ answer: (line) => (line === 'NOOP' ? null : undefined) }))
    const done = vi.fn()
    function* flow(): Flow<void> {
      yield 'nextEvent'
      yield* replyTo(pump.connection.send({ verb: 'NOOP' }))
      yield* outcomes([{ type: 'wait', milliseconds: 250, replyTimes: 4 }], 1)
    }
    const run = pump.run(flow()).then(done)
    await settled()
    vi.advanceTimersByTime(replyTime)
    server.say('250 ok')
    await settled()
    return { pump, run, done }
  }

  test.each([
    [0, 250],
    [50, 250],
    [100, 400],
    [1000, 4000],
  ])('after a reply that took %i ms takes %i ms', async (replyTime, expected) => {
    const { pump, run, done } = await waiting(replyTime)
    vi.advanceTimersByTime(expected - 1)
    await settled()
    expect(done).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    await run
    expect(vi.getTimerCount()).toBe(0)
    await pump.close()
  })

  test('leaves no timer when the flow ends before', async () => {
    const { pump, run } = await waiting(0)
    expect(vi.getTimerCount()).toBe(1)
    await pump.close()
    await run
    expect(vi.getTimerCount()).toBe(0)
  })

  test('of a flow that has ended is not told to the next one', async () => {
    const { pump } = greeted()
    function* impatient(): Flow<void> {
      yield { type: 'wait', milliseconds: 10, replyTimes: 0 }
    }
    await pump.run(impatient())
    // The pump's own, which is left for the flow that is next.
    const others = vi.getTimerCount()
    const next = pump.run(outcomes([{ type: 'wait', milliseconds: 20, replyTimes: 0 }], 1))
    await settled()
    vi.advanceTimersByTime(19)
    await settled()
    expect(vi.getTimerCount()).toBe(others + 1)
    vi.advanceTimersByTime(1)
    expect(await next).toEqual([{ type: 'Waited' }])
    await pump.close()
  })

  test.each(['returns', 'throws'])(
    'that runs out together with the one at which its flow %s is nothing to the next one',
    async (how) => {
      const { pump } = greeted()
      const wait = { type: 'wait', milliseconds: 5, replyTimes: 0 } as const
      function* both(): Flow<string> {
        yield wait
        const { type } = yield wait
        if (how === 'throws') throw new LocalProtocolError(type)
        return type
      }
      const outcome = pump.run(both()).catch(({ message }) => message)
      await settled()
      expect(vi.getTimerCount()).toBe(2)
      vi.advanceTimersByTime(5)
      expect(await outcome).toBe('Waited')
      expect(await pump.run(outcomes([{ type: 'makeNonce' }], 1))).toMatchObject([{ type: 'NonceMade' }])
      await pump.close()
    },
  )
})

test('the time of a reply counts from what was written last', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const time = new ReplyTime()
    expect(time.milliseconds).toBe(0)
    time.received()
    expect(time.milliseconds).toBe(0)
    time.asked()
    vi.advanceTimersByTime(60_000)
    time.asked()
    vi.advanceTimersByTime(30)
    time.received()
    expect(time.milliseconds).toBe(30)
    vi.advanceTimersByTime(500)
    // What is said unasked took no time.
    time.received()
    expect(time.milliseconds).toBe(30)
  } finally {
    vi.useRealTimers()
  }
})
