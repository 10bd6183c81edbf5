import {
  ClientConnection,
  decodeXtext,
  type ForwardedAttributes,
  type SmtpError,
  type XclientAttributes,
  xclient,
  xforward,
} from '@sansmtp/core'
import type { SessionOptions, SmtpClient } from '@sansmtp/core/client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drain, feed } from '../support/connections.ts'
import { holds } from '../wire/holds.ts'
import { answering, errorOf, lmtp, lmtpModel, model, scripted, smtp } from './connected.ts'

const everything = 'NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT'
const keywords = [`XCLIENT ${everything}`, 'XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT', 'AUTH PLAIN', 'SIZE']
const greeted = answering({ XCLIENT: '220 memory.example ready', XFORWARD: '250 2.0.0 ok' })
const server = { keywords, answer: greeted }
const auth = { user: 'ann', pass: 'secret' }
const login = 'AUTH PLAIN AGFubgBzZWNyZXQ='
const credentials: SessionOptions = { auth, allowInsecureAuth: true }
const ehlo = 'EHLO bar.example'
const mail = 'MAIL FROM:<a@bar.example>'
const from = 'a@bar.example'

describe('xclient', () => {
  test('is one line with all that it is given, and returns the greeting', async () => {
    const { client, said } = await smtp(server)
    const reply = await client.xclient({
      ADDR: '2001:db8::7',
      LOGIN: 'ann=a',
      NAME: 'spike.example',
      PORT: 56_324,
      PROTO: 'ESMTP',
      REVERSE_NAME: '[TEMPUNAVAIL]',
    })
    expect(reply).toMatchObject({ code: 220, text: 'memory.example ready' })
    expect(said()).toEqual([
      'XCLIENT NAME=spike.example REVERSE_NAME=[TEMPUNAVAIL] PORT=56324 PROTO=ESMTP LOGIN=ann+3Da ADDR=IPV6:2001:db8::7',
    ])
  })

  test('leaves nothing known and nobody authenticated, and the next call that needs it says EHLO and AUTH', async () => {
    const { client, said } = await smtp(server, credentials)
    said()
    await client.xclient({ NAME: 'spike.example' })
    expect(client).toMatchObject({ authenticated: false, connected: true })
    expect(client.capabilities.extended).toBe(false)
    await client.mail(from)
    expect(said()).toEqual(['XCLIENT NAME=spike.example', ehlo, login, mail])
    expect(client.authenticated).toBe(true)
  })

  test('asks for no AUTH again where EHLO and login were the caller’s', async () => {
    const { client, said } = await smtp(server, credentials)
    await client.xclient({ NAME: 'spike.example' })
    await client.ehlo('spike.example')
    await client.login('bob', 'other')
    said()
    await client.mail(from)
    expect(said()).toEqual([mail])
  })

  test('has AUTH made up for where EHLO alone was the caller’s, and once', async () => {
    const { client, said } = await smtp(server, credentials)
    for (let i = 0; i < 2; i += 1) {
      await client.xclient({ NAME: 'spike.example' })
      await client.ehlo('spike.example')
      said()
      await client.mail(from)
      expect(said()).toEqual([login, mail])
      await client.rset()
      await client.mail(from)
      expect(said()).toEqual(['RSET', mail])
      await client.rset()
    }
  })

  test('has AUTH made up for again where that failed', async () => {
    const { client, said, answers } = await scripted({ keywords }, credentials)
    answers['XCLIENT'] = '220 ready'
    await client.command('XCLIENT', 'NAME=spike.example')
    await client.ehlo()
    answers['AUTH'] = '454 4.7.0 later'
    expect(await errorOf(client.mail(from))).toMatchObject({ code: 'AUTHENTICATION' })
    delete answers['AUTH']
    said()
    await client.mail(from)
    expect(said()).toEqual([login, mail])
  })

  test('has AUTH made up for once, also where it is answered that nothing has to be proven', async () => {
    const { client, said, answers } = await scripted({ keywords }, credentials)
    answers['XCLIENT'] = '220 ready'
    answers['AUTH'] = '503 5.5.1 already'
    await client.xclient({ LOGIN: 'ann' })
    said()
    await client.mail(from)
    await client.rset()
    await client.mail(from)
    expect(said()).toEqual([ehlo, login, mail, 'RSET', mail])
  })

  test('is alone in having AUTH made up for', async () => {
    const answer = answering({ AUTH: '503 5.5.1 already', XFORWARD: '250 ok' })
    const { client, said } = await smtp({ keywords, answer }, credentials)
    await client.xforward({ IDENT: '1' })
    await client.mail(from)
    expect(said()).toEqual(['XFORWARD IDENT=1', mail])
  })

  test('leaves the AUTH to the call that needs it, and does all else first', async () => {
    const withTls = { ...server, keywords: ['STARTTLS'], keywordsAfterTls: keywords }
    const tls: SessionOptions = { stepwise: true, tls: 'required', tlsOptions: { serverName: 'memory.example' }, auth }
    const { client, said } = await smtp(withTls, tls)
    expect(await client.xclient({ ADDR: '192.0.2.7' })).toMatchObject({ code: 220 })
    expect(said()).toEqual([ehlo, 'STARTTLS', ehlo, 'XCLIENT ADDR=192.0.2.7'])
    expect(client.secure).toBe(true)
    await client.mail(from)
    expect(said()).toEqual([ehlo, login, mail])
  })

  test('of a session without credentials says no more than EHLO again', async () => {
    const { client, said } = await smtp(server, { stepwise: true })
    await client.xclient({ ADDR: '192.0.2.7' })
    expect(await client.deliver({ from, to: 'b@foo.example', message: 'hi' })).toMatchObject({ ok: true })
    expect(said().slice(0, 4)).toEqual([ehlo, 'XCLIENT ADDR=192.0.2.7', ehlo, `${mail} SIZE=4`])
  })

  test.each(['250 2.0.0 ok', '550 5.7.0 no', '501 5.5.4 what', '451 4.3.0 later'])(
    'answered %s changes nothing',
    async (answer) => {
      const { client, said } = await smtp({ keywords, answer: answering({ XCLIENT: answer }) }, credentials)
      expect(await client.xclient({ ADDR: '192.0.2.7' })).toMatchObject({ code: Number(answer.slice(0, 3)) })
      expect(client).toMatchObject({ authenticated: true })
      said()
      await client.mail(from)
      expect(said()).toEqual([mail])
    },
  )

  test('answered 421 ends the session', async () => {
    const { client } = await smtp({ keywords, answer: answering({ XCLIENT: '421 4.3.2 bye' }) })
    expect(await client.xclient({ ADDR: '192.0.2.7' })).toMatchObject({ code: 421 })
    expect(client.connected).toBe(false)
    expect(await errorOf(client.xclient({ ADDR: '192.0.2.7' }))).toMatchObject({ code: 'NOT_CONNECTED' })
  })

  test('is not legal in a transaction of the caller’s', async () => {
    const { client, said } = await smtp(server)
    await client.mail(from)
    said()
    expect(await errorOf(client.xclient({ ADDR: '192.0.2.7' }))).toMatchObject({
      code: 'LOCAL_PROTOCOL',
      state: 'mail',
    })
    expect(said()).toEqual([])
  })

  test('goes over LMTP as well', async () => {
    const { client, said } = await lmtp(server)
    await client.xclient({ PROTO: 'LMTP', ADDR: '192.0.2.7' })
    await client.mail(from)
    expect(said()).toEqual(['XCLIENT PROTO=LMTP ADDR=192.0.2.7', 'LHLO bar.example', mail])
  })

  test('is what command sends, too', async () => {
    const { client, said } = await smtp(server, credentials)
    said()
    expect(await client.command('xclient', 'name=a+2Bb ADDR=IPV6:2001:db8::7')).toMatchObject({ code: 220 })
    expect(client.authenticated).toBe(false)
    await client.mail(from)
    expect(said()).toEqual(['XCLIENT NAME=a+2Bb ADDR=IPV6:2001:db8::7', ehlo, login, mail])
  })
})

