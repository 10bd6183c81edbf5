import { AbortedError, InvalidArgumentError, NotSupportedError } from '@sansmtp/core'
import { LmtpClient, type Message, SmtpClient, type TranscriptEntry } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

const plain = { tls: 'off', clientName: 'bar.example' } as const

async function connected(options: MemoryServerOptions = {}): Promise<{ client: SmtpClient; server: MemoryServer }> {
  const server = new MemoryServer(options)
  return { client: await SmtpClient.over(server, plain), server }
}

const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi' }

test('a transaction is one flight and the content another', async () => {
  const { client, server } = await connected()
  const before = server.writes
  const report = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example'] })
  expect(report.ok).toBe(true)
  expect(server.writes - before).toBe(2)
  expect(server.lines.slice(1)).toEqual([
    'MAIL FROM:<a@bar.example> SIZE=4',
    'RCPT TO:<b@foo.example>',
    'RCPT TO:<c@foo.example>',
    'DATA',
  ])
})

describe('messages', () => {
  const text = 'Subject: a\n\n.dot ä\r\rend'
  const wire = 'Subject: a\r\n\r\n..dot Ã¤\r\n\r\nend\r\n'
  const bytes = new TextEncoder().encode(text)
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const octet of bytes) yield Uint8Array.of(octet)
  }
  const kinds: readonly [string, () => Message][] = [
    ['a string', () => text],
    ['bytes', () => bytes],
    ['a Buffer', () => Buffer.from(bytes)],
    ['an async iterable', pieces],
    ['a ReadableStream', () => new Blob([bytes]).stream()],
  ]

  test.each(kinds)('%s goes out normalised and dot-stuffed', async (_, message) => {
    const { client, server } = await connected()
    expect(await client.deliver({ ...delivery, message: message() })).toMatchObject({ ok: true })
    expect(server.contents).toEqual([wire])
  })

  test('8-bit content is announced as such, 7-bit content is not, and a stream is where it is offered', async () => {
    const { client, server } = await connected({ keywords: ['8BITMIME'] })
    await client.deliver({ ...delivery, message: '\nä' })
    await client.deliver({ ...delivery, message: '\na' })
    await client.deliver({ ...delivery, message: new Blob(['a']).stream() })
    expect(server.lines.filter((line) => line.startsWith('MAIL'))).toEqual([
      'MAIL FROM:<a@bar.example> BODY=8BITMIME',
      'MAIL FROM:<a@bar.example>',
      'MAIL FROM:<a@bar.example> BODY=8BITMIME',
    ])
  })

  test('a stream that fails ends the connection, and nothing is delivered', async () => {
    const { client, server } = await connected()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('Subject: half\r\n')
      throw new Error('disk on fire')
    }
    const report = await client.deliver({ ...delivery, message: broken() })
    expect(report.recipients).toMatchObject([{ status: 'notSent' }])
    expect(report.error).toMatchObject({
      code: 'CONTENT_SOURCE_FAILED',
      message: expect.stringContaining('disk on fire'),
    })
    expect(server.contents).toEqual([])
    expect(client.connected).toBe(false)
  })

  test('a stream of something else than bytes fails likewise', async () => {
    const { client } = await connected()
    const report = await client.deliver({
      ...delivery,
      message: new Blob(['x']).stream().pipeThrough(new TextDecoderStream()) as never,
    })
    expect(report.error).toMatchObject({ code: 'CONTENT_SOURCE_FAILED' })
  })

  test('a source is told when the rest is not wanted', async () => {
    const { client } = await connected({
      content: () => '250 ok',
      answer: (line) => (line === 'DATA' ? '451 no' : undefined),
    })
    const cancel = vi.fn()
    const message = new ReadableStream<Uint8Array>({ cancel })
    const report = await client.deliver({ ...delivery, message })
    expect(report.recipients[0]?.status).toBe('deferred')
    await vi.waitFor(() => expect(cancel).toHaveBeenCalled())
  })
})

