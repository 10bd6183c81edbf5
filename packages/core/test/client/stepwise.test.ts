import type { SmtpError } from '@sansmtp/core'
import { type Client, type SessionOptions, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { answering, errorOf, inClear, lmtp, scripted, smtp } from './connected.ts'

const from = 'a@bar.example'
const to = 'b@foo.example'
const delivery = { from, to, message: 'hi' }
const auth = { user: 'ann', pass: 'secret' }
const login = 'AUTH PLAIN AGFubgBzZWNyZXQ='
const withTls = { keywords: ['STARTTLS', 'SIZE'], keywordsAfterTls: ['SIZE', 'AUTH PLAIN'] }
const overTls: SessionOptions = { stepwise: true, tls: 'required', tlsOptions: { serverName: 'memory.example' }, auth }
const transaction = ['MAIL FROM:<a@bar.example> SIZE=4', 'RCPT TO:<b@foo.example>', 'DATA']

describe('connecting stepwise', () => {
  test.each([
    ['SMTP', smtp],
    ['LMTP', lmtp],
  ] as const)('awaits the greeting of %s and says nothing, whatever else is asked for', async (_, connect) => {
    const { client, server } = await connect({ ...withTls, greeting: '220-one\n220 two' }, overTls)
    expect(server.lines).toEqual([])
    expect(client).toMatchObject({ connected: true, secure: false, authenticated: false })
    expect(client.greeting).toMatchObject({ code: 220, text: 'one\ntwo' })
    expect(client.capabilities.extended).toBe(false)
  })

  test.each([221, 250, 421, 451, 500, 554])('throws a greeting with %i, and closes', async (code) => {
    const server = new MemoryServer({ greeting: `${code} 2.0.0 no` })
    const error = await errorOf(SmtpClient.over(server, { ...inClear, stepwise: true }))
    expect(error).toMatchObject({ code: 'CONNECT', replyCode: code, text: '2.0.0 no', permanent: code >= 500 })
    expect(server.closed).toBe(true)
    // What is refused may be left politely only where the server still listens.
    expect(server.lines).toEqual(code === 421 ? [] : ['QUIT'])
  })

  test('throws where the server hangs up', async () => {
    const server = new MemoryServer({ cutAfterSent: 3 })
    const error = await errorOf(SmtpClient.over(server, { ...inClear, stepwise: true }))
    expect(error).toMatchObject({ code: 'UNEXPECTED_EOF', state: 'greeting', delivery: 'notSent' })
    expect(server.closed).toBe(true)
  })

  test('has the greeting in one step as well', async () => {
    const { client } = await smtp({ greeting: '220 hello there' })
    expect(client.greeting.text).toBe('hello there')
  })
})

/** The calls that need a session which is open. */
const needing: readonly [string, (client: SmtpClient) => Promise<unknown>, readonly string[]][] = [
  ['mail', (client) => client.mail(from), transaction.slice(0, 1).map((line) => line.replace(' SIZE=4', ''))],
  ['sendMail', (client) => client.sendMail(from, to, 'hi'), transaction],
  [
    'sendMessage',
    (client) => client.sendMessage('\nhi', { from, to }),
    ['MAIL FROM:<a@bar.example> SIZE=6', ...transaction.slice(1)],
  ],
  ['deliver', (client) => client.deliver(delivery), transaction],
]

describe.each(needing)('%s makes up for', (_, call, lines) => {
  test('EHLO alone where no TLS is asked for', async () => {
    const { client, said } = await smtp({ keywords: ['SIZE', 'STARTTLS'] }, { stepwise: true })
    await call(client)
    expect(said()).toEqual(['EHLO bar.example', ...lines])
  })

  test('EHLO, STARTTLS, EHLO and AUTH, once', async () => {
    const { client, said } = await smtp(withTls, overTls)
    await call(client)
    expect(said()).toEqual(['EHLO bar.example', 'STARTTLS', 'EHLO bar.example', login, ...lines])
    expect(client).toMatchObject({ secure: true, authenticated: true })
    await client.rset()
    await call(client)
    expect(said()).toEqual(['RSET', ...lines])
  })

  test('what is left, where some was done by hand', async () => {
    const { client, said } = await smtp(withTls, overTls)
    await client.ehlo('other.example')
    await client.startTls()
    await call(client)
    expect(said()).toEqual(['EHLO other.example', 'STARTTLS', 'EHLO bar.example', login, ...lines])
  })

  test('nothing where all was done by hand', async () => {
    const { client, said } = await smtp(withTls, overTls)
    await client.startTls()
    await client.ehlo()
    await client.login('bob', 'other')
    said()
    await call(client)
    expect(said()).toEqual(lines)
  })

  test('STARTTLS where it is opportunistic and offered, and not where it isn’t', async () => {
    const opportunistic = { stepwise: true, tls: 'opportunistic', tlsOptions: { serverName: 'x.example' } } as const
    const secure = await smtp(withTls, opportunistic)
    await call(secure.client)
    expect(secure.said()).toEqual(['EHLO bar.example', 'STARTTLS', 'EHLO bar.example', ...lines])
    const clear = await smtp({ keywords: ['SIZE'] }, opportunistic)
    await call(clear.client)
    expect(clear.said()).toEqual(['EHLO bar.example', ...lines])
    const refusing = await smtp({ ...withTls, answer: answering({ STARTTLS: '454 4.7.0 later' }) }, opportunistic)
    await call(refusing.client)
    expect(refusing.said()).toEqual(['EHLO bar.example', 'STARTTLS', ...lines])
  })

  test('EHLO with HELO where it is refused', async () => {
    const { client, said } = await smtp({ answer: answering({ EHLO: '500 what' }) }, { stepwise: true })
    await call(client)
    expect(said().slice(0, 2)).toEqual(['EHLO bar.example', 'HELO bar.example'])
  })
})

/** Why a session can't be opened, and what is said then; the session goes on unless it is over. */
const failures: readonly [string, object, SessionOptions, Partial<SmtpError>, readonly string[]][] = [
  [
    'EHLO and HELO are refused',
    { answer: answering({ EHLO: '500 what', HELO: '550 no' }) },
    { stepwise: true },
    { code: 'HELO' },
    ['EHLO bar.example', 'HELO bar.example'],
  ],
  [
    'STARTTLS is not offered',
    { keywords: ['SIZE'] },
    overTls,
    { code: 'NOT_SUPPORTED', extension: 'STARTTLS' } as never,
    ['EHLO bar.example'],
  ],
  [
    'STARTTLS is refused',
    { ...withTls, answer: answering({ STARTTLS: '454 4.7.0 later' }) },
    overTls,
    { code: 'STARTTLS_REFUSED', transient: true },
    ['EHLO bar.example', 'STARTTLS'],
  ],
  [
    'AUTH is refused',
    { ...withTls, answer: answering({ AUTH: '535 5.7.8 no' }) },
    overTls,
    { code: 'AUTHENTICATION', permanent: true },
    ['EHLO bar.example', 'STARTTLS', 'EHLO bar.example', login],
  ],
  [
    'AUTH would show the password',
    { keywords: ['AUTH PLAIN'] },
    { stepwise: true, auth },
    { code: 'NOT_SUPPORTED', extension: 'STARTTLS' } as never,
    ['EHLO bar.example'],
  ],
  [
    'the server shuts down',
    { answer: answering({ EHLO: '421 bye' }) },
    { stepwise: true },
    { code: 'HELO', replyCode: 421 } as never,
    ['EHLO bar.example'],
  ],
]

describe.each(failures)('where %s', (_, options, session, expected, lines) => {
  test('mail, sendMail and sendMessage throw it, and no mail is sent', async () => {
    for (const [name, call] of needing) {
      if (name === 'deliver') continue
      const { client, server, said } = await smtp(options, session)
      expect(await errorOf(call(client))).toMatchObject(expected)
      expect(said()).toEqual(lines)
      expect(server.truths).toEqual([])
    }
  })

  test('deliver reports it, and that nothing was sent', async () => {
    const { client, said } = await smtp(options, session)
    const report = await client.deliver({ ...delivery, to: [to, to] })
    expect(report).toMatchObject({ ok: false, error: expected })
    expect(report.recipients).toEqual([to, to].map((address) => ({ address, status: 'notSent' })))
    expect(said()).toEqual(lines)
  })

  test('a stream is cancelled', async () => {
    const calls: ((client: Client, message: ReadableStream) => Promise<unknown>)[] = [
      (client, message) => client.sendMail(from, to, message).catch(() => {}),
      (client, message) => client.deliver({ from, to, message }),
    ]
    for (const call of calls) {
      const { client } = await smtp(options, session)
      const cancel = vi.fn()
      await call(client, new ReadableStream({ cancel }))
      await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce())
    }
  })
})

