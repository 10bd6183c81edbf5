import type { Reply } from '@sansmtp/core'
import type { SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { answering, errorOf, scripted, smtp } from './connected.ts'

type Call = (client: SmtpClient) => Promise<Reply>

const commands: readonly [string, Call, string][] = [
  ['ehlo()', (client) => client.ehlo(), 'EHLO bar.example'],
  ['ehlo(name)', (client) => client.ehlo('other.example'), 'EHLO other.example'],
  ['ehlo(literal)', (client) => client.ehlo('[IPv6:::1]'), 'EHLO [IPv6:::1]'],
  ['helo()', (client) => client.helo(), 'HELO bar.example'],
  ['helo(name)', (client) => client.helo('other.example'), 'HELO other.example'],
  ['noop()', (client) => client.noop(), 'NOOP'],
  ['rset()', (client) => client.rset(), 'RSET'],
  ['mail()', (client) => client.mail('a@bar.example'), 'MAIL FROM:<a@bar.example>'],
  ['vrfy(user)', (client) => client.vrfy('bob'), 'VRFY bob'],
  ['vrfy(name)', (client) => client.vrfy('Sam Q. Smith'), 'VRFY Sam Q. Smith'],
  ['vrfy(address)', (client) => client.vrfy('Foo <bob@foo.example>'), 'VRFY bob@foo.example'],
  ['verify(address)', (client) => client.verify('"Foo, B" <bob@foo.example>'), 'VRFY bob@foo.example'],
  ['expn(list)', (client) => client.expn('Example-People'), 'EXPN Example-People'],
  ['expn(address)', (client) => client.expn('<list@foo.example>'), 'EXPN list@foo.example'],
  ['command(noop)', (client) => client.command('noop'), 'NOOP'],
  ['command(ehlo)', (client) => client.command('ehlo', 'other.example'), 'EHLO other.example'],
  [
    'command(mail)',
    (client) => client.command('mail', 'from:<a@bar.example> size=3'),
    'MAIL FROM:<a@bar.example> SIZE=3',
  ],
  ['command(vrfy)', (client) => client.command('VRFY', 'bob'), 'VRFY bob'],
  ['command(help)', (client) => client.command('HELP', 'MAIL'), 'HELP MAIL'],
  ['command(other)', (client) => client.command('XYZZY', 'example.org'), 'XYZZY example.org'],
  ['command(other, bare)', (client) => client.command('x-foo'), 'X-FOO'],
]

describe.each(commands)('%s', (_, call, line) => {
  test(`sends ${line}, once`, async () => {
    const { client, said } = await smtp()
    await call(client)
    expect(said()).toEqual([line])
  })

  test.each([200, 250, 252, 299, 400, 450, 499, 500, 502, 550, 599])('returns a %i as it is', async (code) => {
    const { client, server, said, answers } = await scripted()
    answers[line] = `${code} 2.0.0 as it is`
    const reply = await call(client)
    expect(reply).toMatchObject({ code, text: '2.0.0 as it is' })
    expect([client.connected, server.closed]).toEqual([true, false])
    said()
    expect(await client.noop()).toMatchObject({ code: line === 'NOOP' ? code : 250 })
    expect(said()).toEqual(['NOOP'])
  })

  test('returns a 421 too, and the session is over', async () => {
    const { client, server, answers } = await scripted()
    answers[line] = '421 4.3.2 shutting down'
    expect(await call(client)).toMatchObject({ code: 421, enhancedCode: '4.3.2' })
    expect([client.connected, server.closed, client.capabilities.keywords]).toEqual([false, true, []])
    expect(await errorOf(call(client))).toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test('returns all lines of a reply', async () => {
    const { client, answers } = await scripted({ readLength: 1 })
    answers[line] = '250-one \n250-\n250  three'
    expect(await call(client)).toMatchObject({ text: 'one\n\nthree', lines: ['one ', '', ' three'] })
  })
})

describe('help', () => {
  test('is the text of the reply', async () => {
    const { client, said } = await smtp({ answer: answering({ HELP: '214-This is\n214- a server \n214 ' }) })
    expect(await client.help()).toBe('This is\na server\n')
    expect(await client.help('MAIL FROM')).toBe('This is\na server\n')
    expect(said()).toEqual(['HELP', 'HELP MAIL FROM'])
  })

  test('is the text of a refusal too', async () => {
    const { client } = await smtp({ answer: answering({ HELP: '502 5.5.1 none here' }) })
    expect(await client.help()).toBe('5.5.1 none here')
  })
})

describe('command', () => {
  test.each(['DATA', 'data', 'STARTTLS', 'AUTH', 'auth', 'BDAT'])('refuses %s, and nothing is sent', async (verb) => {
    const { client, said } = await smtp({ keywords: ['STARTTLS', 'AUTH PLAIN', 'CHUNKING'] })
    const error = await errorOf(client.command(verb, 'PLAIN AGFubgBzZWNyZXQ='))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error.message).not.toContain('AGFubgBzZWNyZXQ')
    expect(said()).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('sends a whole envelope', async () => {
    const { client, said } = await smtp({ keywords: ['DSN', 'SMTPUTF8'] })
    await client.command('MAIL', 'FROM:<ä@bar.example> SMTPUTF8')
    await client.command('RCPT', 'TO:<"b b"@foo.example> notify=NEVER')
    expect(await client.data('hi')).toMatchObject({ code: 250 })
    expect(said()).toEqual(['MAIL FROM:<Ã¤@bar.example> SMTPUTF8', 'RCPT TO:<"b b"@foo.example> NOTIFY=NEVER', 'DATA'])
  })

  test('QUIT ends the session like quit', async () => {
    const { client, server, said } = await smtp()
    expect(await client.command('quit')).toMatchObject({ code: 221 })
    expect(said()).toEqual(['QUIT'])
    expect([client.connected, server.closed]).toEqual([false, true])
    expect(await errorOf(client.quit())).toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test('takes any answer to what it does not know, a request for more among them', async () => {
    const { client } = await smtp({ answer: answering({ XGO: '354 go on', XMORE: '334 more' }) })
    expect([await client.command('XGO'), await client.command('XMORE')]).toMatchObject([{ code: 354 }, { code: 334 }])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })
})
