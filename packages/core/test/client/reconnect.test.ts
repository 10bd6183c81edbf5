import { type Connect, type ConnectOptions, type ConnectRequest, LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'
import { answering, errorOf, smtp } from './connected.ts'

const from = 'a@bar.example'
const to = 'b@foo.example'
const clientName = 'bar.example'
const login = 'AUTH PLAIN AGFubgBzZWNyZXQ='
const withTls = { keywords: ['STARTTLS', 'SIZE'], keywordsAfterTls: ['AUTH PLAIN'] }

/** Servers, one for each connection, with the options in turn; and what was asked of the adapter. */
function dialled(...servers: readonly MemoryServerOptions[]) {
  const made: MemoryServer[] = []
  const requests: ConnectRequest[] = []
  const connect: Connect = async (request) => {
    requests.push(request)
    const server = new MemoryServer(servers[made.length] ?? servers.at(-1))
    made.push(server)
    return server
  }
  return { connect, requests, made }
}

async function dial(address: string, options: ConnectOptions, ...servers: readonly MemoryServerOptions[]) {
  const dialling = dialled(...servers)
  return { ...dialling, client: await SmtpClient.connectBy(dialling.connect, address, { clientName, ...options }) }
}

const endings: readonly [string, (client: SmtpClient, server: MemoryServer) => unknown, readonly string[]][] = [
  ['after quit', (client) => client.quit(), ['QUIT']],
  ['after close', (client) => client.close(), []],
  ['after the server has hung up', (_, server) => server.end(), []],
  ['after 421', (client) => client.command('BYE'), ['BYE']],
  ['while connected', () => {}, []],
  ['amid a transaction', (client) => client.mail(from), ['MAIL FROM:<a@bar.example>']],
]

describe.each(endings)('reconnect %s', (_, end, last) => {
  test('asks the adapter for the same, and opens a session as before', async () => {
    const { client, requests, made } = await dial(
      'smtp://ann:secret@mail.example:587',
      { localAddress: '127.0.0.2', tlsOptions: { ca: 'PEM' } },
      { ...withTls, answer: answering({ BYE: '421 bye' }) },
    )
    const opening = ['EHLO bar.example', 'STARTTLS', 'EHLO bar.example', login]
    expect(made[0]?.lines).toEqual(opening)
    await end(client, made[0] as MemoryServer)
    await client.reconnect()
    expect(made.map(({ lines }) => lines)).toEqual([[...opening, ...last], opening])
    expect(made.map(({ closed }) => closed)).toEqual([true, false])
    const [first, second] = requests.map(({ signal: _, ...request }) => request)
    expect(second).toEqual(first)
    expect(second).toEqual({ target: { host: 'mail.example', port: 587 }, localAddress: '127.0.0.2' })
    expect(client).toMatchObject({ connected: true, secure: true, authenticated: true })
    expect(await client.sendMail(from, to, 'hi')).toEqual([])
  })

  test('keeps nothing of the old session', async () => {
    const old = {
      keywords: ['AUTH PLAIN', 'DSN', 'SIZE 3'],
      greeting: '220 old',
      answer: answering({ BYE: '421 bye' }),
    }
    const { client, made } = await dial(
      'mail.example:25',
      { tls: 'off', allowInsecureAuth: true, stepwise: true },
      old,
      { keywords: ['8BITMIME'], greeting: '220 new' },
    )
    await client.ehlo()
    await client.login('ann', 'secret')
    await end(client, made[0] as MemoryServer)
    await client.reconnect()
    expect(client.greeting.text).toBe('new')
    expect(client).toMatchObject({ connected: true, authenticated: false, secure: false })
    expect(client.capabilities.extended).toBe(false)
    expect(made[1]?.lines).toEqual([])
    await client.sendMail(from, to, 'four')
    expect(client.capabilities.keywords).toEqual(['8BITMIME'])
    expect(made[1]?.lines).toEqual(['EHLO bar.example', 'MAIL FROM:<a@bar.example>', 'RCPT TO:<b@foo.example>', 'DATA'])
  })
})

describe('reconnect', () => {
  test('begins with TLS where connecting did', async () => {
    const { client, requests } = await dial('smtps://mail.example', { tlsOptions: { ca: 'PEM' } }, {})
    await client.quit()
    await client.reconnect()
    expect(requests).toMatchObject(
      Array(2).fill({ target: { port: 465 }, tls: { serverName: 'mail.example', ca: 'PEM' } }),
    )
    expect(client.secure).toBe(true)
  })

  test('upgrades to TLS anew where that was done by hand, and with the options of connecting', async () => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, withTls)
    await client.startTls({ serverName: 'other.example' })
    await client.reconnect()
    expect(client.secure).toBe(false)
    const startTls = vi.spyOn(made[1] as MemoryServer, 'startTls')
    await client.startTls()
    expect(startTls.mock.lastCall as unknown[]).toEqual([{ serverName: 'mail.example' }])
  })

  test('takes up LMTP again', async () => {
    const { connect, made, requests } = dialled({ protocol: 'lmtp' })
    const client = await LmtpClient.connectBy(connect, 'lmtp+unix:///run/lmtp', { clientName })
    await client.quit()
    await client.reconnect()
    expect(await client.sendMail(from, to, 'hi')).toEqual([])
    expect(requests.map(({ target }) => target)).toEqual(Array(2).fill({ path: '/run/lmtp' }))
    expect(made[1]?.lines[0]).toBe('LHLO bar.example')
  })

  test('waits for the calls before it, and those behind it are made in the new session', async () => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, {})
    const calls = [client.noop(), client.reconnect(), client.rset(), client.quit()]
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
    expect(made.map(({ lines }) => lines.slice(1))).toEqual([['NOOP'], ['RSET', 'QUIT']])
  })

  test('has nothing to reset of a transaction that a delivery has left open', async () => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, { answer: answering({ DATA: '451 no' }) }, {})
    await client.deliver({ from, to, message: 'hi' })
    await client.reconnect()
    await client.mail(from)
    expect(made[1]?.lines).toEqual(['EHLO bar.example', 'MAIL FROM:<a@bar.example>'])
  })

  test('may be done again and again', async () => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, {})
    for (let i = 0; i < 3; i += 1) await client.reconnect()
    expect(made.map(({ closed }) => closed)).toEqual([true, true, true, false])
  })

  test('has no use for the signal of connecting', async () => {
    const controller = new AbortController()
    const { client, requests } = await dial('mail.example', { tls: 'off', signal: controller.signal }, {})
    controller.abort()
    await client.reconnect()
    expect(client.connected).toBe(true)
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, false])
  })

  test('is refused by a client over a transport of one’s own, which is left as it is', async () => {
    const { client, said } = await smtp()
    expect(await errorOf(client.reconnect())).toMatchObject({ code: 'LOCAL_PROTOCOL' })
    expect(await client.noop()).toMatchObject({ code: 250 })
    expect(said()).toEqual(['NOOP'])
    await client.quit()
    expect(await errorOf(client.reconnect())).toMatchObject({ code: 'LOCAL_PROTOCOL' })
  })

  test.each([
    [{ singal: undefined }, 'singal'],
    [{ signal: 7 }, 'signal'],
    [{ tls: 'off' }, 'tls'],
  ])('with %j for options is refused, and nothing is closed', async (options, field) => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, {})
    expect(await errorOf(client.reconnect(options as never))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect([client.connected, made.length]).toEqual([true, 1])
  })
})