describe('refusals', () => {
  test('a refused MAIL decides for everybody', async () => {
    const { client, server } = await connected({
      answer: (line) =>
        line.startsWith('MAIL') ? '550 5.7.1 no' : line.startsWith('RCPT') ? '503 5.5.1 no' : undefined,
    })
    const report = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example'] })
    expect(report.recipients).toMatchObject([
      { status: 'rejected', reply: { code: 550, enhancedCode: '5.7.1' } },
      { status: 'rejected', reply: { code: 550 } },
    ])
    expect(server.contents).toEqual([])
    expect(client.connected).toBe(true)
  })

  test('354 with nobody accepted is answered by a lone dot', async () => {
    const { client, server } = await connected({
      answer: (line) => (line.startsWith('RCPT') ? '550 5.1.1 no' : line === 'DATA' ? '354 go' : undefined),
    })
    const report = await client.deliver(delivery)
    expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { code: 550 } }])
    expect(server.contents).toEqual([''])
    expect(await client.deliver(delivery)).toMatchObject({ ok: false })
  })

  test('354 with nobody accepted over LMTP has no reply', async () => {
    const server = new MemoryServer({
      protocol: 'lmtp',
      answer: (line) => (line.startsWith('RCPT TO:<no') ? '550 5.1.1 no' : line === 'DATA' ? '354 go' : undefined),
    })
    const client = await LmtpClient.over(server, plain)
    expect(await client.deliver({ ...delivery, to: 'no@foo.example' })).toMatchObject({ ok: false })
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })

  test.each([true, false])(
    'a refused DATA leaves the session usable; RSET precedes the next envelope (pipelining: %s)',
    async (pipelining) => {
      let refuse = true
      const { client, server } = await connected({
        keywords: pipelining ? ['PIPELINING'] : [],
        answer: (line) => (line === 'DATA' && refuse ? '451 4.3.0 later' : undefined),
      })
      expect((await client.deliver(delivery)).recipients).toMatchObject([{ status: 'deferred', reply: { code: 451 } }])
      refuse = false
      expect(await client.deliver(delivery)).toMatchObject({ ok: true })
      expect(server.lines.map((line) => line.split(' ')[0])).toEqual([
        'EHLO',
        'MAIL',
        'RCPT',
        'DATA',
        'RSET',
        'MAIL',
        'RCPT',
        'DATA',
      ])
    },
  )

  test('a server that refuses MAIL, accepts a recipient and asks for content gets none, not even an empty message', async () => {
    let first = true
    const { client, server } = await connected({
      answer: (line) => {
        if (line === 'DATA' && first) return '451 later'
        if (line === 'RSET') return '451 no'
        if (line.startsWith('MAIL') && !first) return '503 nested'
        return undefined
      },
    })
    await client.deliver(delivery)
    first = false
    const report = await client.deliver(delivery)
    expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { code: 503 } }])
    expect(report.error).toMatchObject({ code: 'REMOTE_PROTOCOL' })
    expect(server.contents).toEqual([])
  })

  test('a refused RSET decides nothing by itself', async () => {
    const { client } = await connected({
      answer: (line) => (line === 'RSET' ? '500 what' : line === 'DATA' ? '451 later' : undefined),
    })
    await client.deliver(delivery)
    const report = await client.deliver(delivery)
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'REMOTE_PROTOCOL' } })
  })

  test('nobody gets into the old transaction of a server that refuses RSET', async () => {
    const { client, server } = await connected({
      keywords: [],
      answer: (line) => (line === 'RSET' ? '500 what' : line === 'DATA' ? '451 later' : undefined),
    })
    await client.deliver(delivery)
    const before = server.lines.length
    const report = await client.deliver({ ...delivery, to: 'eve@foo.example' })
    expect(report).toMatchObject({ recipients: [{ status: 'rejected', reply: { code: 500 } }] })
    expect(report.error).toBeUndefined()
    expect(server.lines.slice(before)).toEqual(['RSET'])
  })

  test('content refused before its end stops the message and ends the connection', async () => {
    const { client, server } = await connected()
    let pieces = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pieces += 1
        if (pieces === 3) server.say('552 5.3.4 too much')
        yield new TextEncoder().encode('line\r\n')
      }
    }
    const report = await client.deliver({ ...delivery, message: endless() })
    expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { code: 552 } }])
    expect(report.error).toBeUndefined()
    expect(client.connected).toBe(false)
    expect(server.contents).toEqual([])
  })

  test('421 in the group defers whoever is not yet decided', async () => {
    const { client } = await connected({
      answer: (line) => (line.startsWith('RCPT TO:<c@') ? '421 4.3.2 shutting down' : undefined),
    })
    const report = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example', 'd@foo.example'] })
    expect(report.recipients.map(({ status, reply }) => `${status} ${reply?.code}`)).toEqual([
      'deferred 421',
      'deferred 421',
      'deferred 421',
    ])
    expect(client.connected).toBe(false)
  })

  test('421 for LMTP content leaves the recipients behind it unknown', async () => {
    const server = new MemoryServer({
      protocol: 'lmtp',
      content: (recipient) => (recipient.startsWith('c@') ? '421 4.3.2 shutting down' : '250 ok'),
    })
    const client = await LmtpClient.over(server, plain)
    const report = await client.deliver({ ...delivery, to: ['b@foo.example', 'c@foo.example', 'd@foo.example'] })
    expect(report.recipients.map(({ status }) => status)).toEqual(['accepted', 'deferred', 'unknown'])
  })
})

