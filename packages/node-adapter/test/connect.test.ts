import dns, { type LookupOptions } from 'node:dns'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConnectionFailedError, connect, InvalidArgumentError, LmtpClient, SmtpClient } from '@sansmtp/node'
import { type Peer, ScriptedServer } from '@sansmtp/testkit/adapter-suite'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

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
  const server = await ScriptedServer.listen()
  await server[Symbol.asyncDispose]()
  return server.port
}

describe('connecting in clear', () => {
  it('gives a client of this class, with an open session', async () => {
    await using server = await ScriptedServer.listen(greet)
    const client = await SmtpClient.connect(`smtp://127.0.0.1:${server.port}`, { tls: 'off' })
    expect(client).toBeInstanceOf(SmtpClient)
    expect(client.secure).toBe(false)
    await client.quit()
    await server.finished()
  })

  it('reaches a name of which only one address listens', async () => {
    await using server = await ScriptedServer.listen(greet)
    const client = await SmtpClient.connect(`smtp://localhost:${server.port}`, { tls: 'off' })
    await client.quit()
    await server.finished()
  })

  it('tells the address and the name of its own side', async () => {
    await using server = await ScriptedServer.listen()
    const transport = await connect({ target: { host: '127.0.0.1', port: server.port }, signal })
    expect(transport.local).toEqual({ address: '127.0.0.1', hostName: hostname() })
    expect(transport.tls).toBeUndefined()
    await transport.close()
  })

  it('sends without the delay of Nagle', async () => {
    await using server = await ScriptedServer.listen()
    using setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
    const transport = await connect({ target: { host: '127.0.0.1', port: server.port }, signal })
    expect(setNoDelay.mock.contexts.map((socket) => (socket as Socket).remotePort)).toEqual([server.port])
    expect(setNoDelay.mock.calls.flat()).not.toContain(false)
    await transport.close()
  })

  it('looks for an address of the same family as the local one', async () => {
    await using server = await ScriptedServer.listen()
    using lookup = vi.spyOn(dns, 'lookup').mockImplementation(twoAddresses)
    const request = { target: { host: 'mail.example.test', port: server.port }, localAddress: '127.0.0.2', signal }
    const transport = await connect(request)
    expect(lookup).toHaveBeenCalledOnce()
    expect(transport.local?.address).toBe('127.0.0.2')
    await transport.close()
  })

  it('tries the next address of a name when one refuses', async () => {
    await using server = await ScriptedServer.listen()
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
    await using server = await ScriptedServer.listen()
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
    await using server = await ScriptedServer.listen((peer) => greet(peer, 'LHLO'), { path })
    const client = await LmtpClient.connect(`lmtp+unix://${path}`)
    expect(client).toBeInstanceOf(LmtpClient)
    await client.quit()
    await server.finished()
  })

  it('has no address of its own', async () => {
    const path = join(directory, 'addressless')
    await using _ = await ScriptedServer.listen(undefined, { path })
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

describe('connecting with implicit TLS', async () => {
  const authority = await createCertificateAuthority()
  const identity = await authority.issue()
  const tlsOptions = { ca: authority.certificate }

  it('knows the TLS connection', async () => {
    await using server = await ScriptedServer.listen(async (peer) => {
      await peer.startTls(identity)
      await greet(peer)
    })
    const client = await SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions })
    expect(client.secure).toBe(true)
    expect(client.tls).toEqual({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      authorized: true,
      channelBindings: expect.any(Object),
    })
    await client.quit()
    await server.finished()
  })

  it('sends the host as server name', async () => {
    await using server = await ScriptedServer.listen(async (peer) => {
      const { servername } = (await peer.startTls(identity)) as unknown as { servername: unknown }
      await greet(peer)
      return servername
    })
    await (await SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions })).quit()
    await (await SmtpClient.connect(`smtps://127.0.0.1:${server.port}`, { tlsOptions })).quit()
    expect(await server.finished()).toEqual(['localhost', false])
  })

  it("keeps Node's error where the server speaks in clear", async () => {
    await using server = await ScriptedServer.listen(async (peer) => peer.send('220 ready\r\n'))
    const failed = SmtpClient.connect(`smtps://localhost:${server.port}`)
    await expect(failed).rejects.toMatchObject({
      code: 'TLS_FAILED',
      cause: { code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    })
    await server.finished()
  })
})
