import { type Client, LmtpClient, type Message, SmtpClient } from '@sansmtp/core/client'
import { describe, expect } from 'vitest'
import { thorough } from '../support/thorough.ts'
import { inClear } from './connected.ts'
import { CountingServer } from './counting-server.ts'

const header = 'From: a@bar.example\r\nBcc: b@foo.example\r\nTo: c@foo.example\r\n\r\n'

const line = Buffer.from(`${'x'.repeat(76)}\r\n`)
const large = Buffer.concat(Array(840).fill(line))

describe.each([
  ['SMTP', SmtpClient, 'EHLO'],
  ['LMTP', LmtpClient, 'LHLO'],
] as const)('a stream of 64 MiB over %s', (_, kind, hello) => {
  /** What a call of a client does with so many pieces, and how many octets were given and had not arrived, at most. */
  async function sent(
    keywords: readonly string[],
    piece: Buffer,
    call: (client: Client, message: Message) => Promise<unknown>,
  ) {
    const server = new CountingServer(hello, keywords)
    const client = await kind.over(server, inClear)
    let given = 0
    let outstanding = 0
    const pieces = Math.ceil((64 * 1024 * 1024) / piece.length)
    async function* message() {
      yield Buffer.from(header)
      for (let i = 0; i < pieces; i += 1) {
        given += piece.length
        outstanding = Math.max(outstanding, given - server.octets)
        yield piece
      }
    }
    return { result: await call(client, message()), octets: server.octets - pieces * piece.length, outstanding }
  }

  const envelope = { from: 'a@bar.example', to: ['b@foo.example', 'c@foo.example'] }
  const deliver = (client: Client, message: Message) => client.deliver({ ...envelope, message })
  const calls = {
    sendMessage: (client: Client, message: Message) => client.sendMessage(message),
    sendMail: (client: Client, message: Message) => client.sendMail(envelope.from, envelope.to, message),
    deliver,
  }
  const withoutBcc = header.length - 'Bcc: b@foo.example\r\n'.length

  thorough.each(['sendMessage', 'sendMail', 'deliver'] as const)('is not gathered by %s', async (method) => {
    const { result, octets, outstanding } = await sent(['PIPELINING'], large, calls[method])
    expect(result).toEqual(method === 'deliver' ? expect.objectContaining({ ok: true }) : [])
    expect(octets).toBe((method === 'sendMessage' ? withoutBcc : header.length) + '.\r\n'.length)
    expect(outstanding).toBeLessThan(4 * large.length)
  })

  thorough.each([
    ['', ['CHUNKING', 'PIPELINING']],
    [' without PIPELINING', ['CHUNKING']],
  ] as const)('is not gathered by deliver, by BDAT%s', async (_, keywords) => {
    for (const piece of [large, Buffer.concat(Array(10).fill(line))]) {
      const { result, octets, outstanding } = await sent(keywords, piece, deliver)
      expect(result).toMatchObject({ ok: true })
      expect(octets).toBe(header.length)
      expect(outstanding).toBeLessThan(4 * large.length)
    }
  })

  thorough('in pieces of a hundred messages is not gathered by deliverAll', async () => {
    const message = Buffer.concat(Array(10).fill(large))
    const server = new CountingServer(hello, ['CHUNKING', 'PIPELINING'])
    const client = await kind.over(server, { ...inClear, pipelining: 'eager' })
    let given = 0
    let outstanding = 0
    function* deliveries() {
      for (let i = 0; i < 100; i += 1) {
        given += message.length
        outstanding = Math.max(outstanding, given - server.octets)
        yield { ...envelope, message }
      }
    }
    for await (const { ok } of client.deliverAll(deliveries(), { window: { octets: 1 } })) expect(ok).toBe(true)
    expect(server.octets).toBe(100 * message.length)
    expect(outstanding).toBeLessThan(3 * message.length)
  })
})
