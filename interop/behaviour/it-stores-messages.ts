import { expect, it } from 'vitest'
import { type ContentCase, contentCases } from '../content-cases.ts'
import { MarkedMessage } from '../marked-message.ts'
import { addresses, from, type Subject } from './subject.ts'

interface Storing extends Subject {
  /** What the server writes before a message, where it tells how the message came. */
  readonly trace?: RegExp
  readonly contents?: readonly ContentCase[]
}

const accepted = [{ status: 'accepted', reply: { code: 250 } }]

/** A server stores what was sent, octet by octet. */
export function itStoresMessages({ server, connect, trace = /^/, contents = contentCases }: Storing): void {
  const arrives = async (marked: MarkedMessage) => {
    const { trace: before, message } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(message).toBe(marked.storedWith(server.storedLineEnd))
    expect(before).toMatch(trace)
  }

  it.each(contents)('stores $name as it was sent', async (content) => {
    const marked = new MarkedMessage(content)
    await using client = await connect()
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject(accepted)
    await arrives(marked)
  })

  const pieces = '.first\r\n\r\n..\r\n.\r\nlast'
  it.each([
    { name: 'of single octets', body: pieces, arrives: `${pieces}\r\n`, size: 1 },
    { name: 'of a megabyte', body: `${'.0123456789'.repeat(7)}\r\n`.repeat(13_000), size: 10_007 },
  ])('stores a stream $name as if it had been whole', async ({ size, ...content }) => {
    const marked = new MarkedMessage(content)
    await using client = await connect()
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.pieces(size) })
    expect(report.recipients).toMatchObject(accepted)
    await arrives(marked)
  })

  it('stores each of many messages over one connection', async () => {
    const many = Array.from({ length: 12 }, (_, i) => new MarkedMessage({ body: `.${i}\r\n`.repeat(1 + i ** 3) }))
    await using client = await connect()
    // Not awaited one by one: calls queue.
    const reports = await Promise.all(
      many.map((marked, i) => {
        const message = i % 2 === 0 ? marked.message : marked.pieces(100)
        return client.deliver({ from, to: addresses('ok'), message })
      }),
    )
    expect(reports.map(({ recipients }) => recipients)).toMatchObject(many.map(() => accepted))
    for (const marked of many) await arrives(marked)
  })

  it('takes the null sender', async () => {
    const marked = new MarkedMessage({ body: 'a bounce\r\n' })
    await using client = await connect()
    const report = await client.deliver({ from: '', to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject(accepted)
    const { trace: before } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(before).toMatch(/^Return-Path: <>\r?$/im)
  })
}
