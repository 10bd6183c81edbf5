import type { Message, SendMessageOptions } from '@sansmtp/core/client'
import { type Chunks, everySplit, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { anyEnding, properMessage } from '../message/header-texts.ts'
import { latin1, normalised, octets } from '../wire/normalised.ts'
import { answering, errorOf, scripted, smtp } from './connected.ts'

const header = 'From: Ann <a@bar.example>\nTo: b@foo.example\n'

async function* stream(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** What the server is sent of a message: the paths, and the content without its stuffed dots. */
async function sent(message: Message, options: SendMessageOptions = {}) {
  const { client, server, said } = await smtp({ keywords: ['8BITMIME'] })
  expect(await client.sendMessage(message, options)).toEqual([])
  const paths = said().flatMap((line) => /^(?:MAIL|RCPT).*?<(.*?)>/.exec(line)?.slice(1) ?? [])
  return { paths, content: server.contents[0]?.replace(/^\./gm, '') ?? '' }
}

describe('the envelope is', () => {
  test.each([
    ['From', header, ['a@bar.example', 'b@foo.example']],
    ['Sender rather than From', `Sender: s@bar.example\n${header}`, ['s@bar.example', 'b@foo.example']],
    [
      'the first of several in From',
      'From: x@bar.example, y@bar.example\nTo: b@foo.example\n',
      ['x@bar.example', 'b@foo.example'],
    ],
    [
      'every To, Bcc and Cc, and the members of groups',
      `${header}Cc: c@foo.example\nTo: "D, D." <d@foo.example>\nBcc: g: e@foo.example, f@foo.example;\n`,
      ['a@bar.example', 'b@foo.example', 'd@foo.example', 'e@foo.example', 'f@foo.example', 'c@foo.example'],
    ],
    ['who is named twice, twice', `${header}Cc: b@foo.example\n`, ['a@bar.example', 'b@foo.example', 'b@foo.example']],
    [
      'folded fields',
      'From:\n a@bar.example\nTo: b@foo.example,\n\tc@foo.example\n',
      ['a@bar.example', 'b@foo.example', 'c@foo.example'],
    ],
    [
      'the Resent fields of a message that is resent',
      `Resent-Date: x\nResent-From: r@bar.example\nResent-To: s@foo.example\nResent-Bcc: t@foo.example\n${header}`,
      ['r@bar.example', 's@foo.example', 't@foo.example'],
    ],
    [
      'not the Resent fields without their date',
      `Resent-From: r@bar.example\n${header}`,
      ['a@bar.example', 'b@foo.example'],
    ],
  ])('%s', async (_, fields, paths) => {
    expect((await sent(`${fields}\nhi\n`)).paths).toEqual(paths)
    expect((await sent(stream([octets(fields), octets('\nhi\n')]))).paths).toEqual(paths)
  })

  test.each<[SendMessageOptions, readonly string[]]>([
    [{ from: 'x@bar.example' }, ['x@bar.example', 'b@foo.example', 'c@foo.example']],
    [{ from: '' }, ['', 'b@foo.example', 'c@foo.example']],
    [{ to: 'Foo <x@foo.example>' }, ['a@bar.example', 'x@foo.example']],
    [{ from: '<x@bar.example>', to: ['John', 'y@foo.example'] }, ['x@bar.example', 'John', 'y@foo.example']],
  ])('what is given, as %j, in place of the header', async (options, paths) => {
    expect((await sent(`${header}Bcc: c@foo.example\n\nhi\n`, options)).paths).toEqual(paths)
  })

  test('all given of a message that has none', async () => {
    expect(await sent('\nhi\n', { from: '', to: ['b@foo.example'] })).toEqual({
      paths: ['', 'b@foo.example'],
      content: '\r\nhi\r\n',
    })
  })
})

describe('Bcc', () => {
  const message =
    'Bcc: x@foo.example\r\nFrom: a@bar.example\r\nBCC: y@foo.example,\r\n\tz@foo.example\r\nSubject: Bcc: in it\r\nResent-bcc : w@foo.example\r\n\r\nBcc: in the body\r\n.dot\r\n'
  const content = 'From: a@bar.example\r\nSubject: Bcc: in it\r\n\r\nBcc: in the body\r\n.dot\r\n'
  const paths = ['a@bar.example', 'x@foo.example', 'y@foo.example', 'z@foo.example']

  test.each<[string, () => Message]>([
    ['a string', () => message],
    ['bytes', () => octets(message)],
    ['a ReadableStream', () => new Blob([message]).stream()],
    ['an AsyncIterable', () => stream([octets(message)])],
    ['single octets', () => stream([...octets(message)].map((octet) => Uint8Array.of(octet)))],
  ])('gets the message, as %s, and is not in it', async (_, made) => {
    expect(await sent(made())).toEqual({ paths, content })
  })

  test('is not in it wherever a stream is split', async () => {
    for (const chunks of everySplit(octets(message))) {
      expect(await sent(stream(chunks))).toEqual({ paths, content })
    }
  })

  test('is not in it where others are named in its place', async () => {
    expect(await sent(message, { to: 'q@foo.example' })).toEqual({ paths: ['a@bar.example', 'q@foo.example'], content })
  })

  test('does not count in the size', async () => {
    const { client, said } = await smtp()
    await client.sendMessage(message)
    expect(said()[0]).toBe(`MAIL FROM:<a@bar.example> SIZE=${content.length}`)
  })
})

/** The message as it is sent, made the plain way: line by line. */
function withoutBcc(message: Uint8Array): string {
  const lines = latin1(normalised(message)).split('\r\n')
  const end = lines.includes('') ? lines.indexOf('') : lines.length
  let removed = false
  const kept = lines.slice(0, end).filter((line) => {
    removed = /^[ \t]/.test(line) ? removed : /^(?:resent-)?bcc[ \t]*:/i.test(line)
    return !removed
  })
  return [...kept, ...lines.slice(end)].join('\r\n')
}

test('everything else is transmitted octet for octet, whatever the message and its pieces, and none is changed', async () => {
  await fc.assert(
    fc.asyncProperty(properMessage(anyEnding), async ({ bytes, chunks }) => {
      const options = { from: '', to: 'b@foo.example' }
      const before = bytes.slice()
      const pieces = chunks.map((chunk) => chunk.slice())
      const expected = withoutBcc(bytes)
      const text = new TextDecoder().decode(bytes)
      expect((await sent(bytes, options)).content).toBe(expected)
      expect((await sent(stream(pieces), options)).content).toBe(expected)
      expect((await sent(text, options)).content).toBe(withoutBcc(new TextEncoder().encode(text)))
      expect([bytes, joined(pieces)]).toEqual([before, before])
    }),
  )
})

describe('a message is refused before anything is sent', () => {
  test.each([
    ['without From', 'To: b@foo.example\n\nhi', 'message'],
    ['with nobody in From', 'From: g:;\nTo: b@foo.example\n\nhi', 'message header From'],
    ['with a To that can not be read', `${header}To: <x\n\nhi`, 'message header To'],
    ['that is resent twice', `Resent-Date: x\nResent-Date: y\n${header}\nhi`, 'message'],
    ['that is resent by nobody', `Resent-Date: x\n${header}\nhi`, 'message'],
    ['with a line that is no field', `${header}hello\n\nhi`, 'message'],
    ['from a mailbox file', `From ann@bar.example Mon\n${header}\nhi`, 'message'],
  ])('%s', async (_, message, field) => {
    const { client, said } = await smtp()
    expect(await errorOf(client.sendMessage(message))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    const cancelled = vi.fn()
    async function* endless() {
      try {
        yield octets(message)
        for (;;) yield octets('more\n')
      } finally {
        cancelled()
      }
    }
    expect(await errorOf(client.sendMessage(endless()))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce())
    expect(said()).toEqual([])
    expect(await client.sendMessage(`${header}\nhi`)).toEqual([])
  })

  test('for nobody', async () => {
    const { client, said } = await smtp()
    for (const [message, options] of [
      ['From: a@bar.example\n\nhi', {}],
      [`${header}\nhi`, { to: [] }],
    ] as const) {
      expect(await errorOf(client.sendMessage(message, options))).toMatchObject({
        code: 'RECIPIENTS_REFUSED',
        recipients: [],
      })
    }
    expect(said()).toEqual([])
  })

  test('whose stream fails in its header', async () => {
    const { client, said } = await smtp()
    async function* broken() {
      yield octets('From: a@')
      throw new Error('disk on fire')
    }
    const error = await errorOf(client.sendMessage(broken()))
    expect(error).toMatchObject({ code: 'CONTENT_SOURCE_FAILED', cause: { message: 'disk on fire' } })
    expect(said()).toEqual([])
    expect(client.connected).toBe(true)
  })
})

describe('addresses beyond US-ASCII in the header', () => {
  const beyond = 'From: jürgen@bar.example\nTo: b@foo.example\n\nhi\n'

  test('ask for SMTPUTF8 and BODY=8BITMIME', async () => {
    const { client, said } = await smtp({ keywords: ['SMTPUTF8', '8BITMIME'] })
    await client.sendMessage(beyond)
    expect(said()[0]).toMatch(/ SMTPUTF8 BODY=8BITMIME$/)
  })

  test('are refused where SMTPUTF8 is missing', async () => {
    const { client, said } = await smtp()
    const refused = { code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' }
    expect(await errorOf(client.sendMessage(beyond))).toMatchObject(refused)
    expect(said()).toEqual([])
  })

  test('go as A-labels where the domain alone is', async () => {
    const { client, said } = await smtp({ keywords: ['8BITMIME'] })
    await client.sendMessage('From: a@bücher.example\nTo: b@foo.example\n\nhi\n')
    expect(said()[0]).toBe('MAIL FROM:<a@xn--bcher-kva.example> BODY=8BITMIME')
  })
})

describe('as with sendMail', () => {
  test('the refused are returned, by their address in the header', async () => {
    const { client } = await smtp({ answer: answering({ 'RCPT TO:<c': '550 5.1.1 no' }) })
    const refused = await client.sendMessage(`${header}Cc: C <c@foo.example>\n\nhi\n`)
    expect(refused).toMatchObject([{ address: 'c@foo.example', position: 1, reply: { code: 550 } }])
  })

  test('errors are thrown, and the session goes on', async () => {
    const { client, answers } = await scripted()
    answers['RCPT'] = '550 no'
    expect(await errorOf(client.sendMessage(`${header}\nhi`))).toMatchObject({
      code: 'RECIPIENTS_REFUSED',
      recipients: [{ address: 'b@foo.example', position: 0 }],
    })
    delete answers['RCPT']
    answers['DATA'] = '451 later'
    const cancel = vi.fn()
    const message = new ReadableStream({
      start: (controller) => controller.enqueue(octets(`${header}\n`)),
      cancel,
    })
    expect(await errorOf(client.sendMessage(message))).toMatchObject({ code: 'DATA', replyCode: 451 })
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    delete answers['DATA']
    expect(await client.sendMessage(`${header}\nhi`)).toEqual([])
  })

  test('options go to MAIL and RCPT', async () => {
    const { client, said } = await smtp({ keywords: ['DSN'] })
    await client.sendMessage(`${header}\nhi`, { mailOptions: ['ret=HDRS'], rcptOptions: { NOTIFY: 'NEVER' } })
    expect(said()).toEqual(['MAIL FROM:<a@bar.example> RET=HDRS', 'RCPT TO:<b@foo.example> NOTIFY=NEVER', 'DATA'])
  })

  test('a stream that turns out 8-bit where that is not offered ends the session', async () => {
    const { client, server } = await smtp({ keywords: [] })
    const error = await errorOf(client.sendMessage(stream([octets(`${header}\nplain`), octets('\xe4')])))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: '8BITMIME', delivery: 'notSent' })
    expect(server.contents).toEqual([])
  })
})
