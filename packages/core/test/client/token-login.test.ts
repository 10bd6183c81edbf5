import type { Credentials, SaslCredentials, TokenRequest } from '@sansmtp/core'
import {
  type ConnectOptions,
  type ConnectRequest,
  type SessionOptions,
  SmtpClient,
  type TranscriptEntry,
} from '@sansmtp/core/client'
import { memoryTransport, policies, ServerConnection, type ServerConnectionOptions } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { errorOf, inClear } from './connected.ts'

const tokens = { ann: 'fresh' }
const oauth = ['XOAUTH2', 'OAUTHBEARER', 'PLAIN']

const offering = (mechanisms: readonly string[], more: ServerConnectionOptions = {}) =>
  new ServerConnection({ tokens, secure: true, extensions: { AUTH: mechanisms }, ...more })

const over = (server: ServerConnection, options: SessionOptions = {}) =>
  SmtpClient.over(memoryTransport(server, { tls: {} }), { ...inClear, tls: 'implicit', ...options })

const said = ({ commands }: ServerConnection) =>
  commands.filter(({ verb }) => verb.startsWith('AUTH')).map(({ line }) => line.split(' ')[1] ?? line)

describe('a token', () => {
  test('given on connecting lets its user in', async () => {
    const server = offering(oauth)
    const client = await over(server, { auth: { user: 'ann', token: 'fresh' } })
    expect([client.authenticated, server.user, said(server)]).toEqual([true, 'ann', ['OAUTHBEARER']])
  })

  test('may be given later, and is asked for again when it is stale', async () => {
    const server = offering(oauth)
    const requests: TokenRequest[] = []
    const token = async (request: TokenRequest) => {
      requests.push(request)
      return request.refused === undefined ? 'old' : 'fresh'
    }
    await over(server, { auth: { user: 'ann', token } })
    expect(requests).toEqual([
      { user: 'ann', mechanism: 'OAUTHBEARER' },
      { user: 'ann', mechanism: 'OAUTHBEARER', refused: 'old' },
    ])
    expect([server.user, said(server)]).toEqual(['ann', ['OAUTHBEARER', 'AQ==', 'OAUTHBEARER']])
  })

  test('may be given to auth', async () => {
    const server = offering(oauth)
    const client = await over(server)
    expect(await errorOf(client.auth('xoauth2', { user: 'ann', token: 'old' }))).toMatchObject({
      code: 'AUTHENTICATION',
      mechanism: 'XOAUTH2',
    })
    expect(await client.auth('xoauth2', { user: 'ann', token: () => 'fresh' })).toMatchObject({ code: 235 })
    expect(said(server)).toEqual(['XOAUTH2', '', 'XOAUTH2'])
  })

  test('reaches a mechanism of one’s own', async () => {
    const server = offering(['X-OWN'], { policy: policies.answerTo('AUTH', '235 ok') })
    const own = {
      name: 'X-OWN',
      plaintext: true,
      start: ({ token }: SaslCredentials) => ({
        initialResponse: new TextEncoder().encode(token),
        respond: () => 'cancel' as const,
      }),
    }
    const client = await over(server)
    await client.auth(own, { token: async () => 'fresh' })
    expect(server.commands.at(-1)?.line).toBe('AUTH X-OWN ZnJlc2g=')
  })

  test('tells the server where it was connected to, where that is known', async () => {
    const server = offering(['OAUTHBEARER'])
    const connect = async ({ target }: ConnectRequest) => {
      expect(target).toEqual({ host: 'mail.example', port: 465 })
      return memoryTransport(server, { tls: {} })
    }
    const options: ConnectOptions = { clientName: 'bar.example', auth: { user: 'ann', token: 'fresh' } }
    await SmtpClient.connectBy(connect, 'smtps://mail.example', options)
    expect(Buffer.from(server.commands[1]?.argument.split(' ')[1] ?? '', 'base64').toString()).toBe(
      'n,a=ann,\x01host=mail.example\x01port=465\x01auth=Bearer fresh\x01\x01',
    )
  })

  test('is in no transcript, and in no error', async () => {
    const transcript: TranscriptEntry[] = []
    const server = offering(oauth)
    const auth = { user: 'ann', token: 'hush-hush' }
    const error = await errorOf(over(server, { auth, onTranscript: (entry) => transcript.push(entry) }))
    expect(error.code).toBe('AUTHENTICATION')
    const shown = JSON.stringify([transcript, error, error.message])
    expect(shown).not.toContain('hush')
    expect(shown).not.toContain(Buffer.from('auth=Bearer hush-hush').toString('base64').slice(4, -4))
  })
})

