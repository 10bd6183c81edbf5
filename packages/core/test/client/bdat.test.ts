import { LmtpClient, type Message, SmtpClient } from '@sansmtp/core/client'
import { type Extensions, noExtensions, policies, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { errorOf } from './connected.ts'
import { contents, recorded, settled, verbs } from './model-sessions.ts'

const offered: Extensions = { ...noExtensions, PIPELINING: true, CHUNKING: true, BINARYMIME: true, '8BITMIME': true }

/** A session in whose transaction a recipient was accepted. */
async function addressed(options: ServerConnectionOptions = {}, parameters: Record<string, string | true> = {}) {
  const session = await recorded({ extensions: offered, ...options })
  const client = session.client as SmtpClient
  await client.mail('a@bar.example', parameters)
  await client.rcpt('b@foo.example')
  session.writes.length = 0
  return { ...session, client }
}

async function* pieces(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text.padEnd(40_000, '\n'))
}

describe('bdat', () => {
  const messages: readonly [string, () => Message, string[]][] = [
    ['bytes', () => Buffer.from('.hi\n'), ['BDAT 5 LAST\r\n.hi\r\n']],
    ['text', () => '.h\ri', ['BDAT 7 LAST\r\n.h\r\ni\r\n']],
    ['nothing', () => '', ['BDAT 0 LAST\r\n']],
    ['parts', () => ['h', Buffer.from('i')], ['BDAT 4 LAST\r\nhi\r\n']],
    ['a stream', () => new Blob(['hi']).stream(), ['BDAT 4 LAST\r\nhi\r\n']],
  ]

  test.each(messages)('sends %s and returns the reply', async (_, message, said) => {
    const { client, writes } = await addressed()
    expect(await client.bdat(message())).toMatchObject({ code: 250 })
    expect(writes).toEqual(said)
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test('sends the octets as they are behind BODY=BINARYMIME', async () => {
    const octets = 'a\nb\rc\0.\r\n.x'
    for (const message of [Buffer.from(octets), new Blob([octets]).stream(), [octets]]) {
      for (const begin of [
        (client: SmtpClient) => client.mail('a@bar.example', { body: 'binarymime' }),
        (client: SmtpClient) => client.command('MAIL', 'FROM:<a@bar.example> BODY=BINARYMIME'),
      ]) {
        const { client, server } = (await recorded({ extensions: offered })) as { client: SmtpClient } & Awaited<
          ReturnType<typeof recorded>
        >
        await begin(client)
        await client.rcpt('b@foo.example')
        expect(await client.bdat(message)).toMatchObject({ code: 250 })
        expect(contents(server)).toEqual([octets])
        // Which holds for that transaction alone.
        await client.mail('a@bar.example')
        await client.rcpt('b@foo.example')
        expect(await client.bdat('a\nb')).toMatchObject({ code: 250 })
        expect(contents(server)[1]).toBe('a\r\nb\r\n')
        expect(server.violations).toEqual([])
        if (message instanceof ReadableStream) break
      }
    }
  })

  test('returns a refusal of the message as it is; RSET is sent before the next command', async () => {
    const { client, server } = await addressed({
      policy: policies.inTransaction(0, policies.refuseContent('554 5.6.0 no')),
    })
    expect(await client.bdat('hi')).toMatchObject({ code: 554, text: '5.6.0 no' })
    expect(await client.mail('a@bar.example')).toMatchObject({ code: 250 })
    expect(verbs(server).slice(-3)).toEqual(['BDAT', 'RSET', 'MAIL'])
    expect(server.violations).toEqual([])
  })

  test.each([true, false])(
    'returns the first refusal of a chunk, and none of the rest is sent (PIPELINING: %s)',
    async (PIPELINING) => {
      const policy = policies.refuseChunk(1, '452 4.3.1 full')
      const { client, server } = await addressed({ extensions: { ...offered, PIPELINING }, policy })
      expect(await client.bdat(pieces('1', '2', '3', '4'))).toMatchObject({ code: 452 })
      expect(await client.noop()).toMatchObject({ code: 250 })
      expect(verbs(server).slice(-2)).toEqual(['RSET', 'NOOP'])
      await client.mail('a@bar.example')
      await client.rcpt('b@foo.example')
      expect(await client.bdat('hi')).toMatchObject({ code: 250 })
      expect(contents(server)).toEqual(['hi\r\n'])
      expect(server.violations).toEqual([])
    },
  )

  test('returns the first refusal though others follow to what was in flight', async () => {
    let chunks = 0
    const policy = policies.answerTo('BDAT', () => {
      chunks += 1
      return chunks === 1
        ? { code: 452, unsaid: true }
        : chunks === 2
          ? { raw: '452 4.3.1 full\r\n503 5.5.1 no\r\n' }
          : undefined
    })
    const { client } = await addressed({ policy })
    expect(await client.bdat(pieces('1', '2', '3'))).toMatchObject({ code: 452 })
  })

  test('cancels a stream of which a chunk is refused', async () => {
    const { client } = await addressed({ policy: policies.refuseData('552 5.3.4 too much') })
    const returned = vi.fn()
    const endless = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: Buffer.alloc(40_000, 'x\n') }),
        return: returned,
      }),
    }
    expect(await client.bdat(endless as unknown as Message)).toMatchObject({ code: 552 })
    expect(returned).toHaveBeenCalledOnce()
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test.each([true, false])(
    'throws what a stream fails with, and the session goes on (PIPELINING: %s)',
    async (PIPELINING) => {
      for (const before of [[], ['1'], ['1', '2', '3']]) {
        const { client, server } = await addressed({ extensions: { ...offered, PIPELINING } })
        async function* failing() {
          yield* pieces(...before)
          throw new Error('mine')
        }
        const error = await errorOf(client.bdat(failing()))
        expect(error).toMatchObject({ code: 'CONTENT_SOURCE_FAILED', cause: { message: 'mine' } })
        expect(await client.mail('a@bar.example')).toMatchObject({ code: 250 })
        expect(await client.rcpt('b@foo.example')).toMatchObject({ code: 250 })
        expect(await client.bdat('hi')).toMatchObject({ code: 250 })
        expect(verbs(server).filter((verb) => verb === 'RSET')).toHaveLength(1)
        expect(contents(server)).toEqual(['hi\r\n'])
        expect(server.violations).toEqual([])
      }
    },
  )

  test('returns 421, and the session is over', async () => {
    for (const policy of [policies.shutDownAt('content'), policies.shutDownAt('BDAT')]) {
      const { client } = await addressed({ policy })
      expect(await client.bdat('hi')).toMatchObject({ code: 421 })
      expect(client.connected).toBe(false)
    }
    const { client } = await addressed({ policy: policies.shutDownAt('BDAT') })
    expect(await client.bdat(pieces('1', '2'))).toMatchObject({ code: 421 })
  })

  test.each([
    ['at BDAT', policies.dropAt('BDAT'), 'unknown'],
    ['behind a message that the server has', policies.acceptAndDrop(), 'unknown'],
  ])('throws when the connection dies %s', async (_, policy, delivery) => {
    const { client } = await addressed({ policy })
    expect(await errorOf(client.bdat('hi'))).toMatchObject({ code: 'UNEXPECTED_EOF', delivery })
    expect(client.connected).toBe(false)
  })

  test.each([
    ['outside a transaction', async () => {}],
    ['before a recipient', async (client: SmtpClient) => void (await client.mail(''))],
  ])('%s is a mistake of the caller’s, and leaves all as it is', async (_, before) => {
    const { client, server } = await recorded({ extensions: offered })
    await before(client as SmtpClient)
    const said = verbs(server).length
    const cancel = vi.fn()
    expect(await errorOf(client.bdat(new ReadableStream({ cancel })))).toMatchObject({
      code: 'LOCAL_PROTOCOL',
      command: 'BDAT',
    })
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    expect(verbs(server).length).toBe(said)
    // A transaction of the caller's own is not reset behind their back.
    if (said > 1) expect(await client.rcpt('b@foo.example')).toMatchObject({ code: 250 })
    expect(verbs(server)).not.toContain('RSET')
  })

  test('needs CHUNKING, and for URLs BURL', async () => {
    const { client, writes } = await addressed({ extensions: { ...offered, CHUNKING: false } })
    expect(await errorOf(client.bdat('hi'))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'CHUNKING' })
    expect(writes).toEqual([])
    expect(await client.data('hi')).toMatchObject({ code: 250 })
    const other = await addressed()
    const refused = other.client.bdat(['hi\n', { url: 'imap://x.example/y' }])
    expect(await errorOf(refused)).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'BURL' })
    expect(other.writes).toEqual([])
    expect(await other.client.bdat('hi')).toMatchObject({ code: 250 })
  })

  test('sends URLs for the server to fetch', async () => {
    const url = 'http://x.example/y'
    const { client, server, writes } = await addressed({
      extensions: { ...offered, BURL: ['imap'] },
      urls: { [url]: 'there\r\n' },
    })
    expect(await client.bdat(['hi\n', { url }])).toMatchObject({ code: 250 })
    expect(writes.join('')).toBe(`BDAT 4\r\nhi\r\nBURL ${url} LAST\r\n`)
    expect(contents(server)).toEqual(['hi\r\nthere\r\n'])
  })

  test('of nothing that is a message is refused', async () => {
    const { client, writes } = await addressed()
    expect(await errorOf(client.bdat(7 as never))).toMatchObject({ field: 'message' })
    expect(writes).toEqual([])
  })

  test('is refused where its octets change meanwhile, and the connection is given up', async () => {
    const { client, server, transport } = await addressed()
    const message = Buffer.alloc(200_000, 'x')
    const write = transport.write.bind(transport)
    transport.write = async (bytes) => {
      await write(bytes)
      // Each makes another octet of it on the wire.
      message.fill('\n')
    }
    expect(await errorOf(client.bdat(message))).toMatchObject({ code: 'LOCAL_PROTOCOL', delivery: 'notSent' })
    expect([client.connected, server.messages.length]).toEqual([false, 0])
  })
})