describe('bad input is refused before a byte is sent', () => {
  const cases: readonly [string, object, string][] = [
    ['CR LF in from', { from: 'a@bar.example>\r\nRCPT TO:<x@y.example' }, 'from'],
    ['NUL in from', { from: 'a\0@bar.example' }, 'from'],
    ['a parameter in a recipient', { to: ['b@foo.example', 'c@foo.example> NOTIFY=NEVER'] }, 'to[1]'],
    ['no recipient', { to: [] }, 'to'],
    ['a recipient without domain', { to: 'nobody' }, 'to'],
    ['an unknown field', { cc: 'x@y.example' }, 'cc'],
    ['an unknown field of a recipient', { to: [{ address: 'b@foo.example', nofity: [] }] }, 'to'],
    ['a message of no kind', { message: 42 }, 'message'],
    ['no message', { message: undefined }, 'message'],
    ['from that is no text', { from: null }, 'from'],
  ]

  test.each(cases)('%s', async (_, wrong, field) => {
    const { client, server } = await connected()
    const before = server.writes
    const refused = client.deliver({ ...delivery, ...wrong } as never)
    await expect(refused).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(refused).rejects.toMatchObject({ field: expect.stringContaining(field) })
    expect(server.writes).toBe(before)
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })

  test('a message larger than the server takes', async () => {
    const { client, server } = await connected({ keywords: ['SIZE 10'] })
    await expect(client.deliver({ ...delivery, message: '0123456789' })).rejects.toMatchObject({ field: 'message' })
    expect(server.lines).toEqual(['EHLO bar.example'])
    expect(await client.deliver({ ...delivery, message: '01234567' })).toMatchObject({ ok: true })
  })

  test('8-bit content to a server without 8BITMIME', async () => {
    const { client, server } = await connected({ keywords: [] })
    await expect(client.deliver({ ...delivery, message: '\nä' })).rejects.toMatchObject({ extension: '8BITMIME' })
    expect(server.lines).toEqual(['EHLO bar.example'])
  })

  test('8-bit content that shows only while a stream is read, to a server without 8BITMIME', async () => {
    const { client, server } = await connected({ keywords: [] })
    expect(await client.deliver({ ...delivery, message: new Blob(['plain']).stream() })).toMatchObject({ ok: true })
    const report = await client.deliver({ ...delivery, message: new Blob(['x'.repeat(100), 'ä']).stream() })
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { extension: '8BITMIME' } })
    expect(server.contents).toEqual(['plain\r\n'])
  })

  test('an address beyond US-ASCII to a server without SMTPUTF8', async () => {
    const { client } = await connected()
    await expect(client.deliver({ ...delivery, to: 'jürgen@foo.example' })).rejects.toBeInstanceOf(NotSupportedError)
  })

  test('an address beyond US-ASCII to a server with SMTPUTF8 goes with the parameter', async () => {
    const { client, server } = await connected({ keywords: ['SMTPUTF8', '8BITMIME'] })
    expect(await client.deliver({ ...delivery, to: 'jürgen@foo.example' })).toMatchObject({ ok: true })
    expect(server.lines).toContain('MAIL FROM:<a@bar.example> SMTPUTF8 BODY=8BITMIME')
  })
})

