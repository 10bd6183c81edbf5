import { inspect } from 'node:util'
import { InvalidArgumentError, type SmtpError } from '@sansmtp/core'
import { type Connect, type ConnectOptions, type ConnectRequest, LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

const clientName = 'bar.example'
const tlsOptions = { serverName: 'memory.example' }
const withTls = { keywords: ['STARTTLS'], keywordsAfterTls: ['AUTH PLAIN LOGIN'] }
const auth = { user: 'ann', pass: 'secret' }

async function failure(options: MemoryServerOptions, session: ConnectOptions = {}): Promise<SmtpError> {
  const server = new MemoryServer(options)
  const error = await SmtpClient.over(server, { clientName, tlsOptions, ...session }).then(
    () => expect.unreachable(),
    (error) => error,
  )
  expect(server.closed).toBe(true)
  return error
}

test('STARTTLS is required by default and EHLO is said again behind it', async () => {
  const server = new MemoryServer(withTls)
  const client = await SmtpClient.over(server, { clientName, tlsOptions, auth })
  expect(server.lines.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'AUTH'])
  expect(client).toMatchObject({ secure: true, authenticated: true, tls: { protocol: 'TLSv1.3' } })
  expect(client.capabilities.keywords).toEqual(['AUTH'])
})

describe('STARTTLS', () => {
  test('not offered though required ends the attempt before anything else is said', async () => {
    const error = await failure({ keywords: ['AUTH PLAIN'] }, { auth })
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
  })

  test('refused though required', async () => {
    const error = await failure({ ...withTls, answer: (line) => (line === 'STARTTLS' ? '454 4.7.0 no' : undefined) })
    expect(error).toMatchObject({ code: 'STARTTLS_REFUSED', replyCode: 454, enhancedCode: '4.7.0', transient: true })
  })

  test.each([
    ['not offered', {}],
    ['refused', { ...withTls, answer: (line: string) => (line === 'STARTTLS' ? '454 no' : undefined) }],
  ])('%s goes on without where it is opportunistic', async (_, options) => {
    const client = await SmtpClient.over(new MemoryServer(options), { clientName, tlsOptions, tls: 'opportunistic' })
    expect(client.secure).toBe(false)
  })

  test('opportunistic never carries credentials in clear', async () => {
    const error = await failure({ keywords: ['AUTH PLAIN'] }, { tls: 'opportunistic', auth })
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('TLS') })
  })

  test('is not said with tls off', async () => {
    const server = new MemoryServer(withTls)
    await SmtpClient.over(server, { clientName, tls: 'off' })
    expect(server.lines).toEqual(['EHLO bar.example'])
  })

  test('a handshake that fails is the error', async () => {
    const server = new MemoryServer(withTls)
    const cause = new InvalidArgumentError('certificate', 'stands in for a TLS error')
    server.startTls = () => Promise.reject(cause)
    await expect(SmtpClient.over(server, { clientName, tlsOptions })).rejects.toBe(cause)
    expect(server.closed).toBe(true)
  })

  test('a handshake that hangs runs into its timeout', async () => {
    const server = new MemoryServer(withTls)
    server.startTls = () => new Promise(() => {})
    const opening = SmtpClient.over(server, { clientName, tlsOptions, timeouts: { tls: 20 } })
    await expect(opening).rejects.toMatchObject({ code: 'TIMEOUT', phase: 'tls' })
  })

  test('needs a name to verify, before anything is said', async () => {
    const server = new MemoryServer(withTls)
    await expect(SmtpClient.over(server, { clientName })).rejects.toMatchObject({ field: 'tlsOptions.serverName' })
    const unix = LmtpClient.connectBy(() => expect.unreachable(), 'lmtp+unix:///sock', { tls: 'required' })
    await expect(unix).rejects.toMatchObject({ field: 'tlsOptions.serverName' })
    expect(server.lines).toEqual([])
  })

  test('a reply injected behind the 220 is fatal', async () => {
    const error = await failure({
      ...withTls,
      answer: (line) => (line === 'STARTTLS' ? '220 go\n250 injected' : undefined),
    })
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BYTES_BEHIND_STARTTLS' })
  })
})

