import {
  CertificateError,
  encodeProxyHeader,
  type ProxyHeader,
  type SmtpError,
  TlsFailedError,
  type TlsInfo,
} from '@sansmtp/core'
import {
  type Connect,
  type ConnectOptions,
  type ConnectRequest,
  LmtpClient,
  type SessionOptions,
  SmtpClient,
  type TlsOptions,
  type Transport,
} from '@sansmtp/core/client'
import { memoryTransport, ServerConnection } from '@sansmtp/testkit'
import { describe, expect, test, vi } from 'vitest'
import { withPreface } from '../../src/client/preface.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { errorOf } from './connected.ts'

const source = { host: '192.0.2.7', port: 56_324 }
const destination = { host: '192.0.2.25', port: 25 }
const proxy: ProxyHeader = { source, destination }
const line = 'PROXY TCP4 192.0.2.7 192.0.2.25 56324 25\r\n'
const clientName = 'bar.example'
const inClear: SessionOptions = { tls: 'off', clientName, proxy }
const tlsOptions = { serverName: 'memory.example' }
const implicit: SessionOptions = { tls: 'implicit', clientName, tlsOptions, proxy }
const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi' }

/** A server behind a proxy, that tells what came first and in which order things were asked of its transport. */
class ProxiedServer implements Transport {
  readonly calls: string[] = []
  readonly tlsAsked: TlsOptions[] = []
  readonly server = new MemoryServer()
  local?: NonNullable<Transport['local']>
  writes: (bytes: Uint8Array) => Promise<void> = async () => {}
  handshake: () => Promise<TlsInfo> = async () => ({ protocol: 'TLSv1.3', authorized: true })
  closing: () => void | Promise<void> = () => {}

  read(): Promise<Uint8Array | null> {
    this.calls.push('read')
    return this.server.read()
  }

  async write(bytes: Uint8Array): Promise<void> {
    const text = Buffer.from(bytes).toString('latin1')
    const isFirst = !this.calls.some((call) => call.startsWith('write'))
    this.calls.push(`write ${JSON.stringify(text)}`)
    await (isFirst ? this.writes(bytes) : this.server.write(bytes))
  }

  startTls(options: TlsOptions): Promise<TlsInfo> {
    this.calls.push('startTls')
    this.tlsAsked.push(options)
    return this.handshake()
  }

  close(): void | Promise<void> {
    this.calls.push('close')
    this.server.close()
    return this.closing()
  }
}

function connecting(transport: Transport): { connect: Connect; requests: ConnectRequest[] } {
  const requests: ConnectRequest[] = []
  return {
    requests,
    connect: async (request) => {
      requests.push(request)
      return transport
    },
  }
}

const header = `write ${JSON.stringify(line)}`
const greeting = `write ${JSON.stringify('EHLO bar.example\r\n')}`