describe('calls', () => {
  test('queue, and none disturbs another', async () => {
    const { client, server } = await connected()
    const reports = await Promise.all([1, 2, 3].map((n) => client.deliver({ ...delivery, message: `${n}` })))
    expect(reports.every(({ ok }) => ok)).toBe(true)
    expect(server.contents).toEqual(['1\r\n', '2\r\n', '3\r\n'])
  })

  test('a reply that nothing asked for, between two calls, ends the session before it can shift another', async () => {
    const { client, server } = await connected()
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
    server.say('250 2.0.0 once more')
    await vi.waitFor(() => expect(client.connected).toBe(false))
    expect(await client.deliver(delivery)).toMatchObject({ error: { cause: { violation: 'UNSOLICITED_REPLY' } } })
  })

  test('that wait their turn are aborted at once, and those before them go on', async () => {
    const { client, server } = await connected()
    let give = (_: Uint8Array): void => {}
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield await new Promise<Uint8Array>((resolve) => (give = resolve))
    }
    const controller = new AbortController()
    const first = client.deliver({ ...delivery, message: slow() })
    const second = client.deliver(delivery, { signal: controller.signal })
    const third = client.deliver(delivery)
    controller.abort()
    await expect(second).rejects.toBeInstanceOf(AbortedError)
    await vi.waitFor(() => expect(server.lines).toContain('DATA'))
    give(new TextEncoder().encode('first'))
    expect([await first, await third].map(({ ok }) => ok)).toEqual([true, true])
    expect(server.contents).toEqual(['first\r\n', 'hi\r\n'])
  })

  test.each([{ signal: 'nope' }, { singal: undefined }, null])('with %j for options are refused', async (options) => {
    const { client } = await connected()
    await expect(client.deliver(delivery, options as never)).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(client.quit(options as never)).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  test('after the end report that nothing was sent', async () => {
    const { client } = await connected()
    await client.quit()
    expect(client.connected).toBe(false)
    expect(await client.deliver(delivery)).toMatchObject({
      ok: false,
      recipients: [{ address: 'b@foo.example', status: 'notSent' }],
      error: { code: 'NOT_CONNECTED' },
    })
    await expect(client.quit()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test('a server that hangs up while nothing is under way is noticed', async () => {
    const { client, server } = await connected()
    server.end()
    await vi.waitFor(() => expect(client.connected).toBe(false))
    const report = await client.deliver(delivery)
    expect(report).toMatchObject({
      recipients: [{ status: 'notSent' }],
      error: { code: 'NOT_CONNECTED', cause: { code: 'UNEXPECTED_EOF' } },
    })
  })

  test('an abort before the call sends nothing', async () => {
    const { client, server } = await connected()
    await expect(client.deliver(delivery, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError)
    expect(server.lines).toEqual(['EHLO bar.example'])
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })

  test('quit with an aborted signal leaves the session open', async () => {
    const { client, server } = await connected()
    await expect(client.quit({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError)
    expect(server.lines).toEqual(['EHLO bar.example'])
    await client.quit()
  })

  test('an abort while the reply to the content is out leaves it unknown', async () => {
    const controller = new AbortController()
    const server = new MemoryServer({
      content: () => {
        controller.abort(new Error('enough'))
        return '250 ok'
      },
      readLength: 1,
    })
    const client = await SmtpClient.over(server, plain)
    const report = await client.deliver(delivery, { signal: controller.signal })
    expect(report).toMatchObject({
      recipients: [{ status: 'unknown' }],
      error: { code: 'ABORTED', cause: { message: 'enough' } },
    })
    expect(server.closed).toBe(true)
  })

  test('close ends what is under way', async () => {
    const { client, server } = await connected({ answer: (line) => (line === 'DATA' ? null : undefined) })
    const report = client.deliver(delivery)
    await vi.waitFor(() => expect(server.lines).toContain('DATA'))
    await client.close()
    expect(await report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'ABORTED' } })
  })

  test('close while nothing is under way ends the session too', async () => {
    const { client, server } = await connected()
    await client.close()
    expect(client.connected).toBe(false)
    expect(server.closed).toBe(true)
    expect(await client.deliver(delivery)).toMatchObject({ error: { code: 'NOT_CONNECTED' } })
    await client.close()
  })

  test('await using quits', async () => {
    const server = new MemoryServer()
    {
      await using client = await SmtpClient.over(server, plain)
      expect(client.connected).toBe(true)
    }
    expect(server.lines.at(-1)).toBe('QUIT')
    expect(server.closed).toBe(true)
  })

  test('a server that hangs up at QUIT is no error', async () => {
    const { client, server } = await connected({ answer: (line) => (line === 'QUIT' ? '421 bye' : undefined) })
    await client.quit()
    expect(server.closed).toBe(true)
  })
})

describe('timeouts', () => {
  test('run in the phase that waits, and the report is true', async () => {
    const server = new MemoryServer({ answer: (line) => (line === 'DATA' ? null : undefined) })
    const client = await SmtpClient.over(server, { ...plain, timeouts: { data: 20 } })
    const report = await client.deliver(delivery)
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'TIMEOUT', phase: 'data' } })
  })

  test('do not run while the message’s own source is slow', async () => {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, { ...plain, timeouts: { content: 20 } })
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('a')
      await new Promise((resolve) => setTimeout(resolve, 60))
      yield new TextEncoder().encode('b')
    }
    expect(await client.deliver({ ...delivery, message: slow() })).toMatchObject({ ok: true })
  })

  test('run while the peer does not take content', async () => {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, { ...plain, timeouts: { content: 20 } })
    const write = server.write.bind(server)
    server.write = (bytes) => (bytes.length > 1000 ? new Promise(() => {}) : write(bytes))
    const report = await client.deliver({ ...delivery, message: 'x'.repeat(200_000) })
    expect(report).toMatchObject({ error: { code: 'TIMEOUT', phase: 'content' } })
  })
})