describe('PRDR', () => {
  const to = ['b@foo.example', 'full@foo.example', 'c@foo.example']
  const extensions = { ...offered, PRDR: true }

  async function asking(policy: ServerConnectionOptions['policy']) {
    const { client, server } = await recorded({ extensions, ...(policy && { policy }) })
    await client.mail('a@bar.example', { PRDR: true })
    for (const each of to) await client.rcpt(each)
    return { client: client as SmtpClient, server }
  }

  test.each(['data', 'bdat'] as const)('%s returns the reply for all behind those for each', async (call) => {
    const { client, server } = await asking(policies.refuseContentFor('full@foo.example'))
    expect(await client[call]('hi')).toMatchObject({ code: 250 })
    expect(server.recipients.map(({ delivered }) => delivered)).toEqual([true, false, true])
    const refused = await asking(policies.refuseOverall('554 5.6.0 no'))
    expect(await refused.client[call]('hi')).toMatchObject({ code: 554 })
    expect(await refused.client.noop()).toMatchObject({ code: 250 })
  })

  test('data returns the one reply of a server that gives but one', async () => {
    const { client } = await asking((moment) => (moment.type === 'prdr' ? '554 5.6.0 no' : undefined))
    expect(await client.data('hi')).toMatchObject({ code: 554 })
    expect(await client.noop()).toMatchObject({ code: 250 })
  })
})