describe('attributes of more than a line', () => {
  const long = (letter: string) => letter.repeat(200)
  const four: XclientAttributes = {
    ADDR: '192.0.2.7',
    LOGIN: long('l'),
    HELO: long('h'),
    NAME: 'spike.example',
    REVERSE_NAME: `${'r'.repeat(63)}.${'r'.repeat(63)}.example`,
    X_ONE: long('x'),
  }
  const offering = [`XCLIENT ${everything} X_ONE`, 'XFORWARD IDENT HELO PROTO', 'AUTH PLAIN']

  test('go in several commands, EHLO before each, and ADDR in the last', async () => {
    const { client, said } = await smtp({ ...server, keywords: offering }, credentials)
    said()
    expect(await client.xclient(four)).toMatchObject({ code: 220 })
    const lines = said()
    expect(lines.map((line) => line.replace(/=\S+/g, ''))).toEqual([
      'XCLIENT NAME REVERSE_NAME X_ONE',
      ehlo,
      'XCLIENT HELO LOGIN ADDR',
    ])
    expect(client.capabilities.extended).toBe(false)
  })

  test.each([
    ['refused', { 'XCLIENT NAME': '550 5.7.0 no' }, 550, ['XCLIENT NAME']],
    ['refused at last', { 'XCLIENT HELO': '550 5.7.0 no' }, 550, ['XCLIENT NAME', ehlo, 'XCLIENT HELO']],
    ['the end', { 'XCLIENT NAME': '421 4.3.2 bye' }, 421, ['XCLIENT NAME']],
    ['taken with 250', { 'XCLIENT NAME': '250 2.0.0 ok' }, 250, ['XCLIENT NAME']],
  ])('stop where one is %s, and that is returned', async (_, answers, code, lines) => {
    const answer = answering({ ...answers, XCLIENT: '220 ready' })
    const { client, said } = await smtp({ keywords: offering, answer })
    expect(await client.xclient(four)).toMatchObject({ code })
    expect(said().map((line) => (line === ehlo ? line : line.slice(0, 12)))).toEqual(lines)
  })

  test('stop where EHLO is refused between them, or offers it no more', async () => {
    const { client, answers } = await scripted({ keywords: offering })
    answers['XCLIENT'] = '220 ready'
    answers['EHLO'] = '550 5.7.0 no'
    answers['HELO'] = '550 5.7.0 no'
    expect(await errorOf(client.xclient(four))).toMatchObject({ code: 'HELO', replyCode: 550 })
    answers['EHLO'] = '250 plain'
    expect(await errorOf(client.xclient(four))).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'XCLIENT' })
  })

  test('of XFORWARD go in several commands, of which a refusal is the last', async () => {
    const logged = { IDENT: long('i'), HELO: long('h'), PROTO: 'UUCP' }
    const { client, said, answers } = await scripted({ keywords: offering })
    answers['XFORWARD'] = '250 2.0.0 ok'
    expect(await client.xforward(logged)).toMatchObject({ code: 250 })
    expect(said().map((line) => line.replace(/=\S+/g, ''))).toEqual(['XFORWARD IDENT HELO PROTO'])
    const longer = { ...logged, IDENT: 'i'.repeat(255), HELO: 'h'.repeat(255) }
    expect(await client.xforward(longer)).toMatchObject({ code: 250 })
    expect(said().map((line) => line.replace(/=\S+/g, ''))).toEqual(['XFORWARD IDENT', 'XFORWARD HELO PROTO'])
    answers['XFORWARD'] = '501 5.5.4 no'
    expect(await client.xforward(longer)).toMatchObject({ code: 501 })
    expect(said()).toHaveLength(1)
  })

  test('are all told once, in lines of at most 512 octets, of which none could take a word more', () => {
    const name = fc.stringMatching(/^[A-Z]{1,12}$/)
    const value = fc.string({ unit: fc.constantFrom('a', '=', ' '), minLength: 1, maxLength: 85 })
    const attributes = fc.dictionary(fc.oneof(name, fc.constantFrom(...everything.split(' '))), value, {
      minKeys: 1,
      maxKeys: 20,
    })
    holds(
      fc.property(fc.constantFrom('XCLIENT', 'XFORWARD'), attributes, (verb, attributes) => {
        const lines = linesOf(verb, attributes)
        const words = lines.flatMap((line) => line.split(' ').slice(1))
        const told = words.map((word) => [
          word.slice(0, word.indexOf('=')),
          decodeXtext(word.slice(word.indexOf('=') + 1)),
        ])
        expect(told).toHaveLength(Object.keys(attributes).length)
        expect(Object.fromEntries(told)).toEqual(attributes)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(510)
        for (const [i, line] of lines.slice(1).entries()) {
          const before = lines[i]?.split(' ').at(-1) ?? ''
          expect(`${line} ${before}`.length).toBeGreaterThan(510)
        }
        if (verb === 'XCLIENT' && 'ADDR' in attributes) expect(told.at(-1)?.[0]).toBe('ADDR')
      }),
    )
  })

  test('go in one command up to 512 octets, its line ending counted', () => {
    const [line = '', ...none] = linesOf('XCLIENT', { A: 'a'.repeat(250), B: 'b'.repeat(247) })
    expect([line.length, none]).toEqual([510, []])
    expect(linesOf('XCLIENT', { A: 'a'.repeat(250), B: 'b'.repeat(248) })).toHaveLength(2)
  })

  test('and one of them that makes no line by itself is refused', () => {
    expect(() => linesOf('XCLIENT', { X: 'x'.repeat(600) })).toThrow('XCLIENT makes a line of more than 512 octets')
    expect(() => linesOf('XCLIENT', { Y: 'y', X: 'x'.repeat(600) })).toThrow('XCLIENT makes a line')
    expect(() => linesOf('XCLIENT', {})).toThrow('attributes must be at least one')
  })
})

