import { expect, it } from 'vitest'
import type { SmtpConnections } from './smtp-connections.ts'

/** The client stays with a server only where it can trust it. */
export function itVerifiesCertificates(connections: SmtpConnections, ca: string): void {
  it.each(['startTls', 'implicitTls'] as const)('is left by a client that does not trust it: %s', async (way) => {
    await expect(connections[way]({ tlsOptions: {} })).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
    const tlsOptions = { ca, serverName: 'another.example.test' }
    await expect(connections[way]({ tlsOptions })).rejects.toMatchObject({ code: 'CERTIFICATE_NAME_MISMATCH' })
    const client = await connections[way]()
    expect(client.tls?.protocol).toMatch(/^TLSv1\.[23]$/)
    await client.quit()
  })

  it('is left by a client that requires TLS where it offers none', async () => {
    const connecting = connections.plain({ tls: 'required' })
    await expect(connecting).rejects.toMatchObject({ code: 'NOT_SUPPORTED', extension: 'STARTTLS' })
  })
}
