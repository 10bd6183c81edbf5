import { type SessionOptions, SmtpClient } from '@sansmtp/core/client'
import { type Extensions, memoryTransport, noExtensions, policies, ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { errorOf, inClear } from './connected.ts'
import { collected, deliveries, delivery, shortened } from './deliveries.ts'
import { contents, recorded, verbs } from './model-sessions.ts'

const offered: Extensions = { ...noExtensions, PIPELINING: true, CHUNKING: true, '8BITMIME': true, SIZE: true }
const without = { ...offered, CHUNKING: false }

describe('chunking', () => {
  test.each([
    [undefined, offered, 'BDAT'],
    [true, offered, 'BDAT'],
    [false, offered, 'DATA'],
    [undefined, without, 'DATA'],
    [false, without, 'DATA'],
  ])('%s with %j sends by %s', async (chunking, extensions, verb) => {
    const ways = [
      // Of the call, and of connecting, which the call takes precedence of.
      [{ chunking }, {}],
      [{}, { chunking }],
      [{ chunking }, { chunking: chunking === undefined ? undefined : !chunking }],
    ]
    for (const [options, session] of ways) {
      const { client, server } = await recorded({ extensions }, session as SessionOptions)
      expect(await client.deliver(delivery(0), options)).toMatchObject({ ok: true })
      const { told } = await collected(client.deliverAll(deliveries(2), options))
      expect(shortened(told)).toEqual(['r0@foo.example accepted', 'r1@foo.example accepted'])
      expect(server.messages.map(({ by }) => by)).toEqual([verb, verb, verb])
    }
  })

  test('true is an error where CHUNKING is not offered, before anything is sent', async () => {
    const { client, writes } = await recorded({ extensions: without }, { chunking: true })
    expect(await errorOf(client.deliver(delivery(0)))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'CHUNKING' })
    const { told } = await collected(client.deliverAll(deliveries(1)))
    expect(told).toMatchObject([{ ok: false, error: { extension: 'CHUNKING' }, recipients: [{ status: 'notSent' }] }])
    expect(writes).toEqual([])
    expect(await client.deliver(delivery(0), { chunking: false })).toMatchObject({ ok: true })
  })

  test('true is DATA, and told, where CHUNKING is to be used if offered', async () => {
    const { client, server } = await recorded({ extensions: without })
    const report = await client.deliver(delivery(0, { ifOffered: ['CHUNKING'] }), { chunking: true })
    expect(report).toMatchObject({ ok: true, dropped: ['CHUNKING'] })
    expect(server.messages[0]?.by).toBe('DATA')
  })

  test('is nothing to sendMail and sendMessage, which send by DATA', async () => {
    const { client, server } = await recorded({ extensions: offered }, { chunking: true, pipelining: 'eager' })
    expect(await client.sendMail('a@bar.example', 'b@foo.example', 'hi')).toEqual([])
    expect(await client.sendMessage('From: a@bar.example\nTo: b@foo.example\n\nhi')).toEqual([])
    expect(verbs(server).filter((verb) => verb === 'BDAT' || verb === 'DATA')).toEqual(['DATA', 'DATA'])
  })

  test('may be false for nothing that goes by BDAT alone', async () => {
    const extensions = { ...offered, BINARYMIME: true }
    const { client, writes } = await recorded({ extensions })
    const refused = client.deliver(delivery(0, { body: 'BINARYMIME' }), { chunking: false })
    expect(await errorOf(refused)).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'chunking' })
    expect(writes).toEqual([])
  })
})