test('what could not be made up for is tried again by the next call', async () => {
  const { client, said, answers } = await scripted(withTls, overTls)
  answers['STARTTLS'] = '454 4.7.0 later'
  expect(await errorOf(client.sendMail(from, to, 'hi'))).toMatchObject({ code: 'STARTTLS_REFUSED' })
  expect(await errorOf(client.login('ann', 'secret'))).toMatchObject({ code: 'STARTTLS_REFUSED' })
  delete answers['STARTTLS']
  expect(await client.sendMail(from, to, 'hi')).toEqual([])
  expect(said()).toEqual([
    ...['EHLO bar.example', 'STARTTLS', 'STARTTLS', 'STARTTLS', 'EHLO bar.example', login],
    ...transaction,
  ])
})

test('what was made up for is not asked for again', async () => {
  const opportunistic = { stepwise: true, tls: 'opportunistic', tlsOptions: { serverName: 'x.example' } } as const
  const refused = await smtp({ ...withTls, answer: answering({ STARTTLS: '454 4.7.0 later' }) }, opportunistic)
  await refused.client.sendMail(from, to, 'hi')
  refused.said()
  await refused.client.sendMail(from, to, 'hi')
  expect(refused.said()).toEqual(transaction)
  const already = await smtp({ ...withTls, answer: answering({ AUTH: '503 5.5.1 already' }) }, overTls)
  await already.client.sendMail(from, to, 'hi')
  already.said()
  await already.client.sendMail(from, to, 'hi')
  expect(already.said()).toEqual(transaction)
})

