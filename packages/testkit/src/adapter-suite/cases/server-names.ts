import assert from 'node:assert/strict'
import type { TlsOptions } from '@sansmtp/core/client'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import type { Stage } from '../stage.ts'

interface Naming {
  readonly names: readonly string[]
  readonly serverName: string
  readonly implicit?: boolean
}

/** The server name that an adapter sends, where the handshake is good. */
async function sentName(stage: Stage, { names, serverName, implicit = true }: Naming): Promise<unknown> {
  const identity = await stage.authority.issue({ names })
  const server = await stage.serve(async (peer) => {
    const { serverName } = await peer.readClientHello()
    await peer.startTls(identity)
    return serverName
  })
  const tls: TlsOptions = { ...stage.trusted, serverName }
  const transport = await stage.open(server, implicit ? { tls } : {})
  if (!implicit) await transport.startTls(tls)
  assert.equal(transport.tls?.authorized, true)
  await transport.close()
  return (await server.finished())[0]
}

const addresses: readonly AdapterCase[] = ['127.0.0.1', '::1'].map((serverName) => ({
  name: `is not sent where it is the address ${serverName}, and the certificate is verified for it`,
  needs: ['implicitTls', 'addressCertificates'],
  run: async (stage) => {
    assert.equal(await sentName(stage, { names: [serverName], serverName }), undefined)
  },
}))

export const serverNames: AdapterCaseGroup = {
  name: 'the server name',
  cases: [
    {
      name: 'is sent with implicit TLS',
      needs: ['implicitTls'],
      run: async (stage) => {
        assert.equal(await sentName(stage, { names: ['localhost'], serverName: 'localhost' }), 'localhost')
      },
    },
    {
      name: 'is sent with STARTTLS',
      needs: ['startTls'],
      run: async (stage) => {
        const sent = await sentName(stage, { names: ['localhost'], serverName: 'localhost', implicit: false })
        assert.equal(sent, 'localhost')
      },
    },
    {
      name: 'is what the certificate is for, whatever was connected to',
      needs: ['implicitTls'],
      run: async (stage) => {
        const serverName = 'mail.example.test'
        assert.equal(await sentName(stage, { names: [serverName], serverName }), serverName)
      },
    },
    ...addresses,
    {
      name: 'that is an address is not taken for another',
      needs: ['implicitTls', 'addressCertificates'],
      run: async (stage) => {
        const identity = await stage.authority.issue({ names: ['localhost', '127.0.0.2'] })
        const server = await stage.serve((peer) => peer.startTls(identity).catch(() => {}))
        const refused = stage.open(server, { tls: { ...stage.trusted, serverName: '127.0.0.1' } })
        const code = stage.capabilities.certificateDetail ? 'CERTIFICATE_NAME_MISMATCH' : 'CERTIFICATE_REFUSED'
        await assert.rejects(refused, { code })
        await server.finished()
      },
    },
    {
      name: "is a URL's host, and an address of which nothing is sent",
      needs: ['implicitTls', 'addressCertificates'],
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          const { serverName } = await peer.readClientHello()
          await peer.startTls(stage.identity)
          peer.send('220 ready\r\n')
          await peer.answer('EHLO', '250 hello')
          await peer.answer('QUIT', '221 bye')
          return serverName
        })
        for (const host of ['localhost', '127.0.0.1']) {
          const client = await stage.smtp(`smtps://${host}:${server.port}`, { tlsOptions: stage.trusting })
          await client.quit()
        }
        assert.deepEqual(await server.finished(), ['localhost', undefined])
      },
    },
  ],
}