/** The command lines of a flow, each taken by the server. */
function linesOf(verb: string, attributes: ForwardedAttributes): string[] {
  const connection = new ClientConnection()
  const offer = ['250-a.example', `250 ${verb} ${Object.keys(attributes).join(' ')}`]
  feed(connection, '220 ready')
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  drain(connection)
  feed(connection, ...offer)
  const flow = verb === 'XCLIENT' ? xclient(connection, 'bar.example', attributes) : xforward(connection, attributes)
  const lines: string[] = []
  let step = flow.next()
  while (!step.done) {
    const sent = drain(connection).map((output) =>
      output.type === 'SendBytes' ? Buffer.from(output.bytes).toString() : '',
    )
    const line = sent.join('').slice(0, -2)
    if (line.startsWith(verb)) lines.push(line)
    const replies = line.startsWith(verb) ? [verb === 'XCLIENT' ? '220 ready' : '250 ok'] : offer
    for (const event of feed(connection, ...replies)) if (!step.done) step = flow.next(event as never)
  }
  return lines
}

describe('xforward', () => {
  test('is one line, and returns the reply', async () => {
    const { client, said } = await smtp(server)
    const reply = await client.xforward({ SOURCE: 'REMOTE', ADDR: '::1', IDENT: '3CF6B2AAE8', NAME: '[UNAVAILABLE]' })
    expect(reply).toMatchObject({ code: 250 })
    expect(said()).toEqual(['XFORWARD SOURCE=REMOTE ADDR=IPV6:::1 IDENT=3CF6B2AAE8 NAME=[UNAVAILABLE]'])
  })

  test('is sent when the session is open for mail, so that nothing behind it forgets it', async () => {
    const { client, said } = await smtp(server, { ...credentials, stepwise: true })
    await client.xforward({ IDENT: '1' })
    await client.mail(from)
    expect(said()).toEqual([ehlo, login, 'XFORWARD IDENT=1', mail])
  })

  test('leaves the session as it is', async () => {
    const { client } = await smtp(server, credentials)
    await client.xforward({ IDENT: '1' })
    expect(client).toMatchObject({ authenticated: true })
    expect(client.capabilities.xforward).toContain('IDENT')
  })

  test('is not legal in a transaction of the caller’s', async () => {
    const { client } = await smtp(server)
    await client.mail(from)
    expect(await errorOf(client.xforward({ IDENT: '1' }))).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'mail' })
  })

  test.each([250, 421, 501, 550])('returns a %i as it is', async (code) => {
    const { client } = await smtp({ keywords, answer: answering({ XFORWARD: `${code} 2.0.0 as it is` }) })
    expect(await client.xforward({ IDENT: '1' })).toMatchObject({ code })
    expect(client.connected).toBe(code !== 421)
  })

  test('is what command sends, too', async () => {
    const { client, said } = await smtp(server)
    await client.command('XFORWARD', 'ident=a+2Bb')
    expect(said()).toEqual(['XFORWARD IDENT=a+2Bb'])
  })
})