test('a login that failed leaves the credentials of connecting to the next call', async () => {
  const { client, said, answers } = await scripted(withTls, overTls)
  answers['AUTH PLAIN AGJvYgBi'] = '535 5.7.8 no'
  expect(await errorOf(client.login('bob', 'b'))).toMatchObject({ code: 'AUTHENTICATION' })
  said()
  await client.sendMail(from, to, 'hi')
  expect(said()).toEqual([login, ...transaction])
})

test('an abort while something is made up for ends the session, and nothing was sent', async () => {
  const { client, server } = await smtp({ answer: () => null }, { stepwise: true })
  const controller = new AbortController()
  const report = client.deliver(delivery, { signal: controller.signal })
  await vi.waitFor(() => expect(server.lines).toEqual(['EHLO bar.example']))
  controller.abort()
  expect(await report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'ABORTED' } })
})

test('what is none of this library’s errors, deliver lets through', async () => {
  const mine = new Error('the key ring is locked')
  let isLocked = false
  const ring = {
    user: 'ann',
    get pass(): string {
      if (isLocked) throw mine
      return 'secret'
    },
  }
  const { client } = await smtp({ keywords: ['AUTH PLAIN'] }, { stepwise: true, allowInsecureAuth: true, auth: ring })
  isLocked = true
  await expect(client.deliver(delivery)).rejects.toBe(mine)
  expect(client.connected).toBe(false)
})

test('login makes up for EHLO and STARTTLS, and leaves the credentials of connecting alone', async () => {
  const { client, said } = await smtp(withTls, overTls)
  expect(await client.login('bob', 'other')).toMatchObject({ code: 235 })
  expect(said()).toEqual(['EHLO bar.example', 'STARTTLS', 'EHLO bar.example', 'AUTH PLAIN AGJvYgBvdGhlcg=='])
  await client.sendMail(from, to, 'hi')
  expect(said()).toEqual(transaction)
})

test('rcpt, data and the questions make up for nothing', async () => {
  const { client, said } = await smtp(withTls, overTls)
  for (const call of [() => client.rcpt(to), () => client.data('hi')]) {
    expect(await errorOf(call())).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'greeted' })
  }
  await client.noop()
  await client.rset()
  await client.vrfy('bob')
  await client.help()
  expect(said()).toEqual(['NOOP', 'RSET', 'VRFY bob', 'HELP'])
})

test('a MAIL by command makes up for what the options ask for, too', async () => {
  const { client, server } = await smtp(
    { keywords: [] },
    { stepwise: true, tls: 'required', tlsOptions: { serverName: 'x' } },
  )
  await expect(client.command('MAIL', 'FROM:<a@bar.example>')).rejects.toMatchObject({ extension: 'STARTTLS' })
  expect(server.lines).toEqual(['EHLO bar.example'])
})

test('nobody to send to is told before anything is said', async () => {
  const { client, server } = await smtp({}, { stepwise: true })
  await expect(client.sendMail('a@bar.example', [], 'hi')).rejects.toMatchObject({ code: 'RECIPIENTS_REFUSED' })
  expect(server.lines).toEqual([])
})
