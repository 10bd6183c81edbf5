import type { EsmtpOptions, SendMailOptions } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import type { MemoryServerOptions } from '../support/memory-server.ts'
import { answering, errorOf, lmtp, scripted, smtp } from './connected.ts'

const from = 'a@bar.example'
const to = 'b@foo.example'
const everything = ['PIPELINING', 'SIZE 1000', '8BITMIME', 'SMTPUTF8', 'DSN']

describe('the envelope', () => {
  test.each([
    [from, to],
    ['Ann <a@bar.example>', '"Bob, B." <b@foo.example>'],
    ['<a@bar.example>', '<b@foo.example>'],
  ])('from %j to %j goes out bare', async (from, to) => {
    const { client, said } = await smtp()
    expect(await client.sendMail(from, to, 'hi')).toEqual([])
    expect(said()).toEqual(['MAIL FROM:<a@bar.example> SIZE=4', 'RCPT TO:<b@foo.example>', 'DATA'])
  })

  test.each(['', '<>'])('may be from nobody, as %j', async (from) => {
    const { client, said } = await smtp({ keywords: [] })
    await client.sendMail(from, ['John', 'Postmaster'], 'hi')
    expect(said()).toEqual(['MAIL FROM:<>', 'RCPT TO:<John>', 'RCPT TO:<Postmaster>', 'DATA'])
  })

  test('is one flight with PIPELINING, and goes one by one without', async () => {
    for (const [keywords, writes] of [
      [['PIPELINING'], 2],
      [[], 5],
    ] as const) {
      const { client, server } = await smtp({ keywords })
      const before = server.writes
      await client.sendMail(from, [to, to], 'hi')
      expect(server.writes - before).toBe(writes)
    }
  })

  test('may name somebody twice, who is two recipients', async () => {
    let asked = 0
    const answer = (line: string) => {
      if (line.startsWith('RCPT')) asked += 1
      return line.startsWith('RCPT') && asked === 2 ? '450 4.2.1 once is enough' : undefined
    }
    const { client, said } = await smtp({ answer })
    const refused = await client.sendMail(from, [to, to, to], 'hi')
    expect(refused).toMatchObject([{ address: to, position: 1, reply: { code: 450, enhancedCode: '4.2.1' } }])
    expect(said().filter((line) => line.startsWith('RCPT'))).toHaveLength(3)
  })

  test('needs somebody, or nothing is sent and a stream is cancelled', async () => {
    const { client, said } = await smtp()
    const cancel = vi.fn()
    const error = await errorOf(client.sendMail(from, [], new ReadableStream({ cancel })))
    expect(error).toMatchObject({ code: 'RECIPIENTS_REFUSED', recipients: [], transient: false, permanent: false })
    expect(said()).toEqual([])
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    expect(await client.sendMail(from, to, 'hi')).toEqual([])
  })

  test('names the recipient that is malformed', async () => {
    const { client } = await smtp()
    expect(await errorOf(client.sendMail(from, [to, 'a b'], 'hi'))).toMatchObject({ field: 'to[1]' })
    expect(await errorOf(client.sendMail(from, ['a b'], 'hi'))).toMatchObject({ field: 'to' })
    expect(await errorOf(client.sendMail('a b', to, 'hi'))).toMatchObject({ field: 'from' })
  })

  test('begins with RSET where a transaction was begun by hand', async () => {
    const { client, said } = await smtp({ keywords: [] })
    await client.mail('c@bar.example')
    await client.rcpt('d@foo.example')
    expect(await client.sendMail(from, to, 'hi')).toEqual([])
    expect(said().slice(2)).toEqual(['RSET', 'MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>', 'DATA'])
  })
})

