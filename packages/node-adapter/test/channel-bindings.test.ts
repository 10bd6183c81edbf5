import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type SecureVersion, type TLSSocket } from 'node:tls'
import { SmtpClient } from '@sansmtp/node'
import { ServerConnection } from '@sansmtp/testkit'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, test } from 'vitest'

const authority = await createCertificateAuthority()
const { certificate, key } = await authority.issue()
const tlsOptions = { ca: authority.certificate }
const auth = { user: 'ann', pass: 'secret' }
const endPoint = Uint8Array.from(createHash('sha256').update(new X509Certificate(certificate).raw).digest())

/** A server that offers SCRAM bound to TLS as its own end of it sees it. */
async function listen(maxVersion: SecureVersion) {
  const sessions: ServerConnection[] = []
  const server = createServer({ cert: certificate, key, maxVersion }, (socket) => {
    const session = sessionOver(socket)
    sessions.push(session)
    const drain = () => {
      for (let output = session.nextOutput(); output !== undefined; output = session.nextOutput()) {
        if (output.type === 'SendBytes') socket.write(output.bytes)
        else if (output.type === 'CloseRequested') socket.end()
      }
    }
    socket
      .on('error', () => {})
      .on('data', (octets) => {
        session.receiveBytes(octets)
        drain()
      })
    drain()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { port, sessions, [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) }
}

function sessionOver(socket: TLSSocket): ServerConnection {
  const exported = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  return new ServerConnection({
    secure: true,
    users: { ann: 'secret' },
    extensions: { AUTH: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] },
    channelBindings: {
      ...(socket.getProtocol() === 'TLSv1.3' && { 'tls-exporter': exported }),
      'tls-server-end-point': endPoint,
    },
  })
}

const bindingTypes = [
  ['TLSv1.3', 'p=tls-exporter', ['tls-exporter', 'tls-server-end-point']],
  ['TLSv1.2', 'p=tls-server-end-point', ['tls-server-end-point']],
] as const

describe.each(bindingTypes)('over %s', (version, flag, types) => {
  test(`SCRAM binds with ${flag}`, async () => {
    await using server = await listen(version)
    const client = await SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions, auth })
    const [session] = server.sessions
    const [, { argument = '' } = {}] = session?.commands ?? []
    const [mechanism, initial = ''] = argument.split(' ')
    expect(mechanism).toBe('SCRAM-SHA-256-PLUS')
    expect(Buffer.from(initial, 'base64').toString()).toContain(`${flag},,n=ann`)
    expect([client.authenticated, session?.user, session?.violations]).toEqual([true, 'ann', []])
    expect(Object.keys(client.tls?.channelBindings ?? {})).toEqual(types)
    await client.quit()
  })

  test('what it binds to is that of no other connection, but for the certificate', async () => {
    await using server = await listen(version)
    const connected = () => SmtpClient.connect(`smtps://localhost:${server.port}`, { tlsOptions })
    const clients = [await connected(), await connected()]
    const [one, other] = clients.map(({ tls }) => tls?.channelBindings)
    expect(one?.['tls-server-end-point']).toEqual(endPoint)
    expect(other?.['tls-server-end-point']).toEqual(endPoint)
    if (version === 'TLSv1.3') {
      expect(one?.['tls-exporter']).toHaveLength(32)
      expect(one?.['tls-exporter']).not.toEqual(other?.['tls-exporter'])
    }
    for (const client of clients) await client.quit()
  })
})