describe('etrn', () => {
  const offering = { keywords: ['ETRN', 'AUTH PLAIN'] }

  test.each([
    ['example.org', 'ETRN example.org'],
    ['@example.org', 'ETRN @example.org'],
    ['#uucp', 'ETRN #uucp'],
    ['bücher.example', 'ETRN xn--bcher-kva.example'],
  ])('of %s is %s', async (node, line) => {
    const { client, said } = await smtp(offering)
    await client.etrn(node)
    expect(said()).toEqual([line])
  })

  test.each([250, 251, 252, 253, 421, 458, 459, 500, 501])('returns a %i as it is', async (code) => {
    const { client } = await smtp({ ...offering, answer: answering({ ETRN: `${code} as it is` }) })
    expect(await client.etrn('example.org')).toMatchObject({ code, text: 'as it is' })
    expect(client.connected).toBe(code !== 421)
  })

  test('does first what connect was to do', async () => {
    const { client, said } = await smtp(offering, { ...credentials, stepwise: true })
    await client.etrn('example.org')
    expect(said()).toEqual([ehlo, login, 'ETRN example.org'])
  })

  test('is what command sends, too', async () => {
    const { client, said } = await smtp(offering)
    await client.command('etrn', 'example.org')
    expect(said()).toEqual(['ETRN example.org'])
  })
})