describe('a provider of tokens', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('no network'))],
    [
      'throws at once',
      () => {
        throw new Error('no network')
      },
    ],
  ])('that %s ends the attempt, and the session goes on', async (_, token) => {
    const server = offering(oauth)
    const client = await over(server)
    const error = await errorOf(client.auth('XOAUTH2', { user: 'ann', token }))
    expect(error).toMatchObject({ code: 'TOKEN_PROVIDER_FAILED', cause: { message: 'no network' } })
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('that throws on connecting ends the session with QUIT', async () => {
    const server = offering(oauth)
    const auth = { user: 'ann', token: () => Promise.reject(42) }
    expect(await errorOf(over(server, { auth }))).toMatchObject({
      code: 'TOKEN_PROVIDER_FAILED',
      cause: 42,
      message: 'no token was given',
    })
    expect(server.commands.map(({ verb }) => verb)).toEqual(['EHLO', 'QUIT'])
  })

  /** A call whose provider has been asked, and gives nothing until it is told to. */
  async function waiting() {
    const server = offering(oauth)
    const transport = memoryTransport(server, { tls: {} })
    const client = await SmtpClient.over(transport, { ...inClear, tls: 'implicit' })
    const controller = new AbortController()
    let give: (token: string) => void = () => {}
    let error: Promise<unknown> = Promise.resolve()
    await new Promise<void>((asked) => {
      const token = () => {
        asked()
        return new Promise<string>((resolve) => {
          give = resolve
        })
      }
      error = errorOf(client.auth('XOAUTH2', { user: 'ann', token, signal: controller.signal }))
    })
    return { client, server, transport, controller, error: () => error, give: (token: string) => give(token) }
  }

  test('that never answers is waited for until the call is aborted', async () => {
    const { client, controller, error } = await waiting()
    controller.abort()
    expect(await error()).toMatchObject({ code: 'ABORTED' })
    expect(client.connected).toBe(false)
  })

  test('that answers when the connection has ended is not heard', async () => {
    const { server, transport, error, give } = await waiting()
    server.say('421 4.3.2 bye')
    transport.wakeServer()
    expect(await error()).toMatchObject({ code: 'NOT_CONNECTED' })
    give('fresh')
    await new Promise((resolve) => setImmediate(resolve))
    expect(said(server)).toEqual([])
  })
})

describe('a client certificate', () => {
  const welcome = { policy: policies.answerTo('AUTH', '235 2.7.0 welcome') }
  const certificate = { cert: 'PEM', key: 'PEM' }
  const external = { external: true } as const
  const users = { users: { ann: 'secret' } }

  test('over a connection that began with TLS is what authenticates', async () => {
    const server = offering(['PLAIN', 'EXTERNAL'], { ...welcome, ...users })
    const client = await over(server, { tlsOptions: certificate, auth: { user: 'ann', pass: 'secret' } })
    expect(said(server)).toEqual(['EXTERNAL'])
    expect(client.tls).toEqual({ clientCertificate: true })
  })

  test('over STARTTLS as well, alone or as somebody', async () => {
    for (const auth of [external, { ...external, authzid: 'bob' }]) {
      const server = offering(['PLAIN', 'EXTERNAL'], { ...welcome, secure: false, authOnlyWithTls: true })
      const tlsOptions = { ...certificate, serverName: 'server.example' }
      await SmtpClient.over(memoryTransport(server), { ...inClear, tls: 'required', tlsOptions, auth })
      expect(server.commands.at(-1)?.line).toBe('authzid' in auth ? 'AUTH EXTERNAL Ym9i' : 'AUTH EXTERNAL =')
    }
  })

  test('given to startTls is used by the login behind it', async () => {
    const server = offering(['PLAIN', 'EXTERNAL'], { ...welcome, ...users, secure: false, authOnlyWithTls: true })
    const client = await SmtpClient.over(memoryTransport(server), { ...inClear, stepwise: true })
    await client.startTls({ ...certificate, serverName: 'server.example' })
    await client.login('ann', 'secret')
    expect(said(server)).toEqual(['EXTERNAL'])
  })

  test('is not needed by whoever asks for EXTERNAL or ANONYMOUS by name, nor is a user', async () => {
    for (const [name, options, line] of [
      ['EXTERNAL', {}, 'AUTH EXTERNAL ='],
      ['EXTERNAL', { authzid: 'bob' }, 'AUTH EXTERNAL Ym9i'],
      ['ANONYMOUS', {}, 'AUTH ANONYMOUS ='],
      ['anonymous', { user: 'sirhc' }, 'AUTH ANONYMOUS c2lyaGM='],
    ] as const) {
      const server = offering(['EXTERNAL', 'ANONYMOUS'], welcome)
      const client = await over(server)
      expect(await client.auth(name, options)).toMatchObject({ code: 235 })
      expect(server.commands.at(-1)?.line).toBe(line)
    }
    const client = await over(offering(['EXTERNAL'], welcome))
    expect(await errorOf(client.auth('EXTERNAL', { authzid: 'b\0' }))).toMatchObject({ field: 'auth.authzid' })
    expect(await errorOf(client.auth('XOAUTH2', { token: 'x' }))).toMatchObject({ field: 'auth.user' })
    expect(await errorOf(client.auth('PLAIN', { pass: 'x' }))).toMatchObject({ field: 'auth.user' })
    expect(await errorOf(client.auth('XOAUTH2', { user: 'ann', pass: 'x' }))).toMatchObject({ field: 'auth.token' })
  })
})

