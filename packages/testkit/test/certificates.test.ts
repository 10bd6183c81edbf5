import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { createCertificateAuthority, type IssuedCertificate } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'

const authority = await createCertificateAuthority()

async function handshake(
  { certificate: cert, key }: IssuedCertificate,
  { ca = authority.certificate, host = '127.0.0.1' } = {},
): Promise<string> {
  const server = createServer({ cert, key }, (socket) => socket.on('error', () => {}).end())
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const servername = host === '127.0.0.1' ? '' : host
  const socket = connect({ host: '127.0.0.1', port, ca, servername })
  try {
    await once(socket, 'secureConnect')
    return 'trusted'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
    server.close()
  }
}

describe('a certificate from an authority made on the spot', () => {
  it('is trusted for the address it names', async () => {
    expect(await handshake(await authority.issue())).toBe('trusted')
  })

  it('is trusted for the host name it names', async () => {
    const issued = await authority.issue({ names: ['mail.example.test'] })
    expect(await handshake(issued, { host: 'mail.example.test' })).toBe('trusted')
  })

  it('is refused as expired when asked to be', async () => {
    expect(await handshake(await authority.issue({ expired: true }))).toBe('CERT_HAS_EXPIRED')
  })

  it('is refused for a host that it does not name', async () => {
    const issued = await authority.issue({ names: ['mail.example.test', '192.0.2.1'] })
    expect(await handshake(issued)).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await handshake(issued, { host: 'localhost' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('is refused by a client that does not know the authority', async () => {
    const stranger = await createCertificateAuthority('a stranger')
    expect(await handshake(await authority.issue(), { ca: stranger.certificate })).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    )
  })

  it('is refused where another authority of the same name is trusted', async () => {
    const namesake = await createCertificateAuthority()
    expect(await handshake(await authority.issue(), { ca: namesake.certificate })).toMatch(
      /^(CERT_SIGNATURE_FAILURE|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    )
  })
})
