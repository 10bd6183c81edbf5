import type { Delivery } from '@sansmtp/core/client'
import { type Extensions, noExtensions, policies } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { collected, Deliveries, delivery, shortened } from './deliveries.ts'
import { contents, dialled, recorded, settled } from './model-sessions.ts'

const offered: Extensions = { ...noExtensions, CHUNKING: true, '8BITMIME': true }
const large = (letter: string) => Buffer.from(`${letter.repeat(76)}\r\n`.repeat(500))

/** A stream that gives what it is told to, when it is told to. */
class Controlled implements AsyncIterableIterator<Uint8Array> {
  readonly #asked: { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: Error) => void }[] = []

  next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async give(value: Uint8Array): Promise<void> {
    this.#asked.shift()?.resolve({ done: false, value })
    await settled()
  }

  async end(): Promise<void> {
    this.#asked.shift()?.resolve({ done: true, value: undefined })
    await settled()
  }

  async fail(): Promise<void> {
    this.#asked.shift()?.reject(new Error('mine'))
    await settled()
  }
}

const lateOnes: readonly [string, (old: Controlled) => Promise<void>][] = [
  ['a piece', (old) => old.give(Buffer.from('STALE\r\n'))],
  ['a large piece', (old) => old.give(large('S'))],
  ['its end', (old) => old.end()],
  ['its failure', (old) => old.fail()],
]

describe.each([true, false])('a stream of which a chunk was refused (PIPELINING: %s)', (PIPELINING) => {
  const options = {
    extensions: { ...offered, PIPELINING },
    policy: policies.inTransaction(0, policies.refuseChunk(0, '452 4.3.1 full')),
  }

  test.each(lateOnes)('that gives %s late does nothing to the next message', async (_, late) => {
    for (const moment of ['before', 'amid', 'behind'] as const) {
      const { client, server } = await recorded(options)
      const [old, next] = [new Controlled(), new Controlled()]
      const reports = collected(
        client.deliverAll([delivery(0, { message: old }), delivery(1, { message: next }), delivery(2)]),
      )
      await settled()
      await old.give(large('x'))
      // Which lets the first out.
      await old.give(large('y'))
      expect(server.transactions[0]?.chunks).toMatchObject([{ code: 452 }])
      expect(server.transactions).toHaveLength(2)
      if (moment === 'before') await late(old)
      await next.give(large('a'))
      await next.give(Buffer.from('b\r\n'))
      if (moment === 'amid') await late(old)
      await next.give(large('c'))
      await next.end()
      if (moment === 'behind') await late(old)
      const { told, error } = await reports
      expect(error).toBeUndefined()
      expect(shortened(told)).toEqual(['r0@foo.example deferred', 'r1@foo.example accepted', 'r2@foo.example accepted'])
      expect(contents(server)).toEqual([`${large('a')}b\r\n${large('c')}`, 'message 2\r\n'])
      expect(server.violations).toEqual([])
      expect(client.connected).toBe(true)
    }
  })

  test.each(lateOnes)('that gives %s late, while nothing is sent, costs nothing', async (_, late) => {
    const { client, server } = await recorded(options)
    const [old, given] = [new Controlled(), new Deliveries()]
    const reports = collected(client.deliverAll(given))
    given.put(delivery(0, { message: old }))
    await settled()
    await old.give(large('x'))
    await old.give(large('y'))
    await late(old)
    given.put(delivery(1))
    given.end()
    expect(shortened((await reports).told)).toEqual(['r0@foo.example deferred', 'r1@foo.example accepted'])
    expect(contents(server)).toEqual(['message 1\r\n'])
  })

  test.each(lateOnes)('by hand, that gives %s late does nothing to the next message', async (_, late) => {
    const { client, server } = await recorded(options)
    await client.mail('a@bar.example')
    await client.rcpt('b@foo.example')
    const [old, next] = [new Controlled(), new Controlled()]
    const refused = client.bdat(old)
    await settled()
    await old.give(large('x'))
    await old.give(large('y'))
    expect([await refused].flat()).toMatchObject([{ code: 452 }])
    const report = client.deliver(delivery(1, { message: next }))
    await settled()
    await next.give(Buffer.from('a\r\n'))
    await late(old)
    await next.give(large('b'))
    await next.end()
    expect(await report).toMatchObject({ ok: true })
    expect(contents(server)).toEqual([`a\r\n${large('b')}`])
  })

  test('is read no further than what was asked for already', async () => {
    const { client } = await recorded(options)
    const next = vi.fn(async () => ({ done: false, value: large('x') }))
    const message = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<Uint8Array>
    const given: Delivery[] = [delivery(0, { message }), delivery(1)]
    expect(shortened((await collected(client.deliverAll(given))).told)).toEqual([
      'r0@foo.example deferred',
      'r1@foo.example accepted',
    ])
    const { length } = next.mock.calls
    expect(length).toBeLessThan(6)
    await settled()
    expect(next.mock.calls).toHaveLength(length)
  })
})

