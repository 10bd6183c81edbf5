import assert from 'node:assert/strict'
import { RemoteProtocolError, SmtpError } from '@sansmtp/core'
import type { AdapterCapabilities } from '../adapter-capabilities.ts'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import { failedHandshake } from '../failed-handshake.ts'
import { inBackground } from '../in-background.ts'
import { readText } from '../octets.ts'
import type { Peer } from '../server/peer.ts'
import { greetForStartTls } from '../session-script.ts'

/** Which of the two depends on whether the adapter or the TLS of its runtime comes upon the plaintext first. */
function isRefusedPlaintext(capabilities: AdapterCapabilities): (error: unknown) => true {
  return (error) => {
    if (!(error instanceof RemoteProtocolError)) return failedHandshake(capabilities)(error)
    assert.equal(error.violation, 'BYTES_BEHIND_STARTTLS')
    return true
  }
}

/** A server that does its part of the handshake as if it had sent nothing between. */
async function secureAnyway(peer: Peer, identity: Parameters<Peer['startTls']>[0]): Promise<void> {
  const secured = await peer.startTls(identity).catch(() => undefined)
  if (secured === undefined) return
  assert.equal(String(await peer.readToEnd().catch(() => '')), '')
}

const injected: readonly (readonly [string, (peer: Peer) => Promise<void>])[] = [
  ['in the same segment', async (peer) => peer.send('220 go\r\n250 injected\r\n')],
  [
    'in a later segment',
    async (peer) => {
      peer.send('220 go\r\n')
      await peer.readClientHello()
      peer.send('250 injected\r\n')
    },
  ],
]

const throughClient: readonly AdapterCase[] = injected.map(([where, inject]) => ({
  name: `ends the session when it comes ${where}`,
  needs: ['startTls'],
  run: async (stage) => {
    const server = await stage.serve(async (peer) => {
      await greetForStartTls(peer)
      await inject(peer)
      await secureAnyway(peer, stage.identity)
    })
    const url = `smtp://localhost:${server.port}`
    const refused = stage.smtp(url, { tlsOptions: stage.trusting })
    await assert.rejects(refused, isRefusedPlaintext(stage.capabilities))
    await server.finished()
  },
}))

export const injections: AdapterCaseGroup = {
  name: 'plaintext behind the reply to STARTTLS',
  cases: [
    ...throughClient,
    {
      name: 'is refused when it is there and was not read',
      needs: ['startTls'],
      run: async (stage) => {
        const { transport, peer } = await stage.pair(false)
        peer.send('220 go\r\n')
        await readText(transport, '220 go\r\n')
        peer.send('250 injected\r\n')
        await stage.stillness()
        const secured = inBackground(secureAnyway(peer, stage.identity))
        await assert.rejects(transport.startTls(stage.trusted), isRefusedPlaintext(stage.capabilities))
        await transport.close()
        await secured
      },
    },
    {
      name: 'is never read as if it had come through TLS',
      needs: ['startTls'],
      run: async (stage) => {
        const { transport, peer } = await stage.pair(false)
        const upgrading = inBackground(assert.rejects(transport.startTls(stage.trusted), SmtpError))
        await peer.readClientHello()
        peer.send('250 injected\r\n')
        const secured = inBackground(secureAnyway(peer, stage.identity))
        await upgrading
        assert.equal(await transport.read().catch(() => null), null)
        await transport.close()
        await secured
      },
    },
  ],
}
