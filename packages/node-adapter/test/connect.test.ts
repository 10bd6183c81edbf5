import dns, { type LookupOptions } from 'node:dns'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CertificateError,
  ConnectionFailedError,
  connect,
  InvalidArgumentError,
  LmtpClient,
  SmtpClient,
  TimeoutError,
  TlsFailedError,
} from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Peer, serve } from './scripted-server.ts'

const authority = await createCertificateAuthority()
const identity = await authority.issue()
const ca = authority.certificate
const { signal } = new AbortController()

/** A session that is opened and closed again. */
async function greet(peer: Peer, hello = 'EHLO'): Promise<void> {
  peer.send('220 ready\r\n')
  await peer.answer(hello, '250 hello')
  await peer.answer('QUIT', '221 bye')
}

/** Stands in for `dns.lookup`: a name with an address of each family. */
function twoAddresses(...[, options, callback]: unknown[]): void {
  const { family, all } = options as LookupOptions
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ].filter((each) => !family || each.family === family)
  const [first] = addresses
  const found = callback as (error: null, address: unknown, family?: number) => void
  process.nextTick(() => (all ? found(null, addresses) : found(null, first?.address, first?.family)))
}

async function unusedPort(): Promise<number> {
  const server = await serve(async () => {})
  await server[Symbol.asyncDispose]()
  return server.port
}

