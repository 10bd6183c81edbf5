import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import type { ConnectRequest } from '@sansmtp/core/client'
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { runBun } from './run-bun.ts'

/** RFC 5246 §6.2.1: the content type of an alert, of which `close_notify` is one. */
const alertRecord = 21

type Request = Omit<ConnectRequest, 'signal' | 'target'> & { readonly host: string; readonly port: number }

/** What comes of a request in Bun. */
async function attempt(
  { host, port, ...request }: Request,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const argument = JSON.stringify({ target: { host, port }, ...request })
  const { stdout, stderr } = await runBun('packages/bun-adapter/test/attempt.mjs', [argument], env)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server with TLS, and what its clients have called it. */
async function serve({ certificate, key }: IssuedCertificate) {
  const names: unknown[] = []
  const server = createTlsServer({ cert: certificate, key }, (socket) => {
    names.push(socket.servername)
    socket.on('error', () => {}).resume()
  })
  return { port: await portOf(server), names }
}

describe('a local address', () => {
  it('is obeyed where a name is connected to', async () => {
    const peers: (string | undefined)[] = []
    const port = await portOf(createServer((socket: Socket) => peers.push(socket.resume().remoteAddress)))
    const outcome = await attempt({ host: 'localhost', port, localAddress: '127.0.0.2' })
    expect(outcome).toEqual({ local: { address: '127.0.0.2' } })
    expect(peers).toEqual(['127.0.0.2'])
  })

  it.each(['localhost', '127.1', ''])(
    'that is none is refused before there is a connection: %j',
    async (localAddress) => {
      let connections = 0
      const port = await portOf(
        createServer((socket: Socket) => {
          connections += 1
          socket.destroy()
        }),
      )
      const outcome = await attempt({ host: '127.0.0.1', port, localAddress })
      expect(outcome).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('localAddress') })
      expect(connections).toBe(0)
    },
  )
})

describe('a server name that is another address than was connected to', () => {
  let authority: CertificateAuthority
  beforeAll(async () => {
    authority = await createCertificateAuthority()
  })

  it.each(['192.0.2.1', '2001:db8::1'])(
    'is what the certificate must be for, and is not sent: %s',
    async (serverName) => {
      const { port, names } = await serve(await authority.issue({ names: [serverName] }))
      const ca = authority.certificate
      expect(await attempt({ host: '127.0.0.1', port, tls: { serverName, ca } })).toMatchObject({ authorized: true })
      expect(names).toEqual([false])
    },
  )

  it('is missed in a certificate for the address connected to', async () => {
    const { port } = await serve(await authority.issue({ names: ['127.0.0.1'] }))
    const tls = { serverName: '192.0.2.1', ca: authority.certificate }
    expect(await attempt({ host: '127.0.0.1', port, tls })).toMatchObject({ code: 'CERTIFICATE_NAME_MISMATCH' })
    const unverified = { ...tls, rejectUnauthorized: false }
    expect(await attempt({ host: '127.0.0.1', port, tls: unverified })).toMatchObject({ authorized: false })
  })

  it.each(['192.0.2.1', '127.0.0.1'])('does not excuse a stranger, whose certificate is for %s', async (name) => {
    const stranger = await createCertificateAuthority()
    const { port } = await serve(await stranger.issue({ names: [name] }))
    const tls = { serverName: '192.0.2.1', ca: authority.certificate }
    expect(await attempt({ host: '127.0.0.1', port, tls })).toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })

  it('does not excuse an expired certificate', async () => {
    const { port } = await serve(await authority.issue({ names: ['192.0.2.1'], expired: true }))
    const tls = { serverName: '192.0.2.1', ca: authority.certificate }
    expect(await attempt({ host: '127.0.0.1', port, tls })).toMatchObject({ code: 'CERTIFICATE_EXPIRED' })
  })
})

describe('a connection that is closed', () => {
  it('is gone, though the server neither reads nor hangs up', async () => {
    const port = await portOf(
      createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
        socket.on('error', () => {})
        onTestFinished(() => {
          socket.destroy()
        })
      }),
    )
    // Bun ends when nothing is open any more.
    expect(await attempt({ host: '127.0.0.1', port })).toEqual({ local: { address: '127.0.0.1' } })
  })

  it('over TLS is gone as well, and has told the server by close_notify', async () => {
    const authority = await createCertificateAuthority()
    const { certificate, key } = await authority.issue()
    const options = { cert: certificate, key, maxVersion: 'TLSv1.2', allowHalfOpen: true } as const
    const inner = await portOf(createTlsServer(options, (socket) => socket.on('error', () => {}).resume()))
    let alert = () => {}
    const alerted = new Promise<void>((resolve) => {
      alert = resolve
    })
    const port = await portOf(
      createServer({ allowHalfOpen: true }, (client) => {
        const server = createConnection({ port: inner, host: '127.0.0.1' })
        server.on('data', (bytes) => client.write(bytes)).on('error', () => {})
        client
          .on('error', () => {})
          .on('data', (bytes) => {
            // After the alert the client hears nothing any more.
            if (bytes[0] === alertRecord) alert()
            else server.write(bytes)
          })
        onTestFinished(() => {
          server.destroy()
          client.destroy()
        })
      }),
    )
    const outcome = await attempt({
      host: '127.0.0.1',
      port,
      tls: { serverName: 'localhost', ca: authority.certificate },
    })
    expect(outcome).toMatchObject({ authorized: true })
    await alerted
  })
})

describe("the runtime's configuration", () => {
  let folder: string
  let authority: CertificateAuthority
  let trusting: Readonly<Record<string, string>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sansmtp-'))
    authority = await createCertificateAuthority()
    const file = join(folder, 'authority.pem')
    await writeFile(file, authority.certificate)
    trusting = { NODE_EXTRA_CA_CERTS: file }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('names the authorities to trust where no option does', async () => {
    const { port } = await serve(await authority.issue())
    const tls = { serverName: 'localhost' }
    expect(await attempt({ host: '127.0.0.1', port, tls }, trusting)).toMatchObject({ authorized: true })
  })

  it.each(['localhost', '127.0.0.1'])('adds no authority to an empty list of them, for %s', async (serverName) => {
    const { port } = await serve(await authority.issue())
    const tls = { serverName, ca: [] }
    expect(await attempt({ host: '127.0.0.1', port, tls }, trusting)).toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })

  it('adds no authority to those that are named', async () => {
    const { port } = await serve(await authority.issue())
    const tls = { serverName: 'localhost', ca: (await createCertificateAuthority()).certificate }
    expect(await attempt({ host: '127.0.0.1', port, tls }, trusting)).toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })

  it.each(['localhost', '127.0.0.1'])('does not turn verification off, for %s', async (serverName) => {
    const { port } = await serve(await (await createCertificateAuthority()).issue())
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }
    const outcome = await attempt({ host: '127.0.0.1', port, tls: { serverName, ca: authority.certificate } }, env)
    expect(outcome).toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })
})
