import assert from 'node:assert/strict'
import type { TlsOptions, Transport } from '@sansmtp/core/client'
import type { AdapterCaseGroup } from '../adapter-case.ts'
import { failedHandshake } from '../failed-handshake.ts'
import type { ServerTlsOptions } from '../server/peer.ts'
import type { Stage } from '../stage.ts'

interface Handshake {
  readonly transport: Transport
  /** The common name of the client's certificate, where the server has asked for one. */
  readonly clientName: string | undefined
}

/** A connection that begins with TLS. */
async function handshake(
  stage: Stage,
  options: Partial<TlsOptions>,
  serverOptions: ServerTlsOptions = {},
): Promise<Handshake> {
  const server = await stage.serve(async (peer) => {
    const secured = await peer.startTls(stage.identity, serverOptions).catch(() => undefined)
    return secured?.clientName
  })
  const transport = await stage.open(server, { tls: { ...stage.trusted, ...options } })
  await transport.close()
  const [clientName] = await server.finished()
  return { transport, clientName }
}

export const handshakes: AdapterCaseGroup = {
  name: 'implicit TLS',
  cases: [
    {
      name: 'tells that the certificate was verified',
      needs: ['implicitTls'],
      run: async (stage) => {
        const { transport } = await handshake(stage, {})
        assert.equal(transport.tls?.authorized, true)
      },
    },
    {
      name: 'tells the version of the protocol and the cipher suite',
      needs: ['implicitTls', 'tlsFacts'],
      run: async (stage) => {
        const { transport } = await handshake(stage, { minVersion: 'TLSv1.3' })
        assert.equal(transport.tls?.protocol, 'TLSv1.3')
        assert.match(transport.tls?.cipher ?? '', /^TLS_/)
      },
    },
    {
      name: 'is told as a handshake that failed where the server speaks in clear',
      needs: ['implicitTls'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => peer.send('220 ready\r\n'))
        await assert.rejects(stage.open(server, { tls: stage.trusted }), failedHandshake(stage.capabilities))
        await server.finished()
      },
    },
    {
      name: 'is told as a handshake that failed where the server hangs up at once',
      needs: ['implicitTls'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => peer.destroy())
        await assert.rejects(stage.open(server, { tls: stage.trusted }), failedHandshake(stage.capabilities))
      },
    },
    {
      name: 'keeps to the least version asked for',
      needs: ['implicitTls', 'minVersion'],
      run: async (stage) => {
        const old = { maxVersion: 'TLSv1.2' } as const
        await assert.rejects(handshake(stage, { minVersion: 'TLSv1.3' }, old), failedHandshake(stage.capabilities))
        const { transport } = await handshake(stage, { minVersion: 'TLSv1.2' }, old)
        assert.equal(transport.tls?.authorized, true)
      },
    },
    {
      name: 'shows a certificate of our own',
      needs: ['implicitTls', 'clientCertificates'],
      run: async (stage) => {
        const own = await stage.authority.issue({ names: ['client.example.test'] })
        const { clientName } = await handshake(
          stage,
          { cert: own.certificate, key: own.key },
          { clientAuthority: stage.authority.certificate },
        )
        assert.equal(clientName, 'client.example.test')
      },
    },
    {
      name: 'is told as a handshake that failed where a certificate of our own is no PEM',
      needs: ['implicitTls', 'clientCertificates'],
      run: async (stage) => {
        await assert.rejects(handshake(stage, { cert: 'no PEM', key: 'no PEM' }), failedHandshake(stage.capabilities))
      },
    },
    {
      name: 'takes any certificate where the caller says so, and tells that it was not verified',
      needs: ['implicitTls', 'unverifiedTls'],
      run: async (stage) => {
        const { transport } = await handshake(stage, { serverName: 'mail.example.test', rejectUnauthorized: false })
        assert.equal(transport.tls?.authorized, false)
      },
    },
  ],
}
