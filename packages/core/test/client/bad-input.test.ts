import { SmtpError } from '@sansmtp/core'
import type { SmtpClient } from '@sansmtp/core/client'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { errorOf, lmtp, smtp } from './connected.ts'

const message = 'From: a@bar.example\nTo: b@foo.example\n\nhi\n'
const address = fc.constantFrom('', 'b@foo.example', '<b@foo.example>', 'Foo <b@foo.example>', 'John')
const word = fc.constantFrom('', 'x', 'bob', 'two words', 'MAIL')
const name = fc.constantFrom('bar.example', '[127.0.0.1]', '')
const verb = fc.constantFrom('NOOP', 'ETRN', 'VRFY', 'X', 'EHLO')

/** Every place for a text that ends up in a command line, and what stands there otherwise. */
const places: readonly [string, fc.Arbitrary<string>, (client: SmtpClient, text: string) => Promise<unknown>][] = [
  ['ehlo', name, (client, text) => client.ehlo(text)],
  ['helo', name, (client, text) => client.helo(text)],
  ['mail', address, (client, text) => client.mail(text)],
  ['a keyword of mail', word, (client, text) => client.mail('', { [text]: true })],
  ['a value of mail', word, (client, text) => client.mail('', { 'X-OWN': text })],
  ['a parameter of mail', word, (client, text) => client.mail('', [text])],
  ['vrfy', fc.oneof(word, address), (client, text) => client.vrfy(text)],
  ['verify', fc.oneof(word, address), (client, text) => client.verify(text)],
  ['expn', fc.oneof(word, address), (client, text) => client.expn(text)],
  ['help', word, (client, text) => client.help(text)],
  ['a verb', verb, (client, text) => client.command(text, 'x')],
  ['the argument of a verb', word, (client, text) => client.command('VRFY', text)],
  ['the argument of another verb', word, (client, text) => client.command('XYZZY', text)],
  [
    'the attributes of a verb',
    fc.constantFrom('NAME=a', 'ADDR=b HELO=c'),
    (client, text) => client.command('XCLIENT', text),
  ],
  ['the name of an attribute', fc.constantFrom('NAME', 'X'), (client, text) => client.xforward({ [text]: 'a' })],
  ['a host name', name, (client, text) => client.xclient({ NAME: text })],
  ['an attribute', word, (client, text) => client.xclient({ LOGIN: text })],
  [
    'the address of another client',
    fc.constantFrom('192.0.2.7', '::1'),
    (client, text) => client.xclient({ ADDR: text }),
  ],
  ['etrn', fc.constantFrom('example.org', '@example.org', '#uucp'), (client, text) => client.etrn(text)],
  ['the argument of a verb that has none', word, (client, text) => client.command('RSET', text)],
  ['the argument of a greeting', name, (client, text) => client.command('EHLO', text)],
  ['auth', fc.constantFrom('PLAIN', 'LOGIN'), (client, text) => client.auth(text, { user: 'ann', pass: 'secret' })],
  ['the sender of sendMail', address, (client, text) => client.sendMail(text, 'b@foo.example', 'hi')],
  ['the recipient of sendMail', address, (client, text) => client.sendMail('', text, 'hi')],
  ['a recipient of sendMail', address, (client, text) => client.sendMail('', ['b@foo.example', text], 'hi')],
  [
    'a mail option of sendMail',
    word,
    (client, text) => client.sendMail('', 'b@foo.example', 'hi', { mailOptions: { 'X-OWN': text } }),
  ],
  [
    'a recipient option of sendMail',
    word,
    (client, text) => client.sendMail('', 'b@foo.example', 'hi', { rcptOptions: [`X-OWN=${text}`] }),
  ],
  ['the sender of sendMessage', address, (client, text) => client.sendMessage(message, { from: text })],
  ['a recipient of sendMessage', address, (client, text) => client.sendMessage(message, { to: [text] })],
  [
    'the sender of deliver',
    address,
    (client, text) => client.deliver({ from: text, to: 'b@foo.example', message: 'hi' }),
  ],
  ['a recipient of deliver', address, (client, text) => client.deliver({ from: '', to: [text], message: 'hi' })],
]

