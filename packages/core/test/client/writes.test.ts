import { noExtensions } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { collected, deliveries, delivery } from './deliveries.ts'
import { contents, dialled, recorded, settled } from './model-sessions.ts'

const offered = { ...noExtensions, PIPELINING: true, CHUNKING: true, '8BITMIME': true }
const envelope = (n: number) => `MAIL FROM:<a@bar.example>\r\nRCPT TO:<r${n}@foo.example>\r\n`
const chunk = (text: string) => `BDAT ${text.length} LAST\r\n${text}`

describe('deliver writes', () => {
  test('by BDAT the envelope, and then BDAT and the content in one', async () => {
    const { client, writes } = await recorded({ extensions: offered })
    await client.deliver(delivery(0))
    expect(writes).toEqual([envelope(0), chunk('message 0\r\n')])
  })

  test('by DATA the envelope with it, and then the content with its end', async () => {
    const { client, writes } = await recorded({ extensions: { ...offered, CHUNKING: false } })
    await client.deliver(delivery(0))
    expect(writes).toEqual([`${envelope(0)}DATA\r\n`, 'message 0\r\n.\r\n'])
  })

  test('eagerly everything in one', async () => {
    const { client, writes } = await recorded({ extensions: offered })
    expect(await client.deliver(delivery(0), { pipelining: 'eager' })).toMatchObject({ ok: true })
    expect(writes).toEqual([envelope(0) + chunk('message 0\r\n')])
  })

  test('without PIPELINING one thing at a time', async () => {
    const { client, writes } = await recorded({ extensions: { ...offered, PIPELINING: false } })
    await client.deliver(delivery(0), { pipelining: 'eager' })
    expect(writes).toEqual([...envelope(0).split(/(?<=\n)/), chunk('message 0\r\n')])
  })

  test('a message of some size in pieces of 64 KiB, its last with the end', async () => {
    const { client, writes, server } = await recorded({ extensions: offered })
    const message = `${'x'.repeat(76)}\r\n`.repeat(2000)
    expect(await client.deliver(delivery(0, { message }))).toMatchObject({ ok: true })
    expect(writes.slice(1).map(({ length }) => length)).toEqual(
      [`BDAT ${message.length} LAST\r\n`.length, 65_536, 65_536, message.length - 131_072].filter(
        (length) => length > 0,
      ),
    )
    expect(contents(server)).toEqual([message])
  })

  test.each([49_151, 49_152])('a message of %d octets with its BDAT in one, if it is below 48 KiB', async (length) => {
    const { client, writes } = await recorded({ extensions: offered })
    const line = `BDAT ${length} LAST\r\n`
    await client.deliver(delivery(0, { message: `${'x'.repeat(length - 2)}\r\n` }))
    const written = length < 49_152 ? [line.length + length] : [line.length, length]
    expect(writes.slice(1).map((each) => each.length)).toEqual(written)
  })
})

describe('deliverAll writes', () => {
  test('the end of content and the next envelope in one, once the server is known to take it', async () => {
    const { client, writes } = await dialled(() => ({ extensions: offered }))
    const first = writes[0] ?? []
    first.length = 0
    const { told } = await collected(client.deliverAll(deliveries(4)))
    expect(told.every(({ ok }) => ok)).toBe(true)
    expect(first).toEqual([
      envelope(0),
      `${chunk('message 0\r\n')}NOOP\r\n`,
      envelope(1),
      `${chunk('message 1\r\n')}RSET\r\n${envelope(2)}`,
      `${chunk('message 2\r\n')}RSET\r\n${envelope(3)}`,
      chunk('message 3\r\n'),
    ])
  })

  test('and by DATA likewise', async () => {
    const { client, writes } = await dialled(() => ({ extensions: { ...offered, CHUNKING: false } }))
    const first = writes[0] ?? []
    first.length = 0
    await collected(client.deliverAll(deliveries(4)))
    expect(first.slice(2)).toEqual([
      `${envelope(1)}DATA\r\n`,
      `message 1\r\n.\r\nRSET\r\n${envelope(2)}DATA\r\n`,
      `message 2\r\n.\r\nRSET\r\n${envelope(3)}DATA\r\n`,
      'message 3\r\n.\r\n',
    ])
  })

  test('nothing ahead where that is not wanted', async () => {
    const { client, writes } = await dialled(() => ({ extensions: offered }), { pipelining: 'transaction' })
    const first = writes[0] ?? []
    first.length = 0
    await collected(client.deliverAll(deliveries(3)))
    expect(first).toEqual([0, 1, 2].flatMap((n) => [envelope(n), chunk(`message ${n}\r\n`)]))
  })

  test('eagerly, many small messages in few', async () => {
    const { client, writes, server } = await recorded({ extensions: offered })
    const { told } = await collected(client.deliverAll(deliveries(100), { pipelining: 'eager' }))
    expect(told.every(({ ok }) => ok)).toBe(true)
    expect(server.messages).toHaveLength(100)
    expect(writes.length).toBeLessThan(10)
    expect(Math.max(...writes.map(({ length }) => length))).toBeLessThan(2 * 65_536)
  })

  test('eagerly no more than 64 KiB at a time of larger ones', async () => {
    const { client, writes } = await recorded({ extensions: offered })
    const message = `${'x'.repeat(30_000)}\r\n`
    const many = deliveries(20).map((each) => ({ ...each, message }))
    const { told } = await collected(client.deliverAll(many, { pipelining: 'eager' }))
    expect(told.every(({ ok }) => ok)).toBe(true)
    expect(Math.max(...writes.map(({ length }) => length))).toBeLessThanOrEqual(65_536)
    expect(writes.length).toBeLessThan(20)
  })
})

