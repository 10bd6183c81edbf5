import { Readable } from 'node:stream'
import { InvalidArgumentError } from '@sansmtp/core'
import { contentSource, type Message, SmtpClient } from '@sansmtp/core/client'
import { expect, test, vi } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

const delivery = { from: 'a@bar.example', to: 'b@foo.example' }
const piece = new TextEncoder().encode('line\r\n')

async function deliver(message: Message, options: MemoryServerOptions = {}) {
  const server = new MemoryServer(options)
  const client = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example' })
  return { report: await client.deliver({ ...delivery, message }), server, client }
}

/** A ReadableStream of a runtime whose streams can't be iterated. */
function readable(pieces: Uint8Array[], cancel = vi.fn(async () => {})): ReadableStream<Uint8Array> {
  const reader = {
    read: async () => (pieces.length > 0 ? { done: false, value: pieces.shift() } : { done: true, value: undefined }),
    cancel,
  }
  return { getReader: () => reader } as unknown as ReadableStream<Uint8Array>
}

test('a ReadableStream that can’t be iterated is read by its reader', async () => {
  const { report, server } = await deliver(readable([piece, piece]))
  expect(report.ok).toBe(true)
  expect(server.contents).toEqual(['line\r\nline\r\n'])
})

test('and is cancelled where the rest is not wanted', async () => {
  const cancel = vi.fn(async () => {})
  const { report } = await deliver(readable([piece], cancel), {
    answer: (line) => (line === 'DATA' ? '550 no' : undefined),
  })
  expect(report.ok).toBe(false)
  expect(cancel).toHaveBeenCalledOnce()
})

test('a stream that was read to its end is not cancelled', async () => {
  const cancel = vi.fn(async () => {})
  await deliver(readable([piece], cancel))
  expect(cancel).not.toHaveBeenCalled()
})

test('a source that can’t be ended early, or fails at it, changes nothing', async () => {
  const refusing = { answer: (line: string) => (line === 'DATA' ? '550 no' : undefined) }
  const endless = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: piece }) }) }
  const failing = readable(
    [piece],
    vi.fn(() => Promise.reject(new Error('stuck'))),
  )
  for (const message of [endless as AsyncIterable<Uint8Array>, failing]) {
    const { report, client } = await deliver(message, refusing)
    expect(report.recipients).toMatchObject([{ status: 'rejected' }])
    expect(client.connected).toBe(true)
  }
})

test.each([[42], [true], [null], [{}], [[42]], [[null]], [[{ url: 42 }]]])('%j is no message', async (message) => {
  await expect(deliver(message as never)).rejects.toBeInstanceOf(InvalidArgumentError)
})

test('a recipient may be an object with its address', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example' })
  const report = await client.deliver({ from: '', to: { address: 'b@foo.example' }, message: '' })
  expect(report.recipients).toMatchObject([{ address: 'b@foo.example', status: 'accepted' }])
})

test('a large message in memory goes out in pieces, none waiting for a reply', async () => {
  const { report, server } = await deliver(`${'x'.repeat(998)}\n`.repeat(1000))
  expect(report.ok).toBe(true)
  expect(server.contents[0]).toHaveLength(1_000_000)
})

test('bytes whose buffer is transferred while they are sent are not passed off as a shorter message', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example' })
  const message = new Uint8Array(300_000).fill(0x78)
  const write = server.write.bind(server)
  server.write = async (bytes) => {
    await write(bytes)
    if (bytes.length > 1000) structuredClone(message.buffer, { transfer: [message.buffer] })
    server.write = write
    if (bytes.length < 1000) server.write = transferring
  }
  const transferring = server.write
  const report = await client.deliver({ ...delivery, message })
  expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'CONTENT_SOURCE_FAILED' } })
  expect(server.contents).toEqual([])
})

test('a large piece of a stream is cut, so that each write has its own time', async () => {
  const server = new MemoryServer()
  const lengths: number[] = []
  const write = server.write.bind(server)
  server.write = (bytes) => {
    lengths.push(bytes.length)
    return write(bytes)
  }
  const client = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example' })
  const large = new Uint8Array(300_000).fill(0x78)
  expect(await client.deliver({ ...delivery, message: new Blob([large]).stream() })).toMatchObject({ ok: true })
  expect(Math.max(...lengths)).toBeLessThan(140_000)
  expect(server.contents).toEqual([`${'x'.repeat(300_000)}\r\n`])
})

test('an iterator whose return is no promise changes nothing', async () => {
  const source = { next: async () => ({ done: false, value: piece }), return: () => ({ done: true, value: undefined }) }
  const message = { [Symbol.asyncIterator]: () => source } as unknown as AsyncIterable<Uint8Array>
  const { report } = await deliver(message, { answer: (line) => (line === 'DATA' ? '550 no' : undefined) })
  expect(report.recipients).toMatchObject([{ status: 'rejected' }])
})

test('a stream is not begun where another argument is wrong', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, { tls: 'off', clientName: 'bar.example' })
  const message = readable([piece])
  const getReader = vi.spyOn(message, 'getReader')
  await expect(client.deliver({ from: 'bad', to: 'b@foo.example', message })).rejects.toBeInstanceOf(
    InvalidArgumentError,
  )
  expect(getReader).not.toHaveBeenCalled()
})

test('a Node stream is destroyed where it is not read to its end, begun or not', () => {
  const [unread, pending] = [new Readable({ read() {} }), new Readable({ read() {} })]
  contentSource(unread).cancel()
  const begun = contentSource(pending)
  Promise.resolve(begun.next()).catch(() => {})
  begun.cancel()
  expect([unread.destroyed, pending.destroyed]).toEqual([true, true])
})

test('a stream that somebody else is reading is refused', () => {
  const stream = new ReadableStream<Uint8Array>()
  stream.getReader()
  expect(() => contentSource(stream)).toThrow('somebody else is reading')
})