describe('the greeting and EHLO', () => {
  test.each([554, 421, 250])('%i in place of the greeting', async (code) => {
    const error = await failure({ greeting: `${code} go away` })
    expect(error).toMatchObject({ code: 'CONNECT', replyCode: code, text: 'go away', permanent: code === 554 })
  })

  test.each([450, 500, 501, 502, 504, 550, 554])('HELO is tried where EHLO is refused with %i', async (code) => {
    const server = new MemoryServer({ answer: (line) => (line.startsWith('EHLO') ? `${code} unknown` : undefined) })
    const client = await SmtpClient.over(server, { clientName, tls: 'off' })
    expect(server.lines).toEqual(['EHLO bar.example', 'HELO bar.example'])
    expect(await client.deliver({ from: '', to: 'b@foo.example', message: 'hi' })).toMatchObject({ ok: true })
    expect(server.lines).toContain('MAIL FROM:<>')
  })

  test('a refused HELO is the error where EHLO is refused too', async () => {
    const answer = (line: string) =>
      line.startsWith('EHLO') ? '500 unknown' : line.startsWith('HELO') ? '550 no' : undefined
    expect(await failure({ answer }, { tls: 'off' })).toMatchObject({
      message: expect.stringContaining('HELO with 550'),
    })
  })

  test('HELO is not tried after 421', async () => {
    const lines: string[] = []
    const answer = (line: string) => {
      lines.push(line)
      return line.startsWith('EHLO') ? '421 no' : undefined
    }
    expect(await failure({ answer })).toMatchObject({ code: 'HELO', replyCode: 421 })
    expect(lines).toEqual(['EHLO bar.example'])
  })

  test('LMTP says LHLO and has no HELO', async () => {
    const server = new MemoryServer({ protocol: 'lmtp', answer: () => '500 unknown' })
    await expect(LmtpClient.over(server, { clientName, tls: 'off' })).rejects.toMatchObject({ code: 'HELO' })
    expect(server.lines).toEqual(['LHLO bar.example', 'QUIT'])
  })

  test.each([
    [{ address: '192.0.2.1', hostName: 'mail.bar.example' }, 'mail.bar.example'],
    [{ address: '192.0.2.1', hostName: 'laptop' }, '[192.0.2.1]'],
    [{ address: '192.0.2.1', hostName: 'my_laptop.local' }, '[192.0.2.1]'],
    [{ address: '2001:db8::1' }, '[IPv6:2001:db8::1]'],
    [{ address: 'fe80::1%eth0' }, '[IPv6:fe80::1]'],
    [{}, '[127.0.0.1]'],
  ])('the client calls itself after %j', async (local, name) => {
    const server = Object.assign(new MemoryServer(), { local })
    await SmtpClient.over(server, { tls: 'off' })
    expect(server.lines).toEqual([`EHLO ${name}`])
  })

  test('a server that says nothing runs into the greeting’s timeout', async () => {
    const server = new MemoryServer({ cutAfterSent: 0 })
    server.read = () => new Promise(() => {})
    const opening = SmtpClient.over(server, { tlsOptions, timeouts: { greeting: 20 } })
    await expect(opening).rejects.toMatchObject({ code: 'TIMEOUT', phase: 'greeting' })
  })
})

