import { CertificateError, ResponseError } from '@sansmtp/core'
import { LmtpClient, type SmtpClient, type TlsOptions } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { answering, errorOf, inClear, scripted, smtp } from './connected.ts'

const serverName = 'memory.example'
const withTls = { keywords: ['STARTTLS', 'SIZE', 'AUTH PLAIN'], keywordsAfterTls: ['DSN', 'AUTH PLAIN'] }
const named = { tlsOptions: { serverName } }

describe('startTls', () => {
  test('returns the 220, and from there on TLS stands and EHLO is due', async () => {
    const { client, said } = await smtp(withTls, named)
    expect(await client.startTls()).toMatchObject({ code: 220, text: 'go' })
    expect(client).toMatchObject({ connected: true, secure: true, tls: { protocol: 'TLSv1.3', authorized: true } })
    expect(client.capabilities.extended).toBe(false)
    expect(client.capabilities.keywords).toEqual([])
    expect(said()).toEqual(['STARTTLS'])
    await client.ehlo()
    expect(client.capabilities.keywords).toEqual(['DSN', 'AUTH'])
  })

  test.each<[string, (client: SmtpClient) => Promise<unknown>]>([
    ['mail', (client) => client.mail('')],
    ['sendMail', (client) => client.sendMail('', 'b@foo.example', 'hi')],
    ['sendMessage', (client) => client.sendMessage('\n', { from: '', to: 'b@foo.example' })],
    ['deliver', (client) => client.deliver({ from: '', to: 'b@foo.example', message: 'hi' })],
    ['login', (client) => client.login('ann', 'secret')],
    ['auth', (client) => client.auth('plain', { user: 'ann', pass: 'secret' })],
    ['ehloOrHeloIfNeeded', (client) => client.ehloOrHeloIfNeeded()],
  ])('lets %s say EHLO anew', async (_, call) => {
    const { client, said } = await smtp(withTls, named)
    await client.startTls()
    said()
    await call(client)
    expect(said()[0]).toBe('EHLO bar.example')
    expect(client.capabilities.keywords).toEqual(['DSN', 'AUTH'])
  })

  test('says EHLO first where that is still due, and HELO where it is refused', async () => {
    const { client, said } = await smtp(withTls, { ...named, stepwise: true })
    await client.startTls()
    expect(said()).toEqual(['EHLO bar.example', 'STARTTLS'])
    const helo = await smtp({ ...withTls, answer: answering({ EHLO: '502 what' }) }, { ...named, stepwise: true })
    expect(await errorOf(helo.client.startTls())).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
    expect(helo.said()).toEqual(['EHLO bar.example', 'HELO bar.example'])
  })

  test('forgets that the session was authenticated, and it is so anew where it was asked for', async () => {
    const auth = { user: 'ann', pass: 'secret' }
    const { client, said } = await smtp(withTls, { ...named, auth, allowInsecureAuth: true })
    expect(client.authenticated).toBe(true)
    await client.startTls()
    expect(client.authenticated).toBe(false)
    await client.sendMail('', 'b@foo.example', 'hi')
    expect(said().slice(0, 3)).toEqual(['STARTTLS', 'EHLO bar.example', 'AUTH PLAIN AGFubgBzZWNyZXQ='])
    expect(client.authenticated).toBe(true)
  })

  test('has AUTH made up for also where EHLO was the caller’s', async () => {
    const auth = { user: 'ann', pass: 'secret' }
    const { client, said } = await smtp(withTls, { ...named, auth, allowInsecureAuth: true })
    await client.startTls()
    await client.ehlo()
    said()
    await client.mail('')
    expect(said()).toEqual(['AUTH PLAIN AGFubgBzZWNyZXQ=', 'MAIL FROM:<>'])
  })

  test('that is not offered is not said', async () => {
    const { client, said } = await smtp({ keywords: ['SIZE'] }, named)
    expect(await errorOf(client.startTls())).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
    expect(said()).toEqual([])
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test.each([454, 500, 501, 530, 554])('that is refused with %i throws it, and the session goes on', async (code) => {
    const { client } = await smtp({ ...withTls, answer: answering({ STARTTLS: `${code} 4.7.0 no` }) }, named)
    const error = await errorOf(client.startTls())
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ code: 'STARTTLS_REFUSED', replyCode: code, transient: code < 500 })
    expect(client.secure).toBe(false)
    expect(client.capabilities.has('SIZE')).toBe(true)
    expect(await client.mail('')).toMatchObject({ code: 250 })
  })

  test('that is answered 421 throws it, and the session is over', async () => {
    const { client } = await smtp({ ...withTls, answer: answering({ STARTTLS: '421 bye' }) }, named)
    expect(await errorOf(client.startTls())).toMatchObject({ code: 'STARTTLS_REFUSED', replyCode: 421 })
    expect(client.connected).toBe(false)
  })

  test('is a mistake of the caller’s where TLS stands, and amid a transaction', async () => {
    const { client, said } = await smtp({ keywords: ['STARTTLS'] }, named)
    await client.mail('')
    expect(await errorOf(client.startTls())).toMatchObject({ code: 'LOCAL_PROTOCOL', state: 'mail' })
    await client.rset()
    await client.startTls()
    expect(await errorOf(client.startTls())).toMatchObject({ code: 'LOCAL_PROTOCOL', command: 'STARTTLS' })
    expect(said()).toEqual(['MAIL FROM:<>', 'RSET', 'STARTTLS', 'EHLO bar.example'])
  })

  test('has LMTP say LHLO', async () => {
    const server = new MemoryServer({ protocol: 'lmtp', keywords: ['STARTTLS'] })
    const client = await LmtpClient.over(server, { ...inClear, ...named, stepwise: true })
    await client.startTls()
    await client.mail('')
    expect(server.lines).toEqual(['LHLO bar.example', 'STARTTLS', 'LHLO bar.example', 'MAIL FROM:<>'])
  })
})