describe('small pieces of a stream', () => {
  async function* pieces(count: number) {
    for (let i = 0; i < count; i += 1) yield Buffer.from(`line ${i}\r\n`)
  }

  const ways = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const

  test.each(ways)(
    'do not become as many chunks and writes (CHUNKING: %s, PIPELINING: %s)',
    async (CHUNKING, PIPELINING) => {
      const { client, server, writes } = await recorded({ extensions: { ...offered, CHUNKING, PIPELINING } })
      expect(await client.deliver(delivery(0, { message: pieces(10_000) }))).toMatchObject({ ok: true })
      expect(contents(server)[0]).toBe(Array.from({ length: 10_000 }, (_, i) => `line ${i}\r\n`).join(''))
      const chunks = CHUNKING ? 4 : 0
      expect(server.commands.filter(({ verb }) => verb === 'BDAT')).toHaveLength(chunks)
      expect(writes.length).toBeLessThan(9)
    },
  )

  test.each([true, false])('leave after a while where the stream is slow (CHUNKING: %s)', async (CHUNKING) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { client, server, writes } = await recorded({ extensions: { ...offered, CHUNKING } })
      let give: (piece: Uint8Array) => void = () => {}
      async function* slow() {
        for (let i = 0; i < 6; i += 1) yield await new Promise<Uint8Array>((resolve) => (give = resolve))
      }
      const report = client.deliver(delivery(0, { message: slow() }))
      await settled()
      for (let i = 0; i < 6; i += 1) {
        give(Buffer.from(`${i}\r\n`))
        await settled()
        vi.advanceTimersByTime(100)
        await settled()
      }
      expect(await report).toMatchObject({ ok: true })
      expect(writes.slice(1)).toEqual(
        CHUNKING
          ? // The first is held back until it is known whether it is the last.
            ['BDAT 9\r\n0\r\n1\r\n2\r\nBDAT 9 LAST\r\n3\r\n4\r\n5\r\n']
          : ['0\r\n1\r\n2\r\n', '3\r\n4\r\n5\r\n.\r\n'],
      )
      expect(contents(server)).toEqual(['0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n'])
      await client.close()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(['421', 'abort', 'close'])('leave no timer behind where the message ends by %s', async (way) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { client, server, transport } = await recorded({ extensions: { ...offered, CHUNKING: false } })
      async function* stalled() {
        yield Buffer.from('x')
        await new Promise(() => {})
      }
      const controller = new AbortController()
      const report = client.deliver(delivery(0, { message: stalled() }), { signal: controller.signal })
      await settled()
      expect(vi.getTimerCount()).toBe(1)
      if (way === '421') {
        server.say('421 4.3.2 shutting down')
        transport.wakeServer()
      } else if (way === 'abort') {
        controller.abort()
      } else {
        await client.close()
      }
      expect(await report).toMatchObject({ recipients: [{ status: way === '421' ? 'deferred' : 'notSent' }] })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