describe('the same octets', () => {
  const messages: readonly (string | Uint8Array)[] = [
    '',
    '.',
    'hi',
    'a\nb\rc\r\nd\n\re',
    '.\n..\r\n.x\r\n.',
    `${'x'.repeat(70_000)}\r`,
    Buffer.concat([Buffer.from('x\n\n'), new Uint8Array(100_000).map((_, i) => (i * 7) % 256 || 1)]),
  ]

  test.each(messages.map((message, i) => [i, message] as const))(
    'arrive by DATA and by BDAT, from memory, a stream, and parts (%i)',
    async (_, message) => {
      const bytes = Buffer.from(message)
      const arrived = new Set<string>()
      for (const chunking of [true, false]) {
        for (const pipelining of ['auto', 'eager'] as const) {
          const kinds = [
            () => message,
            () => new Blob([bytes]).stream(),
            () => [bytes.subarray(0, 3), bytes.subarray(3, 4), bytes.subarray(4)],
            async function* () {
              for (let i = 0; i < bytes.length; i += 999) yield bytes.subarray(i, i + 999)
            },
          ]
          for (const kind of kinds) {
            const { client, server } = await recorded(
              { extensions: { ...offered, SIZE: false } },
              { chunking, pipelining },
            )
            const made = kind()
            const report = await client.deliver(
              delivery(0, { message: typeof made === 'function' ? (made as never) : made }),
            )
            expect(report).toMatchObject({ ok: true })
            for (const content of contents(server)) arrived.add(content)
            const codes = server.violations.map(({ code }) => code)
            expect(codes.filter((code) => code !== 'TEXT_LINE_TOO_LONG')).toEqual([])
          }
        }
      }
      expect(arrived.size).toBe(1)
    },
  )
})

describe('pipelining', () => {
  test.each([
    [{ pipelining: 'eager' }, {}],
    [{}, { pipelining: 'eager' }],
    [{ pipelining: 'eager' }, { pipelining: 'transaction' }],
  ] as const)('%j of a call and %j of connecting send eagerly', async (options, session) => {
    const { client, writes } = await recorded({ extensions: offered }, session)
    expect(await client.deliver(delivery(0), options)).toMatchObject({ ok: true })
    expect(writes).toHaveLength(1)
  })

  test.each<[string, Extensions, object]>([
    ['PIPELINING', { PIPELINING: false }, {}],
    ['CHUNKING', { CHUNKING: false }, {}],
    ['BDAT', {}, { chunking: false }],
  ])('eager is as auto without %s', async (_, extensions, options) => {
    const { client, writes, server } = await recorded({ extensions: { ...offered, ...extensions } })
    const given = { ...options, pipelining: 'eager' } as const
    expect(await client.deliver(delivery(0), given)).toMatchObject({ ok: true })
    expect(writes.length).toBeGreaterThan(1)
    expect((await collected(client.deliverAll(deliveries(5), given))).told.every(({ ok }) => ok)).toBe(true)
    expect(server.violations).toEqual([])
  })

  test('eager is as auto for a stream, and over LMTP', async () => {
    const { client, writes } = await recorded({ extensions: offered }, { pipelining: 'eager' })
    const message = new Blob(['hi']).stream()
    expect(await client.deliver(delivery(0, { message }))).toMatchObject({ ok: true })
    expect(writes).toHaveLength(2)
    const lmtp = await recorded({ extensions: offered, protocol: 'lmtp' }, { pipelining: 'eager' })
    expect(await lmtp.client.deliver(delivery(0))).toMatchObject({ ok: true })
    expect(lmtp.writes).toHaveLength(2)
  })

  test('eager with nobody accepted tells of the recipients, and the session is usable', async () => {
    const { client, server } = await recorded({
      extensions: offered,
      policy: policies.refuseRecipient('r0@foo.example'),
    })
    const options = { pipelining: 'eager' } as const
    const report = await client.deliver(delivery(0), options)
    expect(report).toMatchObject({ recipients: [{ status: 'rejected', decidedBy: 'RCPT' }] })
    expect(await client.deliver(delivery(1), options)).toMatchObject({ ok: true })
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(server.violations).toEqual([])
  })

  test.each([
    [{ pipelining: 'fast' }, 'pipelining'],
    [{ pipelining: true }, 'pipelining'],
    [{ chunking: 'BDAT' }, 'chunking'],
    [{ window: {} }, 'window'],
    [null, 'options'],
  ])('%j for options of deliver is refused by name', async (options, field) => {
    const { client, writes } = await recorded()
    const error = await errorOf(client.deliver(delivery(0), options as never))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(writes).toEqual([])
  })

  test.each([
    [{ pipelining: 'fast' }, 'pipelining'],
    [{ chunking: null }, 'chunking'],
    [{ window: {} }, 'window'],
  ])('%j for options of connecting is refused by name', async (options, field) => {
    const transport = memoryTransport(new ServerConnection())
    const error = await errorOf(SmtpClient.over(transport, { ...inClear, ...options } as never))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })
})
