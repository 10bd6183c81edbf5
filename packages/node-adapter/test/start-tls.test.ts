import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import type { TLSSocketOptions } from 'node:tls'
import { CertificateError, NotConnectedError, RemoteProtocolError, TlsFailedError } from '@sansmtp/core'
import type { TlsOptions } from '@sansmtp/core/client'
import { createCertificateAuthority, type IssuedCertificate } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { NodeTransport } from '../src/node-transport.ts'
import { type Peer, serve, settle, until } from './scripted-server.ts'

const authority = await createCertificateAuthority('node adapter test authority')
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
  serverOptions: TLSSocketOptions & { ca?: string } = {},
) {
  await using server = await serve(async (peer) => {
    const secure = await peer.startTls(identity, serverOptions).catch(() => undefined)
    const certificate = secure?.getPeerCertificate()
    await peer.hungUp()
    return certificate
  })
  const { transport, socket } = await connectTo(server.port)
  try {
    const info = await transport.startTls(options)
    await transport.close()
    return { info, clientCertificate: (await server.finished())[0] }
  } catch (error) {
    // It must be closed without another word from the caller.
    await server.finished()
    expect(socket.destroyed).toBe(true)
    throw error
  }
}

describe('STARTTLS', () => {
  it('carries bytes both ways afterwards', async () => {
    await using server = await serve(async (peer) => {
      peer.send('220 go\r\n')
      await peer.startTls(identity)
      await peer.answer('EHLO', '250 secure')
      await peer.hungUp()
    })
    const { transport } = await connectTo(server.port)
    expect(String(await transport.read())).toBe('220 go\r\n')
    const info = await transport.startTls(trusted)
    expect(info).toEqual({ protocol: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/), authorized: true })
    expect(transport.tls).toEqual(info)
    await transport.write(Buffer.from('EHLO me\r\n'))
    expect(String(await transport.read())).toBe('250 secure\r\n')
    await transport.close()
    await server.finished()
  })

  it('loses nothing that the server sends on the heels of the handshake', async () => {
    await using server = await serve(async (peer) => {
      const established = peer.startTls(identity)
      peer.socket.end('220 already here\r\n')
      await established
    })
    const { transport } = await connectTo(server.port)
    await transport.startTls(trusted)
    await settle()
    expect(String(await transport.read())).toBe('220 already here\r\n')
    expect(await transport.read()).toBeNull()
    await transport.close()
  })
})