describe('connecting in clear', () => {
  it('gives a client of this class, with an open session', async () => {
    await using server = await serve(greet)
    const client = await SmtpClient.connect(`smtp://127.0.0.1:${server.port}`, { tls: 'off' })
    expect(client).toBeInstanceOf(SmtpClient)
    expect(client.secure).toBe(false)
    await client.quit()
    await server.finished()
  })

  it('reaches a name of which only one address listens', async () => {
    await using server = await serve(greet)
    const client = await SmtpClient.connect(`smtp://localhost:${server.port}`, { tls: 'off' })
    await client.quit()
    await server.finished()
  })

  it('tells the address and the name of its own side', async () => {
    await using server = await serve(async () => {})
    const transport = await connect({ target: { host: '127.0.0.1', port: server.port }, signal })
    expect(transport.local).toEqual({ address: '127.0.0.1', hostName: hostname() })
    expect(transport.tls).toBeUndefined()
    await transport.close()
  })

  it('sends without the delay of Nagle', async () => {
    await using server = await serve(async () => {})
    using setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
    const transport = await connect({ target: { host: '127.0.0.1', port: server.port }, signal })
    expect(setNoDelay.mock.contexts.map((socket) => (socket as Socket).remotePort)).toEqual([server.port])
    expect(setNoDelay.mock.calls.flat()).not.toContain(false)
    await transport.close()
  })

  it('connects from the local address that was asked for', async () => {
    await using server = await serve(greet)
    const url = `smtp://localhost:${server.port}`
    const client = await SmtpClient.connect(url, { tls: 'off', localAddress: '127.0.0.2' })
    expect(server.peers[0]?.socket.remoteAddress).toBe('127.0.0.2')
    await client.quit()
  })

  it('looks for an address of the same family as the local one', async () => {
    await using server = await serve(async () => {})
    using lookup = vi.spyOn(dns, 'lookup').mockImplementation(twoAddresses)
    const request = { target: { host: 'mail.example.test', port: server.port }, localAddress: '127.0.0.2', signal }
    const transport = await connect(request)
    expect(lookup).toHaveBeenCalledOnce()
    expect(transport.local?.address).toBe('127.0.0.2')
    await transport.close()
  })

  it('tries the next address of a name when one refuses', async () => {
    await using server = await serve(async () => {})
    using _ = vi.spyOn(dns, 'lookup').mockImplementation(twoAddresses)
    const transport = await connect({ target: { host: 'mail.example.test', port: server.port }, signal })
    expect(transport.local?.address).toBe('127.0.0.1')
    await transport.close()
  })

  it('names all addresses of a name when all refuse', async () => {
    const port = await unusedPort()
    using _ = vi.spyOn(dns, 'lookup').mockImplementation(twoAddresses)
    await expect(connect({ target: { host: 'mail.example.test', port }, signal })).rejects.toMatchObject({
      message: `could not connect to 'mail.example.test' port ${port}: ECONNREFUSED ::1, ECONNREFUSED 127.0.0.1`,
      cause: expect.any(AggregateError),
    })
  })

  it('may write on when the other side has ended', async () => {
    await using server = await serve(async (peer) => {
      peer.socket.end()
      expect(String(await peer.readExactly(7))).toBe('I heard')
    })
    const transport = await connect({ target: { host: '127.0.0.1', port: server.port }, signal })
    expect(await transport.read()).toBeNull()
    await transport.write(Buffer.from('I heard'))
    await server.finished()
    await transport.close()
  })

  it('refuses a local address that is none', async () => {
    const request = { target: { host: '127.0.0.1', port: 1 }, localAddress: 'localhost', signal }
    await expect(connect(request)).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  it('says which address refused, and keeps the cause', async () => {
    const port = await unusedPort()
    const refused = SmtpClient.connectBy(connect, `smtp://127.0.0.1:${port}`)
    await expect(refused).rejects.toBeInstanceOf(ConnectionFailedError)
    await expect(refused).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: `could not connect to '127.0.0.1' port ${port}: ECONNREFUSED 127.0.0.1`,
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('says that a local address is not available', async () => {
    await using server = await serve(async () => {})
    const request = { target: { host: '127.0.0.1', port: server.port }, localAddress: '192.0.2.1', signal }
    await expect(connect(request)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      cause: { code: 'EADDRNOTAVAIL' },
    })
  })
})

describe('connecting to a unix socket', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sansmtp-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('speaks LMTP over it', async () => {
    const path = join(directory, 'lmtp')
    await using server = await serve((peer) => greet(peer, 'LHLO'), { path })
    const client = await LmtpClient.connect(`lmtp+unix://${path}`)
    expect(client).toBeInstanceOf(LmtpClient)
    await client.quit()
    await server.finished()
  })

  it('has no address of its own', async () => {
    const path = join(directory, 'addressless')
    await using _ = await serve(async () => {}, { path })
    const transport = await connect({ target: { path }, signal })
    expect(transport.local).toEqual({ hostName: hostname() })
    await transport.close()
  })

  it('shows a path that is not there in escapes', async () => {
    await expect(connect({ target: { path: '/nowhere\n/lmtp' }, signal })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: "could not connect to '/nowhere\\n/lmtp': ENOENT",
      cause: { code: 'ENOENT' },
    })
  })
})

describe('connecting with implicit TLS', () => {
  const secure = async (peer: Peer) => {
    await peer.startTls(identity)
    await greet(peer)
  }

  it('knows the TLS connection', async () => {
    await using server = await serve(secure)
    const client = await SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions: { ca } })
    expect(client.secure).toBe(true)
    expect(client.tls).toEqual({ protocol: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/), authorized: true })
    await client.quit()
    await server.finished()
  })

  it('sends the host as server name', async () => {
    const names: unknown[] = []
    await using server = await serve(async (peer) => {
      const { servername } = (await peer.startTls(identity)) as unknown as { servername: unknown }
      names.push(servername)
      await greet(peer)
    })
    await (await SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions: { ca } })).quit()
    await (await SmtpClient.connect(`smtps://127.0.0.1:${server.port}`, { tlsOptions: { ca } })).quit()
    await server.finished()
    expect(names).toEqual(['localhost', false])
  })

  it.each(['127.0.0.1', '::1'])('verifies the address %s', async (host) => {
    await using server = await serve(secure, { host })
    const url = `smtps://${host === '::1' ? '[::1]' : host}:${server.port}`
    const client = await SmtpClient.connect(url, { tlsOptions: { ca } })
    expect(client.tls?.authorized).toBe(true)
    await client.quit()
  })

  it('refuses a certificate for another address', async () => {
    const other = await authority.issue({ names: ['localhost', '127.0.0.2'] })
    await using server = await serve(async (peer) => {
      await peer.startTls(other).catch(() => {})
      await peer.hungUp()
    })
    const refused = SmtpClient.connect(`smtps://127.0.0.1:${server.port}`, { tlsOptions: { ca } })
    await expect(refused).rejects.toBeInstanceOf(CertificateError)
    await expect(refused).rejects.toMatchObject({ code: 'CERTIFICATE_NAME_MISMATCH', check: 'name-mismatch' })
    await server.finished()
  })

  it('fails where the server speaks in clear', async () => {
    await using server = await serve(async (peer) => {
      peer.send('220 ready\r\n')
      await peer.hungUp()
    })
    const failed = SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions: { ca } })
    await expect(failed).rejects.toBeInstanceOf(TlsFailedError)
    await expect(failed).rejects.toMatchObject({ cause: { code: 'ERR_SSL_WRONG_VERSION_NUMBER' } })
    await server.finished()
  })

  it('runs out of time when the handshake is not answered', async () => {
    await using server = await serve((peer) => peer.hungUp())
    const failed = SmtpClient.connect(`smtps://localhost:${server.port}`, { timeouts: { connect: 20 } })
    await expect(failed).rejects.toBeInstanceOf(TimeoutError)
    await expect(failed).rejects.toMatchObject({ phase: 'connect', milliseconds: 20 })
    await server.finished()
  })
})

describe('a server that hangs up at once', () => {
  it.each([
    ['smtp', 'UNEXPECTED_EOF'],
    ['smtps', 'TLS_FAILED'],
  ])('ends the attempt over %s', async (scheme, code) => {
    await using server = await serve(async ({ socket }) => socket.destroy())
    await expect(SmtpClient.connect(`${scheme}://127.0.0.1:${server.port}`)).rejects.toMatchObject({ code })
  })
})