describe('AUTH', () => {
  const clear = { clientName, tls: 'off', allowInsecureAuth: true, auth } as const
  const responses = (line: string) => Buffer.from(line, 'base64').toString()

  test('PLAIN is preferred, with its initial response', async () => {
    const server = new MemoryServer({ keywords: ['AUTH LOGIN PLAIN'] })
    await SmtpClient.over(server, { ...clear, auth: { ...auth, authzid: 'boss' } })
    expect(responses(server.lines[1]?.slice(11) ?? '')).toBe('boss\0ann\0secret')
  })

  test('PLAIN has nothing to say to a challenge but an empty one, to which it says the same', async () => {
    const asking = (line: string) =>
      line.startsWith('AUTH') ? '334 ' : line === 'AGFubgBzZWNyZXQ=' ? '235 ok' : undefined
    const server = new MemoryServer({ keywords: ['AUTH PLAIN'], answer: asking })
    expect(await SmtpClient.over(server, clear)).toMatchObject({ authenticated: true })
    const answer = (line: string) => (line.startsWith('AUTH') ? '334 YmFk' : line === '*' ? '501 cancelled' : undefined)
    const error = await failure({ keywords: ['AUTH PLAIN'], answer }, clear)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 501, mechanism: 'PLAIN' })
  })

  test('LOGIN is not used to act as somebody else, whom it can’t name', async () => {
    const answer = (line: string) => (line.startsWith('AUTH PLAIN') ? '535 5.7.8 not as bob' : undefined)
    const error = await failure(
      { keywords: ['AUTH PLAIN LOGIN'], answer },
      { ...clear, auth: { ...auth, authzid: 'bob' } },
    )
    expect(error).toMatchObject({ code: 'AUTHENTICATION', mechanism: 'PLAIN' })
    const none = await failure({ keywords: ['AUTH LOGIN'] }, { ...clear, auth: { ...auth, authzid: 'bob' } })
    expect(none).toMatchObject({ code: 'NOT_SUPPORTED' })
    const server = new MemoryServer({ keywords: ['AUTH LOGIN'] })
    expect(await SmtpClient.over(server, { ...clear, auth: { ...auth, authzid: auth.user } })).toMatchObject({
      authenticated: true,
    })
  })

  test('LOGIN answers prompts by their order', async () => {
    const answer = (line: string) =>
      line.startsWith('AUTH') ? '334 d2hhdGV2ZXI=' : line.startsWith('EHLO') ? undefined : '235 ok'
    const server = new MemoryServer({ keywords: ['AUTH LOGIN'], answer })
    await SmtpClient.over(server, clear)
    expect(server.lines.slice(1).map((line) => responses(line.replace('AUTH LOGIN ', '')))).toEqual(['ann', 'secret'])
  })

  test('a prompt too many is cancelled', async () => {
    const answer = (line: string) => (line.startsWith('EHLO') ? undefined : line === '*' ? '501 cancelled' : '334 ')
    const error = await failure({ keywords: ['AUTH LOGIN'], answer }, clear)
    expect(error).toMatchObject({ code: 'AUTHENTICATION', replyCode: 501, mechanism: 'LOGIN' })
  })

  test('an initial response too long for a command line waits for the empty challenge', async () => {
    const pass = 'x'.repeat(400)
    const answer = (line: string) =>
      line === 'AUTH PLAIN' ? '334 ' : line.startsWith('EHLO') ? undefined : '235 2.7.0 ok'
    const server = new MemoryServer({ keywords: ['AUTH PLAIN'], answer })
    const client = await SmtpClient.over(server, { ...clear, auth: { user: 'ann', pass } })
    expect(client.authenticated).toBe(true)
    expect(server.lines.slice(1).map(responses)).toEqual([expect.anything(), `\0ann\0${pass}`])
  })

  test('a challenge that is not base64 is cancelled and a fault of the server', async () => {
    const lines: string[] = []
    const answer = (line: string) => {
      lines.push(line)
      return line.startsWith('EHLO') ? undefined : line === '*' ? '501 cancelled' : '334 !?'
    }
    const error = await failure({ keywords: ['AUTH LOGIN'], answer }, clear)
    expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL', violation: 'BAD_CHALLENGE' })
    expect(lines.slice(-2)).toEqual(['*', 'QUIT'])
  })

  test('the next mechanism is tried on a refusal, and the last refusal is the error', async () => {
    const answer = (line: string) =>
      line.startsWith('AUTH PLAIN') ? '504 5.5.4 no' : line.startsWith('AUTH LOGIN') ? '535 5.7.8 wrong' : undefined
    const error = await failure({ keywords: ['AUTH PLAIN LOGIN'], answer }, clear)
    expect(error).toMatchObject({
      code: 'AUTHENTICATION',
      replyCode: 535,
      enhancedCode: '5.7.8',
      mechanism: 'LOGIN',
    })
    expect(`${inspect(error, { depth: 9 })}`).not.toMatch(/secret|c2VjcmV0/)
  })

  test('503 counts as authenticated already', async () => {
    const server = new MemoryServer({
      keywords: ['AUTH PLAIN'],
      answer: (line) => (line.startsWith('AUTH') ? '503 already' : undefined),
    })
    expect(await SmtpClient.over(server, clear)).toBeInstanceOf(SmtpClient)
  })

  test('not offered', async () => {
    expect(await failure({}, clear)).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'AUTH' })
  })

  test('no mechanism in common names both sides', async () => {
    const error = await failure({ keywords: ['AUTH GSSAPI NTLM'] }, clear)
    expect(error.message).toMatch(/GSSAPI, NTLM.*PLAIN, LOGIN/)
  })

  test('no client shows its credentials', async () => {
    const client = await SmtpClient.over(new MemoryServer({ keywords: ['AUTH PLAIN'] }), clear)
    expect(inspect(client, { depth: 9, showHidden: true })).not.toMatch(/secret|c2VjcmV0/)
  })
})

