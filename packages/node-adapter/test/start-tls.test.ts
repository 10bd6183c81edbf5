import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { CertificateError, NotConnectedError, RemoteProtocolError, TlsFailedError, type TlsInfo } from '@sansmtp/core'
import type { TlsOptions } from '@sansmtp/core/client'
import { ScriptedServer, type ServerTlsOptions } from '@sansmtp/testkit/adapter-suite'
import { createCertificateAuthority, type IssuedCertificate } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { NodeTransport } from '../src/node-transport.ts'
import { settle, until } from './turns.ts'

const authority = await createCertificateAuthority()
const identity = await authority.issue()
const ca = authority.certificate
const trusted = { serverName: 'localhost', ca }

interface Connected {
  readonly transport: NodeTransport
  readonly socket: Socket
}

async function connectTo(port: number): Promise<Connected> {
  const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  return { transport: new NodeTransport(socket), socket }
}

/** Upgrades against a server that does its part, and closes. */
async function handshake(
  identity: IssuedCertificate,
  options: TlsOptions,
  serverOptions: ServerTlsOptions = {},
): Promise<TlsInfo> {
  await using server = await ScriptedServer.listen((peer) => peer.startTls(identity, serverOptions).catch(() => {}))
  const { transport, socket } = await connectTo(server.port)
  try {
    const info = await transport.startTls(options)
    await transport.close()
    return info
  } catch (error) {
    // It must be closed without another word from the caller.
    await server.finished()
    expect(socket.destroyed).toBe(true)
    throw error
  }
}

describe('the verification of the certificate', () => {
  const refused: readonly [string, string, () => Promise<IssuedCertificate>, TlsOptions, string][] = [
    ['has expired', 'expired', () => authority.issue({ expired: true }), trusted, 'CERTIFICATE_EXPIRED'],
    [
      'is for another name',
      'name-mismatch',
      () => authority.issue({ names: ['mail.example.test'] }),
      trusted,
      'CERTIFICATE_NAME_MISMATCH',
    ],
    [
      'is from an authority that is not trusted',
      'untrusted',
      async () => (await createCertificateAuthority('a stranger')).issue(),
      trusted,
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'comes where the list of authorities is an empty text',
      'untrusted',
      () => authority.issue(),
      { serverName: 'localhost', ca: '' },
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'comes where the expected name is empty',
      'name-mismatch',
      () => authority.issue(),
      { serverName: '', ca },
      'CERTIFICATE_NAME_MISMATCH',
    ],
  ]

  it.each(refused)('refuses one that %s', async (_, check, issue, options, code) => {
    const refused = handshake(await issue(), options)
    await expect(refused).rejects.toBeInstanceOf(CertificateError)
    await expect(refused).rejects.toMatchObject({ check, code, cause: expect.any(Error) })
  })

  it('is against the server name, not the host that was connected to', async () => {
    const other = await authority.issue({ names: ['mail.example.test'] })
    const info = await handshake(other, { serverName: 'mail.example.test', ca })
    expect(info.authorized).toBe(true)
  })

  it('is not given up by the environment', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      await expect(handshake(identity, { serverName: 'localhost' })).rejects.toBeInstanceOf(CertificateError)
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
  })
})

describe('the handshake', () => {
  it('keeps to the least version asked for', async () => {
    const failed = handshake(identity, { ...trusted, minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' })
    await expect(failed).rejects.toBeInstanceOf(TlsFailedError)
    const info = await handshake(identity, { ...trusted, minVersion: 'TLSv1.2' }, { maxVersion: 'TLSv1.2' })
    expect(info.protocol).toBe('TLSv1.2')
  })

  it("keeps Node's error where a certificate of our own is no PEM", async () => {
    await using server = await ScriptedServer.listen()
    const { transport } = await connectTo(server.port)
    const failed = transport.startTls({ ...trusted, cert: 'no PEM', key: 'no PEM' })
    await expect(failed).rejects.toMatchObject({ code: 'TLS_FAILED', cause: expect.any(Error) })
    await transport.close()
  })

  it.each([
    ['was noticed', async (transport: NodeTransport) => expect(await transport.read()).toBeNull()],
    ['was not noticed yet', async () => {}],
    ['is only now to be noticed', () => settle()],
  ])('fails when the server had ended before it, which %s', async (_, meanwhile) => {
    await using server = await ScriptedServer.listen(async (peer) => peer.end('220 go\r\n'))
    const { transport } = await connectTo(server.port)
    await settle()
    await transport.read()
    await meanwhile(transport)
    await expect(transport.startTls(trusted)).rejects.toBeInstanceOf(TlsFailedError)
    await transport.close()
  })

  it('ends at once when the transport is closed', async () => {
    await using server = await ScriptedServer.listen()
    const { transport, socket } = await connectTo(server.port)
    const failed = expect(transport.startTls(trusted)).rejects.toBeInstanceOf(NotConnectedError)
    await transport.close()
    await failed
    expect(socket.destroyed).toBe(true)
  })
})

describe('plaintext behind the reply to STARTTLS', () => {
  it('is refused by name when it is there and was not read', async () => {
    await using server = await ScriptedServer.listen(async (peer) => {
      peer.send('220 go\r\n')
      await peer.read()
      peer.send('250 injected\r\n')
    })
    const { transport, socket } = await connectTo(server.port)
    await transport.read()
    await transport.write(Buffer.from('noted'))
    await until(() => socket.readableLength > 0)
    const refused = transport.startTls(trusted)
    await expect(refused).rejects.toBeInstanceOf(RemoteProtocolError)
    await expect(refused).rejects.toMatchObject({ violation: 'BYTES_BEHIND_STARTTLS' })
    await transport.close()
  })
})
