import assert from 'node:assert/strict'
import { type AdapterCaseGroup, inClearAndOverTls } from '../adapter-case.ts'
import { inBackground } from '../in-background.ts'
import { MiB, readText } from '../octets.ts'

export const endings: readonly AdapterCaseGroup[] = inClearAndOverTls('a connection that is reset', (secure) => [
  {
    name: 'rejects a read that waits, and all use after it',
    needs: ['resets'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const refused = inBackground(assert.rejects(transport.read(), Error))
      await stage.stillness()
      peer.reset()
      await refused
      await assert.rejects(transport.read(), Error)
      await assert.rejects(async () => transport.write(Buffer.from('x')), Error)
    },
  },
  {
    name: 'rejects a write that waits',
    needs: ['resets', 'writeBackPressure'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const refused = inBackground(assert.rejects(async () => transport.write(Buffer.alloc(24 * MiB)), Error))
      await stage.stillness()
      peer.reset()
      await refused
    },
  },
  {
    name: 'gives out what arrived before, then rejects',
    needs: ['resets'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      await peer.deliver(Buffer.from('421 going down\r\n'))
      await stage.stillness()
      peer.reset()
      await stage.stillness()
      await readText(transport, '421 going down\r\n')
      await assert.rejects(transport.read(), Error)
    },
  },
  {
    name: 'may be one that nobody waits for',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      peer.reset()
      await stage.stillness()
      await transport.close()
    },
  },
  {
    name: 'gives out what the other side said before, though writes fail already',
    needs: ['readsAfterFailedWrites'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      // Whatever belongs to the handshake has come.
      await stage.stillness()
      await peer.sendAndReset('421 going down\r\n')
      await Promise.resolve(transport.write(Buffer.from('RCPT\r\n'))).catch(() => {})
      await readText(transport, '421 going down\r\n')
    },
  },
])