describe('connect', () => {
  async function requested(
    url: string,
    options: ConnectOptions = {},
    kind: typeof SmtpClient | typeof LmtpClient = SmtpClient,
  ) {
    let request: ConnectRequest | undefined
    let server: MemoryServer | undefined
    const connect: Connect = async (asked) => {
      request = asked
      server = new MemoryServer({
        protocol: kind === LmtpClient ? 'lmtp' : 'smtp',
        keywords: ['STARTTLS', 'AUTH PLAIN'],
      })
      return server
    }
    await kind.connectBy(connect, url, { clientName, ...options })
    const { signal: _, ...rest } = request ?? expect.unreachable()
    return { request: rest, verbs: server?.lines.map((line) => line.split(' ')[0]) }
  }

  test.each([
    ['smtp://mail.example', { target: { host: 'mail.example', port: 25 } }, ['EHLO', 'STARTTLS', 'EHLO']],
    [
      'smtp://ann:s%40crt@mail.example:587/',
      { target: { host: 'mail.example', port: 587 } },
      ['EHLO', 'STARTTLS', 'EHLO', 'AUTH'],
    ],
    ['smtp://[::1]:25', { target: { host: '::1', port: 25 } }, ['EHLO', 'STARTTLS', 'EHLO']],
    [
      'smtps://mail.example',
      { target: { host: 'mail.example', port: 465 }, tls: { serverName: 'mail.example' } },
      ['EHLO'],
    ],
  ])('%s', async (url, request, verbs) => {
    expect(await requested(url)).toEqual({ request, verbs })
  })

  test('lmtp://', async () => {
    expect(await requested('lmtp://mail.example', {}, LmtpClient)).toEqual({
      request: { target: { host: 'mail.example', port: 2003 } },
      verbs: ['LHLO', 'STARTTLS', 'LHLO'],
    })
  })

  test('lmtp:// on port 25 is refused', async () => {
    const refused = LmtpClient.connectBy(() => expect.unreachable(), 'lmtp://mail.example:25')
    await expect(refused).rejects.toMatchObject({ field: 'url' })
  })

  test('an attempt that fails ends with QUIT where the server still listens', async () => {
    for (const options of [{ greeting: '554 no' }, { keywords: [] }, { keywords: ['AUTH PLAIN'] }]) {
      const server = new MemoryServer(options)
      await expect(SmtpClient.over(server, { clientName, tlsOptions, auth })).rejects.toThrow()
      expect(server.lines.at(-1)).toBe('QUIT')
      expect(server.closed).toBe(true)
    }
  })

  test('lmtp+unix:// needs no TLS', async () => {
    expect(await requested('lmtp+unix:///run/dovecot/lmtp%20sock', {}, LmtpClient)).toEqual({
      request: { target: { path: '/run/dovecot/lmtp sock' } },
      verbs: ['LHLO'],
    })
  })

  test('tlsOptions and localAddress reach the adapter', async () => {
    const { request } = await requested('smtps://mail.example', {
      tlsOptions: { serverName: 'other.example', ca: 'PEM' },
      localAddress: '127.0.0.2',
    })
    expect(request).toMatchObject({ tls: { serverName: 'other.example', ca: 'PEM' }, localAddress: '127.0.0.2' })
  })

  test('a server name in U-labels is verified and sent in A-labels', async () => {
    const { request } = await requested('smtps://mail.example', { tlsOptions: { serverName: 'bücher.example' } })
    expect(request).toMatchObject({ tls: { serverName: 'xn--bcher-kva.example' } })
    const refused = requested('smtps://mail.example', { tlsOptions: { serverName: 'büch er.example' } })
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'tlsOptions.serverName' })
  })

  test.each([
    ['http://mail.example', {}, 'url'],
    ['lmtp://mail.example', {}, 'url'],
    ['smtp://mail.example:port', {}, 'url'],
    ['smtp://mail.example:0', {}, 'url'],
    ['smtp://mail.example/path', {}, 'url'],
    ['smtp://mail.example?tls=no', {}, 'url'],
    ['smtp://mail%0d%0a.example', {}, 'url'],
    ['smtp://ann:%zz@mail.example', {}, 'url password'],
    ['smtps://mail.example', { tls: 'off' }, 'tls'],
    ['smtp://mail.example', { tsl: 'off' }, 'tsl'],
    ['smtp://mail.example', { tls: 'maybe' }, 'tls'],
    ['smtp://mail.example', { tlsOptions: { sni: 'x' } }, 'tlsOptions.sni'],
    ['smtp://mail.example', { auth: { user: 'ann' } }, 'auth.pass'],
    ['smtp://mail.example', { auth: { user: '', pass: 'x' } }, 'auth.user'],
    ['smtp://mail.example', { auth: { user: 'ann', pass: '\0' } }, 'auth.pass'],
    ['smtp://ann:%00@mail.example', {}, 'auth.pass'],
    ['smtp://mail.example', { tlsOptions: { ca: ['PEM', 7] } }, 'tlsOptions.ca'],
    ['smtp://mail.example', 'options', 'options'],
    ['smtp://mail.example', { timeouts: { connect: 3_000_000_000 } }, 'timeouts.connect'],
    ['smtp://ann@mail.example', {}, 'url'],
    ['smtp://:secret@mail.example', {}, 'url'],
    ['smtp://mail.example', { clientName: 'bar.example\r\nMAIL' }, 'clientName'],
    ['smtp://mail.example', { timeouts: { connect: 0 } }, 'timeouts.connect'],
    ['smtp://mail.example', { timeouts: { lunch: 1 } }, 'timeouts'],
    ['smtp://mail.example', { timeouts: { connect: '1' } }, 'timeouts.connect'],
    ['smtp://mail.example', { timeouts: { mail: '1' } }, 'timeouts.mail'],
    ['smtp://mail.example', { timeouts: new Map([['mail', 1]]) }, 'timeouts'],
    ['smtp://mail.example', { timeouts: [] }, 'timeouts'],
    ['smtp://mail.example', { limits: { maxLineLength: -1 } }, 'limits.maxLineLength'],
    ['smtp://mail.example', { limits: { maxLineLength: '1' } }, 'limits.maxLineLength'],
    ['smtp://mail.example', { limits: null }, 'limits'],
    ['smtp://mail.example', { scram: { minIterations: '1' } }, 'scram.minIterations'],
    ['smtp://mail.example', { scram: { minIteration: 1 } }, 'scram'],
    ['smtp://mail.example', { signal: {} }, 'signal'],
  ])('%s with %j is refused before anything is connected', async (url, options, field) => {
    const connect: Connect = () => expect.unreachable()
    const refused = SmtpClient.connectBy(connect, url, options as ConnectOptions)
    await expect(refused).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(refused).rejects.toMatchObject({ field })
  })

  test.each([
    ['lmtp+unix://host/path', 'url'],
    ['lmtp+unix:///', 'url'],
    ['lmtp+unix:///run/%00', 'url path'],
    ['smtp://mail.example', 'url'],
  ])('%s is no place for LMTP', async (url, field) => {
    const refused = LmtpClient.connectBy(() => expect.unreachable(), url)
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field })
  })

  test.each([
    ['lmtp+unix:///run/lmtp.sock', "'/run/lmtp.sock'"],
    ['lmtp://[::1]', '[::1]:2003'],
    ['lmtp://mail.example:24', 'mail.example:24'],
  ])('an attempt that fails names %s', async (url, target) => {
    const refused = LmtpClient.connectBy(() => Promise.reject('no error object'), url)
    await expect(refused).rejects.toMatchObject({ message: `could not connect to ${target}: 'no error object'` })
  })

  test('no error shows the password of a URL', async () => {
    const connect: Connect = () => Promise.reject(new Error('ECONNREFUSED'))
    for (const url of [
      'smtp://ann:secret@mail.example:x',
      'htp://ann:secret@mail.example',
      'smtp://ann:secret@mail.example',
    ]) {
      const error = await SmtpClient.connectBy(connect, url).catch((error) => error)
      expect(inspect(error, { depth: 9 })).not.toContain('secret')
    }
  })

  test('an adapter’s error is wrapped, with the target and the cause', async () => {
    const cause = new Error('ECONNREFUSED')
    const refused = SmtpClient.connectBy(() => Promise.reject(cause), 'smtp://mail.example')
    await expect(refused).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      cause,
      message: expect.stringContaining('mail.example:25'),
    })
  })

  test('an adapter’s own SmtpError is passed on as it is', async () => {
    const error = new InvalidArgumentError('localAddress', 'is not mine')
    await expect(SmtpClient.connectBy(() => Promise.reject(error), 'smtp://mail.example')).rejects.toBe(error)
  })

  const hanging: Connect = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))

  test('an abort ends the attempt', async () => {
    const controller = new AbortController()
    const attempt = SmtpClient.connectBy(hanging, 'smtp://mail.example', { signal: controller.signal })
    controller.abort()
    await expect(attempt).rejects.toMatchObject({ code: 'ABORTED' })
    const late = SmtpClient.connectBy(hanging, 'smtp://mail.example', { signal: controller.signal })
    await expect(late).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('a timeout ends the attempt', async () => {
    const attempt = SmtpClient.connectBy(hanging, 'smtp://mail.example', { timeouts: { connect: 20 } })
    await expect(attempt).rejects.toMatchObject({ code: 'TIMEOUT', phase: 'connect', milliseconds: 20 })
  })

  test('a signal that is aborted already opens nothing', async () => {
    const server = new MemoryServer()
    const opening = SmtpClient.over(server, { clientName, tls: 'off', signal: AbortSignal.abort() })
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' })
    expect(server).toMatchObject({ closed: true, lines: [] })
  })

  test('an abort while the session opens ends it', async () => {
    const controller = new AbortController()
    const server = new MemoryServer({ answer: () => null })
    const opening = SmtpClient.over(server, { clientName, tlsOptions, signal: controller.signal })
    setTimeout(() => controller.abort(), 1)
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' })
    expect(server.closed).toBe(true)
  })
})
