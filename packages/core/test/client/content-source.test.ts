import { InvalidArgumentError } from '@sansmtp/core'
import { type Message, SmtpClient } from '@sansmtp/core/client'
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

test.each([42, true, null, {}, []])('%j is no message', async (message) => {
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