describe('the verification of the certificate', () => {
  const refused: readonly [string, string, Promise<IssuedCertificate>, TlsOptions, string][] = [
    ['has expired', 'expired', authority.issue({ expired: true }), trusted, 'CERTIFICATE_EXPIRED'],
    [
      'is for another name',
      'name-mismatch',
      authority.issue({ names: ['mail.example.test'] }),
      trusted,
      'CERTIFICATE_NAME_MISMATCH',
    ],
    [
      'is from an authority that is not trusted',
      'untrusted',
      createCertificateAuthority('a stranger').then((stranger) => stranger.issue()),
      trusted,
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'is from a namesake of the authority that is trusted',
      'untrusted',
      createCertificateAuthority('node adapter test authority').then((namesake) => namesake.issue()),
      trusted,
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      "is from an authority that is not the runtime's",
      'untrusted',
      authority.issue(),
      { serverName: 'localhost' },
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'comes where no authority at all is trusted',
      'untrusted',
      authority.issue(),
      { serverName: 'localhost', ca: [] },
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'comes where the list of authorities is an empty text',
      'untrusted',
      authority.issue(),
      { serverName: 'localhost', ca: '' },
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'comes where the expected name is empty',
      'name-mismatch',
      authority.issue(),
      { serverName: '', ca },
      'CERTIFICATE_NAME_MISMATCH',
    ],
  ]

  it.each(refused)('refuses one that %s', async (_, check, issuing, options, code) => {
    const refused = handshake(await issuing, options)
    await expect(refused).rejects.toBeInstanceOf(CertificateError)
    await expect(refused).rejects.toMatchObject({ check, code, cause: expect.any(Error) })
  })

  it('is against the server name, not the host that was connected to', async () => {
    const other = await authority.issue({ names: ['mail.example.test'] })
    const { info } = await handshake(other, { serverName: 'mail.example.test', ca })
    expect(info.authorized).toBe(true)
  })

  it('trusts any of several authorities', async () => {
    const stranger = await createCertificateAuthority('a stranger')
    const { info } = await handshake(identity, { serverName: 'localhost', ca: [stranger.certificate, ca] })
    expect(info.authorized).toBe(true)
  })

  it('takes a name beyond ASCII', async () => {
    const other = await authority.issue({ names: ['xn--bcher-kva.example'] })
    const { info } = await handshake(other, { serverName: 'bücher.example', ca })
    expect(info.authorized).toBe(true)
  })

  it('can be given up by the caller, and the facts say so', async () => {
    const expired = await authority.issue({ expired: true })
    const { info } = await handshake(expired, { ...trusted, rejectUnauthorized: false })
    expect(info.authorized).toBe(false)
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
  it('shows a certificate of our own', async () => {
    const own = await authority.issue({ names: ['client.example.test'] })
    const { clientCertificate } = await handshake(
      identity,
      { ...trusted, cert: own.certificate, key: own.key },
      { requestCert: true, rejectUnauthorized: true, ca },
    )
    expect(clientCertificate).toMatchObject({ subject: { CN: 'client.example.test' } })
  })

  it('keeps to the least version asked for', async () => {
    const failed = handshake(identity, { ...trusted, minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' })
    await expect(failed).rejects.toBeInstanceOf(TlsFailedError)
    const { info } = await handshake(identity, { ...trusted, minVersion: 'TLSv1.2' }, { maxVersion: 'TLSv1.2' })
    expect(info.protocol).toBe('TLSv1.2')
  })

  it('fails where a certificate of our own is no PEM', async () => {
    await using server = await serve((peer) => peer.hungUp())
    const { transport } = await connectTo(server.port)
    const failed = transport.startTls({ ...trusted, cert: 'no PEM', key: 'no PEM' })
    await expect(failed).rejects.toBeInstanceOf(TlsFailedError)
    await expect(failed).rejects.toMatchObject({ cause: expect.any(Error) })
    await transport.close()
  })

  it.each([
    ['ends', (peer: Peer) => peer.socket.end()],
    ['resets the connection', (peer: Peer) => peer.reset()],
    ['answers in clear', (peer: Peer) => peer.send('454 not now\r\n')],
  ])('fails when the server %s in its midst', async (_, interrupt) => {
    await using server = await serve(async (peer) => {
      await peer.read()
      interrupt(peer)
      await peer.hungUp()
    })
    const { transport, socket } = await connectTo(server.port)
    const failed = transport.startTls(trusted)
    await expect(failed).rejects.toBeInstanceOf(TlsFailedError)
    await expect(failed).rejects.toMatchObject({ cause: expect.any(Error) })
    await until(() => socket.destroyed)
    await transport.close()
    await server.finished()
  })

  it.each([
    ['was noticed', async (transport: NodeTransport) => expect(await transport.read()).toBeNull()],
    ['was not noticed yet', async () => {}],
    ['is only now to be noticed', () => settle()],
  ])('fails when the server had ended before it, which %s', async (_, meanwhile) => {
    await using server = await serve(async (peer) => peer.socket.end('220 go\r\n'))
    const { transport } = await connectTo(server.port)
    await settle()
    await transport.read()
    await meanwhile(transport)
    await expect(transport.startTls(trusted)).rejects.toBeInstanceOf(TlsFailedError)
    await transport.close()
  })

  it('ends at once when the transport is closed', async () => {
    await using server = await serve((peer) => peer.hungUp())
    const { transport, socket } = await connectTo(server.port)
    const failed = expect(transport.startTls(trusted)).rejects.toBeInstanceOf(NotConnectedError)
    await transport.close()
    await failed
    expect(socket.destroyed).toBe(true)
    await server.finished()
  })
})

describe('plaintext behind the reply to STARTTLS', () => {
  it('is refused when it is there and was not read', async () => {
    await using server = await serve(async (peer) => {
      peer.send('220 go\r\n')
      await peer.read()
      peer.send('250 injected\r\n')
      await peer.hungUp()
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

  it('is never read as if it had come through TLS when it comes later', async () => {
    await using server = await serve(async (peer) => {
      peer.send('220 go\r\n')
      await peer.read()
      peer.send('250 injected\r\n')
      await peer.startTls(identity).catch(() => {})
      await peer.hungUp()
    })
    const { transport } = await connectTo(server.port)
    await transport.read()
    await expect(transport.startTls(trusted)).rejects.toBeInstanceOf(TlsFailedError)
    await expect(transport.read()).rejects.toBeInstanceOf(Error)
    await transport.close()
  })
})