/** Whether it is refused before a byte is sent, by an error of one line, and the session goes on. */
async function expectRefused(
  { client, said }: Awaited<ReturnType<typeof smtp>>,
  call: (client: SmtpClient) => Promise<unknown>,
): Promise<void> {
  const error = await errorOf(call(client))
  expect(error.code).toBe('INVALID_ARGUMENT')
  expect(error.message).not.toMatch(/\p{Cc}/u)
  expect(said()).toEqual([])
  expect(client.connected).toBe(true)
}

describe('a text with CR, LF, NUL or another control, at any place of it, is refused before a byte is sent', () => {
  test.each(places)('in %s', async (_, texts, call) => {
    const connected = await smtp({ keywords: ['AUTH PLAIN LOGIN'] }, { allowInsecureAuth: true })
    await fc.assert(
      fc.asyncProperty(arbitraries.injected(texts), async (text) => {
        await expectRefused(connected, (client) => call(client, text))
      }),
    )
    expect(await connected.client.noop()).toMatchObject({ code: 250 })
  })

  test.each<[string, fc.Arbitrary<string>, (client: SmtpClient, text: string) => Promise<unknown>]>([
    ['rcpt', address, (client, text) => client.rcpt(text)],
    ['a value of rcpt', word, (client, text) => client.rcpt('b@foo.example', { 'X-OWN': text })],
    ['a parameter of rcpt', word, (client, text) => client.rcpt('b@foo.example', [text])],
  ])('in %s', async (_, texts, call) => {
    const connected = await smtp()
    await connected.client.mail('')
    connected.said()
    await fc.assert(
      fc.asyncProperty(arbitraries.injected(texts), async (text) => {
        await expectRefused(connected, (client) => call(client, text))
      }),
    )
    expect(await connected.client.rcpt('b@foo.example')).toMatchObject({ code: 250 })
  })

  test('is shown escaped', async () => {
    const { client } = await smtp()
    expect((await errorOf(client.vrfy('bob\r\nRSET\0'))).message).toContain("'bob\\r\\nRSET\\0'")
    expect((await errorOf(client.mail('a@b\r\n'))).message).toContain("'a@b\\r\\n'")
  })
})

describe('credentials', () => {
  test.each([
    ['', 'secret', {}, 'auth.user'],
    ['ann\0', 'secret', {}, 'auth.user'],
    ['ann', 'sec\0ret', {}, 'auth.pass'],
    ['ann', 'secret', { authzid: '\0boss' }, 'auth.authzid'],
    ['ann', 'secret', { authzid: 7 }, 'authzid'],
    ['ann', 'secret', { initialResponse: 'no' }, 'initialResponse'],
    ['ann', 'secret', { allowInsecureAuth: 'yes' }, 'allowInsecureAuth'],
    ['ann', 'secret', { initialRespnse: true }, 'initialRespnse'],
    ['ann', 'secret', { user: 'bob' }, 'user'],
  ])('%j with %j and %j can not be carried, and no error shows them', async (user, pass, options, field) => {
    const { client, said } = await smtp({ keywords: ['AUTH PLAIN LOGIN'] }, { allowInsecureAuth: true })
    const error = await errorOf(client.login(user, pass, options as never))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(error.message).not.toMatch(/ret|boss/)
    expect(said()).toEqual([])
  })

  test('with line breaks are no danger, for they go in base64', async () => {
    const { client, said } = await smtp({ keywords: ['AUTH PLAIN'] }, { allowInsecureAuth: true })
    await client.login('ann\r\n', 'sec\nret')
    expect(said()).toEqual([`AUTH PLAIN ${Buffer.from('\0ann\r\n\0sec\nret').toString('base64')}`])
  })
})

