import assert from 'node:assert/strict'
import { type AdapterCaseGroup, inClearAndOverTls } from '../adapter-case.ts'
import { sixtyFourMiB } from '../octets.ts'

export const closing: readonly AdapterCaseGroup[] = inClearAndOverTls('closing', (secure) => [
  {
    name: 'still sends what was written, and then the end',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      await transport.write(Buffer.from('QUIT\r\n'))
      await transport.close()
      assert.equal(String(await peer.readToEnd()), 'QUIT\r\n')
    },
  },
  {
    name: 'may be asked for again, at once and later',
    run: async (stage) => {
      const { transport } = await stage.pair(secure)
      await Promise.all([transport.close(), transport.close()])
      await stage.stillness()
      await transport.close()
    },
  },
  {
    name: 'ends a read that waits',
    run: async (stage) => {
      const { transport } = await stage.pair(secure)
      const reading = transport.read().catch(() => null)
      await stage.stillness()
      await transport.close()
      assert.equal(await reading, null)
    },
  },
  {
    name: 'ends the connection although the other side takes nothing',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const reading = transport.read().catch(() => null)
      const writing = Promise.resolve(transport.write(sixtyFourMiB())).catch(() => {})
      await stage.stillness()
      await transport.close()
      assert.equal(await reading, null)
      await writing
      // What was on its way arrives or does not, but the end does.
      await peer.hungUp()
    },
  },
  {
    name: 'ends the connection although nobody has read what came',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const sending = peer.deliver(sixtyFourMiB()).catch(() => {})
      await stage.stillness(() => peer.delivered)
      await transport.close()
      await peer.hungUp()
      await sending
    },
  },
  {
    name: 'refuses all use after it',
    run: async (stage) => {
      const { transport } = await stage.pair(secure)
      await transport.close()
      assert.equal(await transport.read().catch(() => null), null)
      await assert.rejects(async () => transport.write(Buffer.from('x')), Error)
    },
  },
  {
    name: 'is possible after the end of the other side',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      peer.end()
      assert.equal(await transport.read(), null)
      await transport.close()
      assert.equal((await peer.readToEnd()).length, 0)
    },
  },
])