describe('where reconnecting fails', () => {
  /** The second time it does not connect. */
  const failing = (connect: Connect, failure: Connect): Connect => {
    let calls = 0
    return (request) => {
      calls += 1
      return calls === 2 ? failure(request) : connect(request)
    }
  }

  /** It is not connected, nothing of the old session shows, and it can try again. */
  async function expectAsIfNew(client: SmtpClient): Promise<void> {
    expect(client).toMatchObject({ connected: false, authenticated: false })
    expect(client.capabilities.extended).toBe(false)
    expect(await errorOf(client.noop())).toMatchObject({ code: 'NOT_CONNECTED' })
    await client.reconnect()
    expect(client).toMatchObject({ connected: true, authenticated: true })
    expect(await client.noop()).toMatchObject({ code: 250 })
  }

  const options = { clientName, tls: 'off', allowInsecureAuth: true } as const
  const address = 'smtp://ann:secret@mail.example'

  test('for the adapter, its error is thrown', async () => {
    const cause = new Error('ECONNREFUSED')
    const connect = failing(dialled({ keywords: ['AUTH PLAIN'] }).connect, () => Promise.reject(cause))
    const client = await SmtpClient.connectBy(connect, address, options)
    const error = await errorOf(client.reconnect())
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', cause })
    expect(error.message).not.toContain('secret')
    await expectAsIfNew(client)
  })

  test.each<[string, MemoryServerOptions, object]>([
    ['by the greeting', { greeting: '554 no' }, { code: 'CONNECT', replyCode: 554 }],
    ['by AUTH', { answer: answering({ AUTH: '535 no' }) }, { code: 'AUTHENTICATION' }],
    ['by an end', { cutAfterSent: 10 }, { code: 'UNEXPECTED_EOF' }],
  ])('%s, its error is thrown', async (_, second, expected) => {
    const good = { keywords: ['AUTH PLAIN'] }
    const { connect, made } = dialled(good, { ...good, ...second }, good)
    const client = await SmtpClient.connectBy(connect, address, options)
    expect(await errorOf(client.reconnect())).toMatchObject(expected)
    expect(made[1]?.closed).toBe(true)
    await expectAsIfNew(client)
  })

  test('by an abort under way, that is thrown', async () => {
    const hanging = vi.fn<Connect>(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone')))),
    )
    const connect = failing(dialled({ keywords: ['AUTH PLAIN'] }).connect, hanging)
    const client = await SmtpClient.connectBy(connect, address, options)
    const controller = new AbortController()
    const error = errorOf(client.reconnect({ signal: controller.signal }))
    await vi.waitFor(() => expect(hanging).toHaveBeenCalledOnce())
    controller.abort('enough')
    expect(await error).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    await expectAsIfNew(client)
  })

  test('by an abort before, the old session stands', async () => {
    const { connect, made } = dialled({ keywords: ['AUTH PLAIN'] })
    const client = await SmtpClient.connectBy(connect, address, options)
    expect(await errorOf(client.reconnect({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'ABORTED' })
    expect(client).toMatchObject({ connected: true, authenticated: true })
    expect(made).toHaveLength(1)
  })
})

describe('close while reconnecting', () => {
  test.each(['close', 'dispose'] as const)('by %s ends the attempt and leaves nothing open', async (way) => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, {}, { answer: () => null })
    await client.quit()
    const reconnecting = errorOf(client.reconnect())
    await vi.waitFor(() => expect(made[1]?.lines).toEqual(['EHLO bar.example']))
    await (way === 'close' ? client.close() : client[Symbol.asyncDispose]())
    expect(await reconnecting).toMatchObject({ code: 'ABORTED' })
    expect(client.connected).toBe(false)
    await vi.waitFor(() => expect(made.map(({ closed }) => closed)).toEqual([true, true]))
  })

  test('before its turn has come ends it as well', async () => {
    const { client, made } = await dial('mail.example', { tls: 'off' }, {})
    const quitting = client.quit().catch(() => {})
    const reconnecting = errorOf(client.reconnect())
    await client.close()
    await quitting
    expect(await reconnecting).toMatchObject({ code: 'ABORTED' })
    expect(made).toHaveLength(1)
  })

  test('and it can be tried again', async () => {
    const { client } = await dial('mail.example', { tls: 'off' }, {})
    await client.close()
    await client.reconnect()
    expect(client.connected).toBe(true)
  })
})
