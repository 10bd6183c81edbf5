import assert from 'node:assert/strict'
import { SmtpError } from '@sansmtp/core'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import { failedHandshake } from '../failed-handshake.ts'
import { inBackground } from '../in-background.ts'
import { readText } from '../octets.ts'
import type { Peer } from '../server/peer.ts'

const interruptions: readonly (readonly [string, (peer: Peer) => void])[] = [
  ['ends', (peer) => peer.end()],
  ['resets the connection', (peer) => peer.reset()],
  ['answers in clear', (peer) => peer.send('454 not now\r\n')],
]

const needs = ['startTls'] as const

const interrupted: readonly AdapterCase[] = interruptions.map(([what, interrupt]) => ({
  name: `is told as a handshake that failed when the server ${what} in its midst`,
  needs,
  run: async (stage) => {
    const server = await stage.serve(async (peer) => {
      await peer.readClientHello()
      interrupt(peer)
    })
    const transport = await stage.open(server)
    await assert.rejects(transport.startTls(stage.trusted), failedHandshake(stage.capabilities))
    await transport.close()
    await server.finished()
  },
}))

// With TLS 1.2 it is the server that ends the handshake, so that its first octets can come in the same segment.
const onTheHeels: readonly AdapterCase[] = (['TLSv1.2', 'TLSv1.3'] as const).map((maxVersion) => ({
  name: `loses nothing that the server sends on the heels of a ${maxVersion} handshake`,
  needs,
  run: async (stage) => {
    const server = await stage.serve(async (peer) => {
      await peer.startTls(stage.identity, { maxVersion })
      peer.end('220 already here\r\n')
    })
    const transport = await stage.open(server)
    await transport.startTls(stage.trusted)
    await stage.stillness()
    await readText(transport, '220 already here\r\n')
    assert.equal(await transport.read(), null)
  },
}))

const endedBefore: readonly AdapterCase[] = [true, false].map((noticed) => ({
  name: `is told as a handshake that failed when the server has ended before it, ${noticed ? 'which was' : 'and was not'} noticed`,
  needs,
  run: async (stage) => {
    const server = await stage.serve(async (peer) => peer.end('220 go\r\n'))
    const transport = await stage.open(server)
    await stage.stillness()
    await readText(transport, '220 go\r\n')
    if (noticed) assert.equal(await transport.read(), null)
    await assert.rejects(transport.startTls(stage.trusted), failedHandshake(stage.capabilities))
  },
}))

export const startTls: AdapterCaseGroup = {
  name: 'STARTTLS',
  cases: [
    {
      name: 'carries octets both ways, and tells that the certificate was verified',
      needs,
      run: async (stage) => {
        const server = await stage.serve(async (peer) => {
          peer.send('220 go\r\n')
          await peer.startTls(stage.identity)
          await peer.answer('EHLO', '250 secure')
        })
        const transport = await stage.open(server)
        await readText(transport, '220 go\r\n')
        const info = await transport.startTls(stage.trusted)
        assert.equal(info.authorized, true)
        assert.deepEqual(transport.tls, info)
        await transport.write(Buffer.from('EHLO me\r\n'))
        await readText(transport, '250 secure\r\n')
      },
    },
    ...onTheHeels,
    ...interrupted,
    ...endedBefore,
    {
      name: 'ends when the transport is closed in its midst',
      needs,
      run: async (stage) => {
        const { transport, peer } = await stage.pair(false)
        const failed = inBackground(assert.rejects(transport.startTls(stage.trusted), SmtpError))
        await peer.readClientHello()
        await transport.close()
        await failed
        if (!stage.capabilities.abandonsHandshakes) peer.destroy()
        await peer.hungUp()
      },
    },
  ],
}
