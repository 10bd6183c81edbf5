import { contentSource, type Message } from '@sansmtp/core/client'
import { type Extensions, noExtensions, policies } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { errorOf } from './connected.ts'
import { collected, delivery, shortened } from './deliveries.ts'
import { contents, dialled, recorded, verbs } from './model-sessions.ts'

const offered: Extensions = {
  ...noExtensions,
  PIPELINING: true,
  CHUNKING: true,
  BURL: ['imap'],
  SIZE: true,
  '8BITMIME': true,
}
const url = 'imap://bob@mail.example/INBOX/;uid=20;urlauth=submit+bob:internal:91354a473744909de610943775f92038'
const urls = { [url]: 'fetched\r\n' }
const options = { extensions: offered, urls }
const mixed: Message = ['Subject: x\n\n', { url }, Buffer.from('between\n'), { url }, 'the end']
const whole = 'Subject: x\r\n\r\nfetched\r\nbetween\r\nfetched\r\nthe end\r\n'

describe('a message in parts', () => {
  test('without URLs is one, whose size is told', async () => {
    const { client, server, writes } = await recorded({ extensions: offered })
    const message = ['Subject: x\n', Buffer.from('\nhe'), new Uint8Array(0), '', 'llo']
    expect(await client.deliver(delivery(0, { message }))).toMatchObject({ ok: true })
    expect(writes[0]).toContain('SIZE=21')
    expect(contents(server)).toEqual(['Subject: x\r\n\r\nhello\r\n'])
  })

  test('may be without a part', async () => {
    const { client, server } = await recorded({ extensions: offered })
    expect(await client.deliver(delivery(0, { message: [] }))).toMatchObject({ ok: true })
    expect(contents(server)).toEqual([''])
  })

  test.each([true, false])('has those fetched by the server that are URLs (PIPELINING: %s)', async (PIPELINING) => {
    const extensions = { ...offered, PIPELINING }
    for (const chunking of [undefined, true]) {
      const { client, server, writes } = await recorded({ extensions, urls }, { chunking })
      expect(await client.deliver(delivery(0, { message: mixed }))).toMatchObject({ ok: true })
      expect(contents(server)).toEqual([whole])
      expect(
        writes
          .join('')
          .split('\r\n')
          .filter((line) => /^B(DAT|URL)/.test(line)),
      ).toEqual(['BDAT 14', `BURL ${url}`, 'BDAT 9', `BURL ${url}`, 'BDAT 9 LAST'])
      expect(server.violations).toEqual([])
    }
  })

  test('may be nothing but a URL', async () => {
    const { client, server, writes } = await recorded(options)
    expect(await client.deliver(delivery(0, { message: [{ url }] }))).toMatchObject({ ok: true })
    expect(contents(server)).toEqual(['fetched\r\n'])
    expect(writes.at(-1)).toBe(`BURL ${url} LAST\r\n`)
  })

  test('leaves its neighbours alone, at any level', async () => {
    for (const pipelining of ['transaction', 'auto', 'eager'] as const) {
      const { client, servers } = await dialled(() => options, { pipelining })
      const given = [delivery(0), delivery(1, { message: mixed }), delivery(2, { message: mixed }), delivery(3)]
      expect((await collected(client.deliverAll(given))).told.every(({ ok }) => ok)).toBe(true)
      expect(contents(...servers)).toEqual(['message 0\r\n', whole, whole, 'message 3\r\n'])
      expect(servers.flatMap(({ violations }) => violations)).toEqual([])
    }
  })

  test('whose URL is refused tells of it, and the session is usable', async () => {
    const { client, server } = await recorded({ ...options, urls: {} })
    const { told } = await collected(client.deliverAll([delivery(0, { message: mixed }), delivery(1)]))
    expect(shortened(told)).toEqual([expect.stringMatching(/r0.*(rejected|deferred)/), 'r1@foo.example accepted'])
    expect(server.violations).toEqual([])
  })

  test('is sent again where the server takes few recipients a message', async () => {
    const { client, server } = await recorded({ ...options, extensions: { ...offered, LIMITS: 'RCPTMAX=1' } })
    const report = await client.deliver(delivery(0, { to: ['a@x.example', 'b@x.example'], message: mixed }))
    expect(report.ok).toBe(true)
    expect(contents(server)).toEqual([whole, whole])
  })

  test('that is large is cut', async () => {
    const { client, server, writes } = await recorded(options)
    const text = `${'x'.repeat(76)}\r\n`.repeat(4000)
    expect(await client.deliver(delivery(0, { message: [text, { url }] }))).toMatchObject({ ok: true })
    expect(contents(server)).toEqual([`${text}fetched\r\n`])
    expect(Math.max(...writes.map(({ length }) => length))).toBeLessThan(2 * 65_536)
  })

  test.each([
    ['BURL', { ...offered, BURL: false }, {}],
    ['CHUNKING', { ...offered, CHUNKING: false }, {}],
    ['CHUNKING', { ...offered, CHUNKING: false }, { ifOffered: ['CHUNKING'] }],
  ] as const)('with URLs needs %s, which is known before anything is sent', async (extension, extensions, more) => {
    const { client, writes } = await recorded({ extensions, urls })
    for (const chunking of [undefined, true]) {
      const refused = client.deliver(delivery(0, { ...more, message: mixed }), { chunking })
      expect(await errorOf(refused)).toMatchObject({ code: 'NOT_SUPPORTED', extension })
    }
    const { told } = await collected(client.deliverAll([delivery(0, { message: mixed }), delivery(1)]))
    expect(told).toMatchObject([{ ok: false, error: { extension } }, { ok: true }])
    expect(writes.join('')).not.toContain('r0@')
  })

  test('with URLs can not go by DATA', async () => {
    const { client, writes } = await recorded(options)
    const refused = client.deliver(delivery(0, { message: mixed }), { chunking: false })
    expect(await errorOf(refused)).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'chunking' })
    expect(writes).toEqual([])
  })

  test.each([
    ['imap://x y', 'message[1].url'],
    ['x\r\nQUIT', 'message[1].url'],
    ['', 'message[1].url'],
    [`imap://${'x'.repeat(9000)}`, 'message[1].url'],
    [7, 'message[1]'],
  ])('with %j for a URL is refused by name before anything is sent, the URL not shown', async (wrong, field) => {
    const { client, writes } = await recorded(options)
    const error = await errorOf(client.deliver(delivery(0, { message: ['x', { url: wrong as string }] })))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(error.message).not.toContain('imap')
    expect(writes).toEqual([])
  })

  test('with URLs of which one is changed meanwhile is sent as it was', async () => {
    const { client, server } = await recorded(options)
    const part = { url }
    const report = client.deliver(delivery(0, { message: ['x\n', part] }))
    part.url = 'imap://other'
    expect(await report).toMatchObject({ ok: true })
    expect(contents(server)).toEqual(['x\r\nfetched\r\n'])
  })

  test('with URLs whose other octets are beyond US-ASCII needs 8BITMIME', async () => {
    const { client, server } = await recorded({ extensions: { ...offered, '8BITMIME': false }, urls })
    const report = await client.deliver(delivery(0, { message: ['\n\nä', { url }] }))
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { extension: '8BITMIME' } })
    expect(contents(server)).toEqual([])
  })

  test.each(['sendMail', 'sendMessage', 'data'] as const)('with URLs is refused by %s', async (call) => {
    const { client, writes } = await recorded(options)
    const message: Message = ['From: a@bar.example\nTo: b@foo.example\n\n', { url }]
    const calls = {
      sendMail: () => client.sendMail('a@bar.example', 'b@foo.example', message),
      sendMessage: () => client.sendMessage(message),
      data: () => client.data(message),
    }
    expect(await errorOf(calls[call]())).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'message' })
    expect(writes).toEqual([])
  })

  test('without URLs is sent by sendMail, sendMessage and data as bytes are', async () => {
    const message = ['From: a@bar.example\nTo: b@foo.example\nBcc: c@foo.example\n', '\nh', Buffer.from('i')]
    const bytes = message.map((part) => part.toString()).join('')
    const lines = new Set<string>()
    for (const each of [message, bytes]) {
      const { client, server, writes } = await recorded({ extensions: offered })
      expect(await client.sendMessage(each)).toEqual([])
      expect(await client.sendMail('a@bar.example', 'b@foo.example', each)).toEqual([])
      await client.mail('a@bar.example')
      await client.rcpt('b@foo.example')
      expect(await client.data(each)).toMatchObject({ code: 250 })
      expect(server.messages).toHaveLength(3)
      lines.add(writes.join(''))
    }
    expect(lines.size).toBe(1)
  })
})