describe('parameters', () => {
  test.each<[EsmtpOptions, string]>([
    [[], ' SIZE=4'],
    [['BODY=8BITMIME', 'RET=HDRS'], ' SIZE=4 BODY=8BITMIME RET=HDRS'],
    [{ RET: 'HDRS', body: '7bit' }, ' SIZE=4 RET=HDRS BODY=7bit'],
    [['size=9', 'ENVID=x'], ' SIZE=9 ENVID=x'],
    [{ SMTPUTF8: true }, ' SIZE=4 SMTPUTF8'],
  ])('of MAIL as %j are sent behind the size, in their order', async (mailOptions, written) => {
    const { client, said } = await smtp({ keywords: everything })
    await client.sendMail(from, to, 'hi', { mailOptions })
    expect(said()[0]).toBe(`MAIL FROM:<a@bar.example>${written}`)
  })

  test('that the message itself needs come last', async () => {
    const { client, said } = await smtp({ keywords: everything })
    await client.sendMail('ä@bar.example', to, 'ä', { mailOptions: ['RET=FULL'] })
    expect(Buffer.from(said()[0] ?? '', 'latin1').toString()).toBe(
      'MAIL FROM:<ä@bar.example> SIZE=4 RET=FULL SMTPUTF8 BODY=8BITMIME',
    )
  })

  test('of RCPT are sent with each', async () => {
    const { client, said } = await smtp({ keywords: everything })
    await client.sendMail(from, [to, 'c@foo.example'], 'hi', { rcptOptions: ['notify=FAILURE,DELAY', 'X-OWN'] })
    expect(said().slice(1, 3)).toEqual([
      'RCPT TO:<b@foo.example> NOTIFY=FAILURE,DELAY X-OWN',
      'RCPT TO:<c@foo.example> NOTIFY=FAILURE,DELAY X-OWN',
    ])
  })

  test('are left out for a server that was greeted with HELO', async () => {
    const { client, said } = await smtp({ answer: answering({ EHLO: '500 what' }) })
    await client.sendMail(from, to, 'hi', {
      mailOptions: ['BODY=8BITMIME', 'SIZE=4', 'RET=HDRS', 'ENVID=x', 'AUTH=<>'],
      rcptOptions: { NOTIFY: 'NEVER', ORCPT: 'rfc822;x' },
    })
    expect(said()).toEqual(['MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>', 'DATA'])
  })
})

describe('what no server may be sent throws before MAIL, and the session is as it was:', () => {
  const helo = { answer: answering({ EHLO: '500 what' }) }

  test.each<[string, MemoryServerOptions, string, SendMailOptions, object]>([
    ['a message too large', { keywords: ['SIZE 3'] }, 'hi', {}, { code: 'INVALID_ARGUMENT', field: 'message' }],
    ['BODY=7BIT with 8-bit octets', {}, 'ä', { mailOptions: ['body=7bit'] }, { field: 'BODY' }],
    ['BODY=BINARYMIME', {}, 'hi', { mailOptions: { BODY: 'BINARYMIME' } }, { extension: 'BINARYMIME' }],
    ['8-bit octets', { keywords: [] }, 'ä', {}, { extension: '8BITMIME' }],
    ['8-bit octets after HELO', helo, 'ä', {}, { extension: '8BITMIME' }],
    ['SMTPUTF8', {}, 'hi', { mailOptions: ['SMTPUTF8'] }, { extension: 'SMTPUTF8' }],
    ['SMTPUTF8 after HELO', helo, 'hi', { mailOptions: ['SMTPUTF8'] }, { extension: 'SMTPUTF8' }],
    ['REQUIRETLS after HELO', helo, 'hi', { mailOptions: ['requiretls'] }, { extension: 'REQUIRETLS' }],
    ['RRVS after HELO', helo, 'hi', { rcptOptions: ['RRVS=x'] }, { extension: 'RRVS' }],
    ['an extension of MAIL', {}, 'hi', { mailOptions: ['RET=FULL'] }, { extension: 'DSN' }],
    ['an extension of RCPT', {}, 'hi', { rcptOptions: ['NOTIFY=NEVER'] }, { extension: 'DSN' }],
    ['a value of MAIL', {}, 'hi', { mailOptions: { 'X-OWN': 'a b' } }, { field: 'parameters.X-OWN' }],
    ['a value of RCPT', {}, 'hi', { rcptOptions: { 'X-OWN': 'a b' } }, { field: 'parameters.X-OWN' }],
    ['a line too long', {}, 'hi', { rcptOptions: { 'X-OWN': 'x'.repeat(5000) } }, { field: 'RCPT' }],
  ])('%s', async (_, options, message, given, error) => {
    const { client, said } = await smtp(options)
    expect(await errorOf(client.sendMail(from, to, message, given))).toMatchObject(error)
    expect(said()).toEqual([])
    expect(await client.sendMail(from, to, '')).toEqual([])
    expect(said()).toHaveLength(3)
  })

  test('and a transaction begun by hand is not ended for it', async () => {
    const { client, said } = await smtp()
    await client.mail(from)
    await errorOf(client.sendMail(from, to, 'hi', { rcptOptions: ['NOTIFY=NEVER'] }))
    expect(await client.rcpt(to)).toMatchObject({ code: 250 })
    expect(said()).toEqual(['MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>'])
  })

  test.each(['ä@foo.example', 'ü@bücher.example'])('an address like %s without SMTPUTF8', async (to) => {
    const { client, said } = await smtp()
    const expected = { code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' }
    expect(await errorOf(client.sendMail(from, to, 'hi'))).toMatchObject(expected)
    expect(await errorOf(client.sendMail(to, from, 'hi'))).toMatchObject(expected)
    expect(said()).toEqual([])
  })

  test('but a domain beyond US-ASCII goes as A-labels', async () => {
    const { client, said } = await smtp()
    await client.sendMail('a@bücher.example', 'b@BÜCHER.example', 'hi')
    expect(said().slice(0, 2)).toEqual([
      'MAIL FROM:<a@xn--bcher-kva.example> SIZE=4',
      'RCPT TO:<b@xn--bcher-kva.example>',
    ])
  })
})

describe('the message', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  async function* stream(...pieces: readonly string[]) {
    for (const piece of pieces) yield bytes(piece)
  }

  test.each([
    ['a string', () => 'a\nb\r.c\r\n\n.'],
    ['bytes', () => bytes('a\nb\r.c\r\n\n.')],
    ['a ReadableStream', () => new Blob(['a\nb\r.c\r\n\n.']).stream()],
    ['an AsyncIterable', () => stream('a\nb\r', '.', 'c\r', '\n\n', '', '.')],
  ])('as %s is made CRLF and dot-stuffed', async (_, message) => {
    const { client, server } = await smtp()
    await client.sendMail(from, to, message())
    expect(server.contents).toEqual(['a\r\nb\r\n..c\r\n\r\n..\r\n'])
  })

  test('has a size that counts CRLFs, and not stuffed dots', async () => {
    const { client, said } = await smtp()
    await client.sendMail(from, to, '.\n..\r')
    expect(said()[0]).toBe('MAIL FROM:<a@bar.example> SIZE=7')
  })

  test('as a stream has no size, and may be 8-bit where that is offered', async () => {
    const { client, said, server } = await smtp({ keywords: ['SIZE 3', '8BITMIME'] })
    await client.sendMail(from, to, stream('größer'))
    expect(said()[0]).toBe('MAIL FROM:<a@bar.example> BODY=8BITMIME')
    expect(server.contents.map((content) => Buffer.from(content, 'latin1').toString())).toEqual(['größer\r\n'])
  })

  test('as a stream that turns out 8-bit where that is not offered ends the session, and nobody gets it', async () => {
    const { client, server } = await smtp({ keywords: [] })
    const error = await errorOf(client.sendMail(from, to, stream('plain', 'ä')))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: '8BITMIME', delivery: 'notSent' })
    expect(server.contents).toEqual([])
    expect(client.connected).toBe(false)
  })

  test('as a stream that turns out 8-bit against BODY=7BIT is not sent', async () => {
    const { client, server } = await smtp()
    await client.sendMail(from, to, stream('ä'), { mailOptions: ['BODY=7BIT'] }).catch(() => {})
    expect(server.contents).toEqual([])
  })

  test('as a stream that fails ends the session, and nobody gets it', async () => {
    const { client, server } = await smtp()
    async function* broken() {
      yield bytes('half')
      throw new Error('disk on fire')
    }
    const error = await errorOf(client.sendMail(from, to, broken()))
    expect(error).toMatchObject({
      code: 'CONTENT_SOURCE_FAILED',
      delivery: 'notSent',
      cause: { message: 'disk on fire' },
    })
    expect(server.contents).toEqual([])
    expect(client.connected).toBe(false)
  })
})