describe('what the server does not offer is not sent', () => {
  const calls: readonly [string, (client: SmtpClient) => Promise<unknown>][] = [
    ['XCLIENT', (client) => client.xclient({ ADDR: '192.0.2.7' })],
    ['XFORWARD', (client) => client.xforward({ ADDR: '192.0.2.7' })],
    ['ETRN', (client) => client.etrn('example.org')],
    ['XCLIENT', (client) => client.command('XCLIENT', 'ADDR=192.0.2.7')],
    ['XFORWARD', (client) => client.command('XFORWARD', 'ADDR=192.0.2.7')],
  ]

  test.each(calls)('%s', async (extension, call) => {
    const { client, said } = await smtp()
    expect(await errorOf(call(client))).toMatchObject({ code: 'NOT_SUPPORTED', extension })
    expect(said()).toEqual([])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  const given = { ADDR: '192.0.2.7', LOGIN: 'ann' }
  test.each<[string, string, (client: SmtpClient) => Promise<unknown>]>([
    ['XCLIENT', 'LOGIN', (client) => client.xclient(given)],
    ['XFORWARD', 'ADDR', (client) => client.xforward(given)],
  ])('%s with attributes that are not listed, of which %s is named', async (verb, first, call) => {
    for (const [listed, missing] of [
      [[verb], first],
      [[`${verb} addr Name`], 'LOGIN'],
      [[`${verb} LOGIN`, `${verb} NAME`], 'ADDR'],
    ] as const) {
      const { client, said } = await smtp({ keywords: listed })
      const error: SmtpError = await errorOf(call(client))
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: verb })
      expect(error.message).toBe(`the server does not offer ${verb} with the attribute '${missing}'`)
      expect(said()).toEqual([])
    }
  })
})