describe('the mechanisms', () => {
  const users = { users: { ann: 'secret' }, policy: policies.answerTo('AUTH', '535 5.7.8 no') }
  const all = ['PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5']
  const auth = { user: 'ann', pass: 'secret' }
  const own = {
    name: 'X-OWN',
    plaintext: false,
    start: () => ({ initialResponse: undefined, respond: () => 'cancel' as const }),
  }

  test('can be named on connecting, in any letters, with one’s own among them, in the order in which they are tried', async () => {
    const server = offering([...all, 'X-OWN'], users)
    const error = await errorOf(over(server, { auth, mechanisms: ['login', own, 'SCRAM-SHA-256'] }))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'SCRAM-SHA-256' })
    expect(said(server)).toEqual(['LOGIN', 'X-OWN', 'SCRAM-SHA-256'])
  })

  test('named on connecting are those of login, unless it names others', async () => {
    const server = offering(all, users)
    const client = await over(server, { mechanisms: ['LOGIN'] })
    await errorOf(client.login('ann', 'secret'))
    await errorOf(client.login('ann', 'secret', { mechanisms: ['PLAIN'] }))
    await errorOf(client.auth('CRAM-MD5', auth))
    expect(said(server)).toEqual(['LOGIN', 'PLAIN', 'CRAM-MD5'])
  })

  test.each([
    [[], 'mechanisms'],
    [['PLAIN', 'NOPE'], 'mechanisms[1]'],
    ['PLAIN', 'mechanisms'],
    [[42], 'mechanisms[0]'],
    [[null], 'mechanisms[0]'],
    [[{ name: 'X' }], 'mechanisms[0]'],
    [[{ start: () => {} }], 'mechanisms[0]'],
    [[{ name: 42, start: () => {} }], 'mechanisms[0]'],
    [[{ name: 'X', start: 'now' }], 'mechanisms[0]'],
  ])('can’t be %j', async (mechanisms, field) => {
    const named = { mechanisms: mechanisms as never }
    expect(await errorOf(over(offering(all), { auth, ...named }))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    const client = await over(offering(all))
    expect(await errorOf(client.login('ann', 'secret', named))).toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })
})

describe('the auth option', () => {
  const tlsOptions = { cert: 'PEM', key: 'PEM' }

  test.each([
    [{ pass: 'x' }, 'auth.user'],
    [{ user: 'ann' }, 'auth.pass'],
    [{ user: 'ann', pass: 42 }, 'auth.pass'],
    [{ user: '', pass: 'x' }, 'auth.user'],
    [{ user: '', token: 'x' }, 'auth.user'],
    [{ user: 'ann', token: 42 }, 'auth.token'],
    [{ user: 'ann', token: 'x\0' }, 'auth.token'],
    [{ user: 'ann', pass: 'x', token: 'x' }, 'auth.token'],
    [{ external: false }, 'auth.external'],
    [{ external: true, user: 'ann' }, 'auth.user'],
    [{ external: true, pass: 'x' }, 'auth.pass'],
    [{ external: true, token: 'x' }, 'auth.token'],
    [{ external: true, authzid: 'x\0' }, 'auth.authzid'],
    [{ user: 'ann', pass: 'x', passs: 'x' }, 'auth.passs'],
  ])('can’t be %j', async (auth, field) => {
    const error = await errorOf(over(offering(oauth), { auth: auth as unknown as Credentials, tlsOptions }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })

  test('can’t be external without a certificate', async () => {
    expect(await errorOf(over(offering(oauth), { auth: { external: true } }))).toMatchObject({ field: 'auth.external' })
  })

  test.each([
    [{ scram: { minIterations: '1' } }, 'scram.minIterations'],
    [{ scram: { minIterations: 2, maxIterations: 1 } }, 'scram.minIterations'],
    [{ scram: { iterations: 1 } }, 'scram'],
  ])('goes not with %j', async (options, field) => {
    expect(await errorOf(over(offering(oauth), options as SessionOptions))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      field,
    })
  })
})