describe('a PROXY header', () => {
  test('goes out before anything else', async () => {
    const transport = new ProxiedServer()
    const { connect, requests } = connecting(transport)
    const client = await SmtpClient.connectBy(connect, 'smtp://mail.example', inClear)
    expect(transport.calls.slice(0, 2)).toEqual([header, 'read'])
    expect(transport.calls.filter((call) => call.startsWith('write'))).toEqual([header, greeting])
    expect(transport.calls).not.toContain('startTls')
    expect(requests[0]).toMatchObject({ target: { host: 'mail.example', port: 25 } })
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  })

  test('goes out before STARTTLS is spoken of', async () => {
    const transport = new ProxiedServer()
    const server = new MemoryServer({ keywords: ['STARTTLS'] })
    Object.assign(transport, { server })
    const client = await SmtpClient.connectBy(connecting(transport).connect, 'smtp://mail.example', {
      clientName,
      proxy,
    })
    expect(transport.calls.filter((call) => call !== 'read')).toEqual([
      header,
      greeting,
      `write ${JSON.stringify('STARTTLS\r\n')}`,
      'startTls',
      greeting,
    ])
    expect(client.secure).toBe(true)
  })

  test('goes out in clear, before the TLS with which the connection begins', async () => {
    const transport = new ProxiedServer()
    const { connect, requests } = connecting(transport)
    const client = await SmtpClient.connectBy(connect, 'smtps://mail.example', { clientName, proxy })
    expect(requests).toMatchObject([{ target: { host: 'mail.example', port: 465 } }])
    expect(requests[0]).not.toHaveProperty('tls')
    expect(transport.calls.slice(0, 3)).toEqual([header, 'startTls', 'read'])
    expect(transport.tlsAsked).toEqual([{ serverName: 'mail.example' }])
    expect(client).toMatchObject({ secure: true, tls: { protocol: 'TLSv1.3', authorized: true } })
    await client.quit()
    expect(transport.calls.at(-1)).toBe('close')
    expect(transport.server.lines).toEqual(['EHLO bar.example', 'QUIT'])
  })

  test.each([
    [{ version: 2, source, destination }],
    [{ version: 2, local: true }],
    [{ local: true }],
    [{ source: { host: '2001:db8::7', port: 1 }, destination: { host: '::1', port: 25 } }],
  ] as const)('is what %j says, in one write', async (proxy) => {
    const transport = new ProxiedServer()
    const written: Uint8Array[] = []
    transport.writes = async (bytes) => void written.push(bytes)
    await SmtpClient.over(transport, { ...inClear, proxy })
    expect(written).toEqual([encodeProxyHeader(proxy)])
  })

  test('goes out again on every connection that reconnect makes', async () => {
    const transports = [new ProxiedServer(), new ProxiedServer()]
    const connect: Connect = async () => transports.find(({ calls }) => calls.length === 0) as Transport
    const client = await SmtpClient.connectBy(connect, 'smtp://mail.example', inClear)
    await client.reconnect()
    expect(transports.map(({ calls }) => calls[0])).toEqual([header, header])
    expect(await client.noop()).toMatchObject({ code: 250 })
  })

  test('goes over LMTP, and through a unix socket', async () => {
    const transport = new ProxiedServer()
    Object.assign(transport, { server: new MemoryServer({ protocol: 'lmtp' }) })
    const client = await LmtpClient.connectBy(connecting(transport).connect, 'lmtp+unix:///run/lmtp', {
      clientName,
      proxy,
    })
    expect(transport.calls.filter((call) => call !== 'read')).toEqual([
      header,
      `write ${JSON.stringify('LHLO bar.example\r\n')}`,
    ])
    expect(client.connected).toBe(true)
  })

  test('is not in the transcript', async () => {
    const onTranscript = vi.fn()
    await SmtpClient.over(new ProxiedServer(), { ...inClear, onTranscript })
    expect(JSON.stringify(onTranscript.mock.calls)).not.toContain('PROXY')
    expect(onTranscript).toHaveBeenCalled()
  })
})

describe('over a transport of one’s own, a PROXY header', () => {
  test('goes out before anything else', async () => {
    const transport = new ProxiedServer()
    await SmtpClient.over(transport, inClear)
    expect(transport.calls.filter((call) => call !== 'read')).toEqual([header, greeting])
  })

  test('goes out before TLS, which begins here then', async () => {
    const transport = new ProxiedServer()
    const client = await SmtpClient.over(transport, implicit)
    expect(transport.calls.slice(0, 3)).toEqual([header, 'startTls', 'read'])
    expect(transport.tlsAsked).toEqual([tlsOptions])
    expect(client).toMatchObject({ secure: true, tls: { authorized: true } })
  })

  test('needs a name to verify for that', async () => {
    const transport = new ProxiedServer()
    const error = await errorOf(SmtpClient.over(transport, { tls: 'implicit', clientName, proxy }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'tlsOptions.serverName' })
    expect(transport.calls).toEqual([])
  })

  test('comes too late where TLS stands', async () => {
    const transport = Object.assign(new ProxiedServer(), { tls: { protocol: 'TLSv1.3' } })
    const error = await errorOf(SmtpClient.over(transport, implicit))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'proxy' })
    expect(transport.calls).toEqual([])
    // A tunnel to the proxy is none of the session's TLS.
    expect(await SmtpClient.over(transport, inClear)).toMatchObject({ secure: false })
  })

  test('is not sent where another option is wrong', async () => {
    const transport = new ProxiedServer()
    for (const options of [{ limits: { maxLineLength: -1 } }, { timeouts: { mail: 0 } }]) {
      expect(await errorOf(SmtpClient.over(transport, { ...inClear, ...options } as SessionOptions))).toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    }
    expect(transport.calls).toEqual([])
  })
})