describe('options', () => {
  test.each([
    [(client: SmtpClient) => client.startTls({ servername: 'x' } as never), 'servername'],
    [(client: SmtpClient) => client.startTls({ ca: 7 } as never), 'ca'],
    [(client: SmtpClient) => client.startTls({ minVersion: 'TLSv1' } as never), 'minVersion'],
    [(client: SmtpClient) => client.startTls({ rejectUnauthorized: 'no' } as never), 'rejectUnauthorized'],
    [(client: SmtpClient) => client.auth('PLAIN', { user: 'ann', password: 'x' } as never), 'password'],
    [(client: SmtpClient) => client.auth('PLAIN', { user: 7 } as never), 'user'],
    [(client: SmtpClient) => client.sendMail('', 'b@foo.example', '', { mailOption: [] } as never), 'mailOption'],
    [(client: SmtpClient) => client.sendMail('', 'b@foo.example', '', { mailOptions: 'X' } as never), 'mailOptions'],
    [(client: SmtpClient) => client.sendMail('', 'b@foo.example', '', { rcptOptions: [7] } as never), 'rcptOptions'],
    [(client: SmtpClient) => client.sendMail('', 'b@foo.example', '', { from: '' } as never), 'from'],
    [(client: SmtpClient) => client.sendMessage(message, { form: '' } as never), 'form'],
    [(client: SmtpClient) => client.sendMessage(message, { from: 7 } as never), 'from'],
    [(client: SmtpClient) => client.sendMessage(message, { to: 7 } as never), 'to'],
    [(client: SmtpClient) => client.sendMessage(message, { mailOptions: { X: false } } as never), 'mailOptions'],
  ])('that are misspelt or of another kind are refused by name: %s %s', async (call, field) => {
    const { client, said } = await smtp({ keywords: ['STARTTLS', 'AUTH PLAIN'] })
    expect(await errorOf(call(client))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(said()).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })
})

describe('arguments of another kind', () => {
  test.each([
    [(client: SmtpClient) => client.mail(7 as never), 'from'],
    [(client: SmtpClient) => client.mail(undefined as never), 'from'],
    [(client: SmtpClient) => client.sendMail(null as never, 'b@foo.example', ''), 'from'],
    [(client: SmtpClient) => client.sendMail('', { address: 'x' } as never, ''), 'to'],
    [(client: SmtpClient) => client.sendMail('', ['b@foo.example', 7] as never, ''), 'to'],
    [(client: SmtpClient) => client.sendMail('', undefined as never, ''), 'to'],
    [(client: SmtpClient) => client.sendMail('', 'b@foo.example', undefined as never), 'message'],
    [(client: SmtpClient) => client.sendMessage(undefined as never), 'message'],
    [(client: SmtpClient) => client.sendMessage({} as never), 'message'],
  ])('are refused by name: %s %s', async (call, field) => {
    const { client, said } = await smtp()
    expect(await errorOf(call(client))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(said()).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test.each<[string, (client: SmtpClient) => Promise<unknown>]>([
    ['ehlo', (client) => client.ehlo(7 as never)],
    ['vrfy', (client) => client.vrfy(7 as never)],
    ['expn', (client) => client.expn({} as never)],
    ['help', (client) => client.help(7 as never)],
    ['a verb', (client) => client.command(7 as never)],
    ['an argument', (client) => client.command('XYZZY', 7 as never)],
    ['a node', (client) => client.etrn(7 as never)],
    ['attributes', (client) => client.xclient(7 as never)],
    ['an attribute', (client) => client.xforward({ HELO: null } as never)],
    ['a user', (client) => client.login(7 as never, 'secret')],
    ['a password', (client) => client.login('ann', undefined as never)],
  ])('are refused where they are %s', async (_, call) => {
    const { client, said } = await smtp({ keywords: ['AUTH PLAIN'] }, { allowInsecureAuth: true })
    const error = await call(client).catch((error) => error)
    expect(error).toBeInstanceOf(SmtpError)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(said()).toEqual([])
    expect(client.connected).toBe(true)
  })

  test('are refused where they are a mechanism', async () => {
    const { client } = await smtp({ keywords: ['AUTH PLAIN'] })
    for (const mechanism of [undefined, null, 7, {}]) {
      const error = await client.auth(mechanism as never).catch((error) => error)
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'mechanism' })
      expect(client.connected).toBe(true)
    }
  })
})

test('a stream is not touched where an argument beside it is refused', async () => {
  const { client } = await lmtp()
  const pull = vi.fn()
  const calls = [
    (stream: ReadableStream) => client.sendMail('a b', 'b@foo.example', stream),
    (stream: ReadableStream) => client.sendMail('', 'b@foo.example', stream, { mailOptions: [''], signal: 7 } as never),
    (stream: ReadableStream) => client.sendMail('', 'b@foo.example', stream, { rcptOptions: 7 as never }),
    (stream: ReadableStream) => client.sendMessage(stream, { to: 7 as never }),
    (stream: ReadableStream) => client.data(stream, { singal: undefined } as never),
  ]
  for (const call of calls) {
    const stream = new ReadableStream({ pull }, { highWaterMark: 0 })
    expect(await errorOf(call(stream))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(stream.locked).toBe(false)
  }
  expect(pull).not.toHaveBeenCalled()
})