describe('the transcript', () => {
  test('shows the dialogue line by line, content by its length and no credentials', async () => {
    const transcript: TranscriptEntry[] = []
    const server = new MemoryServer({ keywords: ['AUTH PLAIN', 'PIPELINING'] })
    const client = await SmtpClient.over(server, {
      ...plain,
      auth: { user: 'ann', pass: 'secret' },
      allowInsecureAuth: true,
      onTranscript: (entry) => transcript.push(entry),
    })
    await client.deliver(delivery)
    await client.quit()
    expect(transcript.map(({ type, text }) => `${type}: ${text.split('\n')[0]}`)).toEqual([
      'received: 220 memory.example ready',
      'sent: EHLO bar.example',
      'received: 250-memory.example',
      'sent: AUTH PLAIN [credentials]',
      'received: 235 2.7.0 welcome',
      'sent: MAIL FROM:<a@bar.example>',
      'sent: RCPT TO:<b@foo.example>',
      'sent: DATA',
      'received: 250 2.0.0 ok',
      'received: 250 2.0.0 ok',
      'received: 354 go',
      'content: 7 octets of content',
      'received: 250 2.0.0 stored',
      'sent: QUIT',
      'received: 221 bye',
      'note: closed',
    ])
  })

  test('tells of TLS, and of the server’s own parting', async () => {
    const texts: string[] = []
    const server = new MemoryServer({
      keywords: ['STARTTLS'],
      answer: (line) => (line === 'QUIT' ? '421 bye' : undefined),
    })
    const client = await SmtpClient.over(server, {
      clientName: 'bar.example',
      tlsOptions: { serverName: 'x.example' },
      onTranscript: ({ text }) => texts.push(text),
    })
    await client.quit()
    expect(texts).toContain('starting TLS')
    expect(texts.slice(-3)).toEqual(['421 bye', 'the server is closing the connection', 'closed'])
  })

  test('a callback that throws costs nothing of the truth', async () => {
    const server = new MemoryServer()
    const onTranscript = () => {
      throw new Error('mine')
    }
    const client = await SmtpClient.over(server, { ...plain, onTranscript })
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })
})