describe('of TLS behind a PROXY header is known', () => {
  test('what the handshake tells, and the certificate that the client has shown', async () => {
    const exporter = new Uint8Array(32).fill(7)
    const transport = new ProxiedServer()
    transport.handshake = async () => ({ channelBindings: { 'tls-exporter': exporter } })
    const client = await SmtpClient.over(transport, {
      ...implicit,
      tlsOptions: { ...tlsOptions, cert: 'a certificate', key: 'its key' },
    })
    expect(transport.tlsAsked).toEqual([{ ...tlsOptions, cert: 'a certificate', key: 'its key' }])
    expect(client.tls).toEqual({ channelBindings: { 'tls-exporter': exporter }, clientCertificate: true })
  })

  test('what an authentication is bound to', async () => {
    const channelBindings = { 'tls-exporter': new Uint8Array(32).fill(7) }
    const users = { ann: 'secret' }
    const server = new ServerConnection({
      secure: true,
      expectsProxy: true,
      users,
      channelBindings,
      extensions: { AUTH: ['SCRAM-SHA-256-PLUS'] },
    })
    const transport = memoryTransport(server, { local: { hostName: 'laptop.example' } })
    transport.startTls = async () => ({ channelBindings })
    const auth = { user: 'ann', pass: 'secret' }
    const client = await SmtpClient.over(transport, { tls: 'implicit', tlsOptions, proxy, auth })
    expect(client.authenticated).toBe(true)
    expect(await client.deliver(delivery)).toMatchObject({ ok: true })
    expect(server.violations).toEqual([])
    expect(server.commands[0]).toMatchObject({ line: 'EHLO laptop.example' })
    expect(server.proxied).toMatchObject({ source: { address: '192.0.2.7', port: 56_324 } })
  })

  test('the name that the client has where it is', async () => {
    const transport = new ProxiedServer()
    transport.local = { address: '192.0.2.99' }
    await SmtpClient.over(transport, { tls: 'implicit', tlsOptions, proxy })
    expect(transport.server.lines).toEqual(['EHLO [192.0.2.99]'])
  })
})

describe('a strict server', () => {
  test.each<[ProxyHeader, object]>([
    [proxy, { version: 1, command: 'PROXY', transport: 'TCP4', source: { address: '192.0.2.7', port: 56_324 } }],
    [
      { version: 2, source: { host: '2001:db8::7', port: 0 }, destination: { host: '::1', port: 65_535 } },
      { version: 2, command: 'PROXY', transport: 'TCP6', destination: { address: '0:0:0:0:0:0:0:1', port: 65_535 } },
    ],
    [
      { version: 2, source: { host: '::ffff:192.0.2.7', port: 1 }, destination },
      { version: 2, transport: 'TCP4', source: { address: '192.0.2.7', port: 1 } },
    ],
    [{ local: true }, { version: 1, transport: 'UNKNOWN' }],
    [
      { version: 2, local: true },
      { version: 2, command: 'LOCAL' },
    ],
  ])('takes %j', async (proxy, proxied) => {
    for (const [protocol, Client] of [
      ['smtp', SmtpClient],
      ['lmtp', LmtpClient],
    ] as const) {
      const server = new ServerConnection({ protocol, expectsProxy: true })
      const client = await Client.over(memoryTransport(server), { ...inClear, proxy })
      expect(await client.deliver(delivery)).toMatchObject({ ok: true })
      expect(server.violations).toEqual([])
      expect(server.proxied).toMatchObject(proxied)
    }
  })

  test('that expects a header, and gets none, ends the session', async () => {
    const server = new ServerConnection({ expectsProxy: true })
    const error = await errorOf(
      SmtpClient.over(memoryTransport(server), { tls: 'off', clientName, timeouts: { greeting: 20 } }),
    )
    expect(error).toMatchObject({ code: 'TIMEOUT', phase: 'greeting' })
  })
})

/** Ways to connect with TLS behind the header, and what the error of a failed write is to say. */
const ways: readonly [string, (transport: Transport, options?: SessionOptions) => Promise<SmtpClient>][] = [
  [
    'by an adapter',
    (transport, options) => {
      const { tls: _, ...others } = { ...implicit, ...options }
      return SmtpClient.connectBy(connecting(transport).connect, 'smtps://mail.example', others)
    },
  ],
  ['over a transport of one’s own', (transport, options) => SmtpClient.over(transport, { ...implicit, ...options })],
]