describe('a source of parts', () => {
  test('starts again after rewind, cut pieces too', async () => {
    const { client } = await recorded()
    expect(client.connected).toBe(true)
    const source = contentSource(['x'.repeat(70_000), { url }, '', 'y'])
    const read = () => {
      const pieces = []
      for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece)
      return pieces.map((piece) => (piece instanceof Uint8Array ? piece.length : piece))
    }
    const all = [65_536, 4464, { url }, 1]
    expect([source.hasUrls, source.survey]).toEqual([true, undefined])
    expect(read()).toEqual(all)
    expect(source.next()).toBeUndefined()
    source.rewind?.()
    source.next()
    source.rewind?.()
    expect(read()).toEqual(all)
    source.rewind?.()
    source.next()
    source.cancel()
    expect(source.next()).toBeUndefined()
  })

  test('whose buffer was transferred meanwhile is not passed off as a shorter message', async () => {
    const { client, server, transport } = await recorded(options)
    const part = new Uint8Array(200_000).fill(0x78)
    const write = transport.write.bind(transport)
    transport.write = async (bytes) => {
      await write(bytes)
      if (bytes.length > 1000 && part.length > 0) structuredClone(part.buffer, { transfer: [part.buffer] })
    }
    const report = await client.deliver(delivery(0, { message: [part, { url }] }))
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'CONTENT_SOURCE_FAILED' } })
    expect(contents(server)).toEqual([])
  })
})

test('a chunk that is refused amid parts ends them', async () => {
  const { client, server } = await recorded({ ...options, policy: policies.refuseChunk(1) })
  const report = await client.deliver(delivery(0, { message: mixed }))
  expect(report).toMatchObject({ recipients: [{ status: 'deferred', decidedBy: 'CONTENT' }] })
  expect(await client.noop()).toMatchObject({ code: 250 })
  expect(verbs(server).slice(-2)).toEqual(['RSET', 'NOOP'])
})