describe('a stream by DATA that fails', () => {
  const options = { extensions: { ...offered, CHUNKING: false } }

  test('costs the connection, which is not told as what is wrong with the others', async () => {
    const { client, server } = await recorded(options)
    const message = new Controlled()
    const reports = collected(client.deliverAll([delivery(0, { message }), delivery(1), delivery(2)]))
    await settled()
    await message.fail()
    const { told } = await reports
    expect(shortened(told)).toEqual(['r0@foo.example notSent', 'r1@foo.example notSent', 'r2@foo.example notSent'])
    expect(told[0]?.error).toMatchObject({ code: 'CONTENT_SOURCE_FAILED' })
    for (const { error } of told.slice(1)) {
      expect(error).toMatchObject({ code: 'NOT_CONNECTED', cause: { code: 'CONTENT_SOURCE_FAILED' } })
    }
    expect(contents(server)).toEqual([])
  })

  test('costs but a connection where there can be another', async () => {
    const { client, servers } = await dialled(() => options)
    const message = new Controlled()
    const reports = collected(client.deliverAll([delivery(0, { message }), delivery(1), delivery(2)]))
    await settled()
    await message.give(large('x'))
    await message.fail()
    const { told } = await reports
    expect(shortened(told)).toEqual(['r0@foo.example notSent', 'r1@foo.example accepted', 'r2@foo.example accepted'])
    expect(contents(...servers)).toEqual(['message 1\r\n', 'message 2\r\n'])
  })
})

describe('a stream by BDAT', () => {
  test('that fails is given up before its last chunk, and the connection goes on', async () => {
    const { client, server } = await recorded({ extensions: { ...offered, PIPELINING: true } })
    const message = new Controlled()
    const reports = collected(client.deliverAll([delivery(0), delivery(1, { message }), delivery(2)]))
    await settled()
    await message.give(large('x'))
    await message.give(large('y'))
    await message.fail()
    const { told } = await reports
    expect(shortened(told)).toEqual(['r0@foo.example accepted', 'r1@foo.example notSent', 'r2@foo.example accepted'])
    expect(told[1]?.error).toMatchObject({ code: 'CONTENT_SOURCE_FAILED', cause: { message: 'mine' } })
    expect(contents(server)).toEqual(['message 0\r\n', 'message 2\r\n'])
    expect(server.violations).toEqual([])
    expect(client.connected).toBe(true)
  })

  test('that stalls is aborted with its call', async () => {
    const { client, server } = await recorded({ extensions: { ...offered, PIPELINING: true } })
    const controller = new AbortController()
    const report = client.deliver(delivery(0, { message: new Controlled() }), { signal: controller.signal })
    await settled()
    controller.abort()
    expect(await report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'ABORTED' } })
    expect(contents(server)).toEqual([])
  })

  test('has as much time as it needs, but the server has not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const policy = policies.answerTo('BDAT', ({ argument }) => (argument.endsWith('LAST') ? undefined : 'silence'))
      for (const silent of [false, true]) {
        const extensions = { ...offered, PIPELINING: true }
        const { client } = await recorded({ extensions, ...(silent && { policy }) })
        const message = new Controlled()
        const report = client.deliver(delivery(0, { message }))
        await settled()
        await message.give(large('x'))
        await message.give(large('y'))
        vi.advanceTimersByTime(3_600_000)
        await settled()
        await message.end()
        const error = { code: 'TIMEOUT', phase: 'termination' }
        expect(await report).toMatchObject(silent ? { recipients: [{ status: 'notSent' }], error } : { ok: true })
        await client.close()
        expect(vi.getTimerCount()).toBe(0)
      }
    } finally {
      vi.useRealTimers()
    }
  })
})

test('a refusal of a message in flight is nothing to the content that is being sent behind it', async () => {
  const policy = policies.refuseRecipient('r2@foo.example')
  const { client, server } = await recorded({ extensions: { ...offered, PIPELINING: true }, policy })
  const message = Buffer.concat(Array(10).fill(large('x')))
  const given = [delivery(0), delivery(1), delivery(2), delivery(3, { message }), delivery(4)]
  const { told } = await collected(client.deliverAll(given, { pipelining: 'eager' }))
  expect(shortened(told).map((each) => each.split(' ')[1])).toEqual([
    'accepted',
    'accepted',
    'rejected',
    'accepted',
    'accepted',
  ])
  expect(contents(server)[2]).toBe(message.toString())
})

test('bytes that change while they are sent by BDAT cost the connection, and nobody got anything', async () => {
  for (const change of [(bytes: Uint8Array) => bytes.fill(0x0a), (bytes: Uint8Array) => bytes.fill(0x0d)]) {
    const { client, server, transport } = await recorded({ extensions: { ...offered, PIPELINING: true } })
    const message = new Uint8Array(200_000).fill(0x78)
    const write = transport.write.bind(transport)
    transport.write = async (bytes) => {
      await write(bytes)
      change(message)
    }
    const { told } = await collected(client.deliverAll([delivery(0, { message }), delivery(1)]))
    expect(shortened(told)).toEqual(['r0@foo.example notSent', 'r1@foo.example notSent'])
    expect(told[0]?.error).toMatchObject({ code: 'LOCAL_PROTOCOL' })
    expect(contents(server)).toEqual([])
  }
})

test('bytes whose buffer is transferred while they are sent by BDAT cost the connection as well', async () => {
  const { client, server, transport } = await recorded({ extensions: { ...offered, PIPELINING: true } })
  const message = new Uint8Array(200_000).fill(0x78)
  const write = transport.write.bind(transport)
  transport.write = async (bytes) => {
    await write(bytes)
    if (message.length > 0) structuredClone(message.buffer, { transfer: [message.buffer] })
  }
  const report = await client.deliver(delivery(0, { message }))
  expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'CONTENT_SOURCE_FAILED' } })
  expect(contents(server)).toEqual([])
})