describe.each(ways)('where a connection is made %s, and', (_, connect) => {
  test('the header can not be sent, that is the error, and the transport is closed', async () => {
    const transport = new ProxiedServer()
    const cause = new Error('EPIPE\r\n')
    transport.writes = () => Promise.reject(cause)
    const error = await errorOf(connect(transport))
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', cause })
    expect(error.message).toBe("the PROXY header could not be sent: 'EPIPE\\r\\n'")
    expect(transport.calls).toEqual([header, ...transport.calls.slice(1).fill('close')])
    expect(transport.calls).toContain('close')
  })

  test.each<[string, unknown, Partial<SmtpError>]>([
    ['a refused certificate', new CertificateError('expired', 'mail.example'), { code: 'CERTIFICATE_EXPIRED' }],
    [
      'the adapter’s own error',
      new TlsFailedError('no common version'),
      { code: 'TLS_FAILED', message: 'no common version' },
    ],
    [
      'the runtime’s error',
      new Error('handshake\nfailure'),
      { code: 'TLS_FAILED', message: "TLS failed: 'handshake\\nfailure'" },
    ],
    ['no error', 'no', { code: 'TLS_FAILED', message: 'TLS failed: the transport gives no reason' }],
  ])('TLS fails with %s, that is the error, and the transport is closed', async (_, failure, expected) => {
    const transport = new ProxiedServer()
    transport.handshake = () => Promise.reject(failure)
    const error = await errorOf(connect(transport))
    expect(error).toMatchObject(expected)
    expect(error instanceof Error && (error === failure || error.cause === failure)).toBe(true)
    expect(transport.calls.slice(0, 3)).toEqual([header, 'startTls', 'close'])
    expect(transport.server.lines).toEqual([])
  })

  test.each(['writes', 'handshake'] as const)('the time to connect runs out in its %s', async (step) => {
    const transport = Object.assign(new ProxiedServer(), { [step]: () => new Promise<never>(() => {}) })
    const error = await errorOf(connect(transport, { timeouts: { connect: 20 } }))
    expect(error).toMatchObject({ code: 'TIMEOUT', phase: 'connect' })
    expect(transport.calls).toContain('close')
  })

  test.each(['writes', 'handshake'] as const)('it is aborted in its %s', async (step) => {
    const controller = new AbortController()
    const transport = Object.assign(new ProxiedServer(), {
      [step]: () => {
        queueMicrotask(() => controller.abort('enough'))
        return new Promise<never>(() => {})
      },
    })
    const error = await errorOf(connect(transport, { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect(transport.calls).toContain('close')
    expect(transport.server.lines).toEqual([])
  })

  test('closing fails as well, that is nobody’s concern', async () => {
    for (const closing of [
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no')
      },
    ]) {
      const transport = Object.assign(new ProxiedServer(), { closing })
      transport.handshake = () => Promise.reject(new TlsFailedError('no common version'))
      expect(await errorOf(connect(transport))).toMatchObject({ code: 'TLS_FAILED' })
    }
  })

  test('TLS stands, STARTTLS is not legal any more', async () => {
    const transport = new ProxiedServer()
    Object.assign(transport, { server: new MemoryServer({ keywords: ['STARTTLS'] }) })
    const client = await connect(transport)
    expect(await errorOf(client.startTls())).toMatchObject({ code: 'LOCAL_PROTOCOL' })
    expect(transport.tlsAsked).toHaveLength(1)
  })
})

test('an aborted signal closes a transport of one’s own, and nothing is sent', async () => {
  const transport = new ProxiedServer()
  const error = await errorOf(SmtpClient.over(transport, { ...inClear, signal: AbortSignal.abort('too late') }))
  expect(error).toMatchObject({ code: 'ABORTED', cause: 'too late' })
  expect(transport.calls).toEqual(['close'])
})

test('an adapter that can not connect sends no header', async () => {
  const connect: Connect = () => Promise.reject(new Error('ECONNREFUSED'))
  const error = await errorOf(SmtpClient.connectBy(connect, 'smtps://mail.example', { clientName, proxy }))
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', message: expect.stringContaining('mail.example:465') })
})

test('what is made of the transport is a whole one', async () => {
  const transport = new ProxiedServer()
  const { connect } = connecting(transport)
  const { signal } = new AbortController()
  const made = await withPreface(connect, new Uint8Array(1))({ target: { path: '/sock' }, tls: tlsOptions, signal })
  expect(made.tls).toEqual(await made.startTls({ serverName: 'other.example' }))
  expect(made).not.toHaveProperty('local')
  expect(transport.tlsAsked).toEqual([tlsOptions, { serverName: 'other.example' }])
})

describe('a proxy option', () => {
  test.each<[string, unknown]>([
    ['proxy', 'PROXY'],
    ['proxy', null],
    ['proxy.versoin', { versoin: 2, local: true }],
    ['proxy.version', { version: 3, local: true }],
    ['proxy.local', { local: true, source }],
    ['proxy.local', { local: 'yes' }],
    ['proxy.source', { source: '192.0.2.7', destination }],
    ['proxy.source.host', { destination }],
    ['proxy.source.host', { source: { host: 'mail.example', port: 1 }, destination }],
    ['proxy.source.host', { source: { port: 1 }, destination }],
    ['proxy.source.port', { source: { host: '192.0.2.7' }, destination }],
    ['proxy.source.name', { source: { ...source, name: 'a' }, destination }],
    ['proxy.destination.port', { source, destination: { host: '192.0.2.25', port: 65_536 } }],
    ['proxy.destination.host', { source, destination: { host: '::1', port: 25 } }],
  ])('that is wrong in %s is refused before anything is done', async (field, proxy) => {
    const options = { ...inClear, proxy } as ConnectOptions
    const connect = vi.fn<Connect>()
    const transport = new ProxiedServer()
    for (const call of [
      SmtpClient.connectBy(connect, 'smtp://mail.example', options),
      LmtpClient.connectBy(connect, { host: 'mail.example', ...options }),
      SmtpClient.over(transport, options),
    ]) {
      expect(await errorOf(call)).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    }
    expect(connect).not.toHaveBeenCalled()
    expect(transport.calls).toEqual([])
  })
})