describe('a strict server', () => {
  const extensions = { XCLIENT: true, XFORWARD: true, ETRN: true }

  test('takes all of XCLIENT, and the session goes on as another client’s', async () => {
    const { client, server } = await model({ extensions })
    await client.xclient({
      NAME: 'spike.example',
      REVERSE_NAME: '[TEMPUNAVAIL]',
      ADDR: '2001:db8::7',
      PORT: 56_324,
      PROTO: 'ESMTP',
      HELO: 'spike',
      LOGIN: 'ann+a b',
      DESTADDR: '192.0.2.25',
      DESTPORT: '[UNAVAILABLE]',
    })
    expect(await client.deliver({ from, to: 'b@foo.example', message: 'hi' })).toMatchObject({ ok: true })
    expect(server.violations).toEqual([])
    expect(server.client).toEqual({
      NAME: 'spike.example',
      REVERSE_NAME: '[TEMPUNAVAIL]',
      ADDR: 'IPV6:2001:db8::7',
      PORT: '56324',
      PROTO: 'ESMTP',
      HELO: 'spike',
      LOGIN: 'ann+a b',
      DESTADDR: '192.0.2.25',
      DESTPORT: '[UNAVAILABLE]',
    })
  })

  test('takes XCLIENT of an authenticated client, which authenticates again', async () => {
    const { client, server } = await model({ extensions, users: { ann: 'secret' }, requireAuth: true }, credentials)
    await client.xclient({ ADDR: '192.0.2.7' })
    expect(await client.sendMail(from, 'b@foo.example', 'hi')).toEqual([])
    expect(server.violations).toEqual([])
  })

  test('takes attributes of more than a line, and forgets none of them', async () => {
    const { client, server } = await model({ extensions })
    const attributes = {
      NAME: `${'n'.repeat(63)}.example`,
      REVERSE_NAME: `${'r'.repeat(63)}.${'r'.repeat(63)}.example`,
      DESTADDR: '192.0.2.25',
      HELO: 'h'.repeat(150),
      LOGIN: 'l'.repeat(250),
      ADDR: '192.0.2.7',
    }
    expect(await client.xclient(attributes)).toMatchObject({ code: 220 })
    expect(server.commands.map(({ verb }) => verb)).toEqual(['EHLO', 'XCLIENT', 'EHLO', 'XCLIENT'])
    expect(server.violations).toEqual([])
    expect(server.client).toEqual(attributes)
  })

  test('takes XFORWARD for the next message alone', async () => {
    const { client, server } = await model({ extensions })
    await client.xforward({ NAME: 'spike.example', IDENT: '1' })
    await client.xforward({ ADDR: '192.0.2.7' })
    for (let i = 0; i < 2; i += 1) await client.sendMail(from, 'b@foo.example', 'hi')
    expect(server.violations).toEqual([])
    expect(server.transactions.map(({ forwarded }) => forwarded)).toEqual([
      { NAME: 'spike.example', IDENT: '1', ADDR: '192.0.2.7' },
      {},
    ])
  })

  test('takes ETRN', async () => {
    const { client, server } = await model({ extensions })
    for (const node of ['example.org', '@example.org', '#uucp']) expect(await client.etrn(node)).toBeDefined()
    expect(server.violations).toEqual([])
  })

  test('takes them over LMTP', async () => {
    const { client, server } = await lmtpModel({ extensions })
    await client.xclient({ PROTO: 'LMTP', ADDR: '192.0.2.7' })
    await client.xforward({ SOURCE: 'LOCAL' })
    expect(await client.deliver({ from, to: 'b@foo.example', message: 'hi' })).toMatchObject({ ok: true })
    expect(server.violations).toEqual([])
  })
})