describe('the options of startTls', () => {
  const handshake = async (connecting: Partial<TlsOptions>, given?: Partial<TlsOptions>) => {
    const { client, server } = await smtp(withTls, { tlsOptions: connecting })
    const startTls = vi.spyOn(server, 'startTls')
    await client.startTls(given)
    return startTls.mock.lastCall as unknown[]
  }

  test('are those of connecting', async () => {
    const connecting = { serverName, ca: 'PEM', rejectUnauthorized: false }
    expect(await handshake(connecting)).toEqual([connecting])
  })

  test('and those given, which count more', async () => {
    const given = { ca: ['A', 'B'], minVersion: 'TLSv1.3' } as const
    expect(await handshake({ serverName, ca: 'PEM', cert: 'C', key: 'K' }, given)).toEqual([
      { serverName, ca: ['A', 'B'], cert: 'C', key: 'K', minVersion: 'TLSv1.3' },
    ])
    expect(await handshake({ serverName }, { serverName: 'other.example' })).toEqual([{ serverName: 'other.example' }])
    expect(await handshake({}, { serverName })).toEqual([{ serverName }])
  })

  test('do not outlive the call', async () => {
    const { client, server, answers } = await scripted(withTls, named)
    const startTls = vi.spyOn(server, 'startTls')
    answers['STARTTLS'] = '454 later'
    await errorOf(client.startTls({ serverName: 'other.example' }))
    delete answers['STARTTLS']
    await client.startTls()
    expect(startTls.mock.lastCall as unknown[]).toEqual([{ serverName }])
  })

  test('do not hold the signal', async () => {
    const { client, server } = await smtp(withTls, named)
    const startTls = vi.spyOn(server, 'startTls')
    await client.startTls({ signal: new AbortController().signal })
    expect(startTls.mock.lastCall as unknown[]).toEqual([{ serverName }])
  })

  test.each([{}, { serverName: '' }])('%j lack the name to verify, and nothing is sent', async (given) => {
    const { client, said } = await smtp(withTls)
    const error = await errorOf(client.startTls(given))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'tlsOptions.serverName' })
    expect(said()).toEqual([])
  })
})

describe('a handshake', () => {
  test.each([
    ['that is refused', new CertificateError('expired', serverName), { code: 'CERTIFICATE_EXPIRED' }],
    ['that fails', new Error('wrong version'), { code: 'TLS_FAILED', cause: { message: 'wrong version' } }],
  ])('%s is thrown, and the session is over', async (_, failure, expected) => {
    const { client, server } = await smtp(withTls, named)
    vi.spyOn(server, 'startTls').mockRejectedValue(failure)
    expect(await errorOf(client.startTls())).toMatchObject({ ...expected, delivery: 'notSent' })
    expect([client.connected, client.secure, server.closed]).toEqual([false, false, true])
    expect(await errorOf(client.mail(''))).toMatchObject({ code: 'NOT_CONNECTED', cause: expected })
  })

  test('behind whose 220 more is said is never begun', async () => {
    const { client, server } = await smtp(
      { ...withTls, answer: answering({ STARTTLS: '220 go\n250 injected' }) },
      named,
    )
    const startTls = vi.spyOn(server, 'startTls')
    const error = await errorOf(client.startTls())
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BYTES_BEHIND_STARTTLS' })
    expect(startTls).not.toHaveBeenCalled()
    expect(client.connected).toBe(false)
  })

  test('that hangs can be aborted, and runs into its timeout', async () => {
    const { client, server } = await smtp(withTls, named)
    vi.spyOn(server, 'startTls').mockReturnValue(new Promise(() => {}))
    const controller = new AbortController()
    const error = errorOf(client.startTls({ signal: controller.signal }))
    await vi.waitFor(() => expect(server.startTls).toHaveBeenCalled())
    controller.abort()
    expect(await error).toMatchObject({ code: 'ABORTED' })
    const slow = await smtp(withTls, { ...named, timeouts: { tls: 20 } })
    vi.spyOn(slow.server, 'startTls').mockReturnValue(new Promise(() => {}))
    expect(await errorOf(slow.client.startTls())).toMatchObject({ code: 'TIMEOUT', phase: 'tls' })
  })
})