describe('bdat in LMTP', () => {
  const to = ['b@foo.example', 'nobody@foo.example', 'full@foo.example', 'c@foo.example']
  const policy = policies.firstOf(
    policies.refuseRecipient('nobody@foo.example'),
    policies.refuseContentFor('full@foo.example'),
  )

  async function lmtpAddressed(options: ServerConnectionOptions = {}) {
    const session = await recorded({ extensions: offered, protocol: 'lmtp', policy, ...options })
    await session.client.mail('a@bar.example')
    for (const each of to) await session.client.rcpt(each)
    return { ...session, client: session.client as LmtpClient }
  }

  test.each(['hi', pieces('1', '2', '3')])('returns a reply for each recipient that was accepted', async (message) => {
    const { client, server } = await lmtpAddressed()
    expect(client).toBeInstanceOf(LmtpClient)
    expect((await client.bdat(message)).map(({ code }) => code)).toEqual([250, 552, 250])
    expect(server.messages).toHaveLength(1)
    expect(await client.mail('')).toMatchObject({ code: 250 })
    expect(server.violations).toEqual([])
  })

  test('returns the refusal of a chunk alone', async () => {
    const { client, server } = await lmtpAddressed({ policy: policies.refuseChunk(0, '452 4.3.1 full') })
    expect((await client.bdat(pieces('1', '2', '3'))).map(({ code }) => code)).toEqual([452])
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(verbs(server).slice(-2)).toEqual(['RSET', 'NOOP'])
    expect(server.violations).toEqual([])
  })

  test('returns fewer where one of them is 421', async () => {
    const shutDown = policies.refuseContentFor('full@foo.example', '421 4.3.2 later')
    const { client } = await lmtpAddressed({ policy: shutDown })
    expect((await client.bdat('hi')).map(({ code }) => code)).toEqual([250, 250, 421])
    expect(client.connected).toBe(false)
  })
})

test('a refused chunk is not reset twice where the caller does it', async () => {
  const { client, server } = await addressed({ policy: policies.refuseData() })
  await client.bdat('hi')
  expect(await client.quit()).toMatchObject({ code: 221 })
  expect(verbs(server).slice(-2)).toEqual(['BDAT', 'QUIT'])
  const other = await addressed({ policy: policies.inTransaction(0, policies.refuseData()) })
  await other.client.bdat('hi')
  expect(await other.client.deliver({ from: 'a@bar.example', to: 'b@foo.example', message: 'hi' })).toMatchObject({
    ok: true,
  })
  expect(verbs(other.server).filter((verb) => verb === 'RSET')).toHaveLength(1)
  await settled()
  expect(other.server.violations).toEqual([])
  expect(other.client).toBeInstanceOf(SmtpClient)
})