describe('a stream that is not read to its end is cancelled', () => {
  test.each<[string, Record<string, string>, SendMailOptions]>([
    ['where MAIL is refused', { MAIL: '550 no', RCPT: '503 no', DATA: '503 no' }, {}],
    ['where everybody is refused', { RCPT: '550 no' }, {}],
    ['where DATA is refused', { DATA: '451 no' }, {}],
    ['where the server shuts down', { DATA: '421 bye' }, {}],
    ['where a parameter is not known', {}, { mailOptions: ['RET=FULL'] }],
    ['where it is aborted before', {}, { signal: AbortSignal.abort() }],
  ])('%s', async (_, given, options) => {
    for (const connect of [smtp, lmtp]) {
      const { client } = await connect({ answer: answering(given) })
      const cancel = vi.fn()
      await errorOf(client.sendMail(from, to, new ReadableStream({ cancel }, { highWaterMark: 0 }), options))
      await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    }
  })

  test('where nothing is connected', async () => {
    const { client } = await smtp()
    await client.quit()
    const cancel = vi.fn()
    await errorOf(client.sendMail(from, to, new ReadableStream({ cancel })))
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
  })

  test('where it is aborted under way, whatever the stream does', async () => {
    const { client, server } = await scripted()
    const cancel = vi.fn()
    const controller = new AbortController()
    const call = errorOf(client.sendMail(from, to, new ReadableStream({ cancel }), { signal: controller.signal }))
    await vi.waitFor(() => expect(server.lines).toContain('DATA'))
    controller.abort()
    expect(await call).toMatchObject({ code: 'ABORTED', delivery: 'notSent' })
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
  })
})
