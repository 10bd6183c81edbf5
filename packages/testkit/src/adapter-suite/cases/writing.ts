import assert from 'node:assert/strict'
import { type AdapterCaseGroup, inClearAndOverTls } from '../adapter-case.ts'
import { inBackground } from '../in-background.ts'
import { readExpected, sixtyFourMiB } from '../octets.ts'

const piece = 65_536

export const writing: readonly AdapterCaseGroup[] = inClearAndOverTls('writing', (secure) => [
  {
    name: 'delivers small pieces in order',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      for (let i = 0; i < 100; i += 1) await transport.write(Buffer.from(`${i},`))
      const expected = Buffer.from(Array.from({ length: 100 }, (_, i) => `${i},`).join(''))
      await readExpected(() => peer.read(), expected)
    },
  },
  {
    name: 'goes on while a read waits',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const reading = inBackground(transport.read())
      await transport.write(Buffer.from('NOOP\r\n'))
      await peer.answer('NOOP', '250 ok')
      assert.notEqual(await reading, null)
    },
  },
  {
    name: 'delivers 64 MiB whole, and is pending until the other side reads',
    needs: ['writeBackPressure'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const sent = sixtyFourMiB()
      let pending = true
      const written = inBackground(
        Promise.resolve(transport.write(sent)).then(() => {
          pending = false
        }),
      )
      await stage.stillness()
      assert.ok(pending, 'the write has resolved though nobody reads')
      await readExpected(() => peer.read(), sent)
      await written
    },
  },
  {
    name: 'delivers 64 MiB whole in many pieces, of which few are taken before the other side reads',
    needs: ['writeBackPressure'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const sent = sixtyFourMiB()
      let taken = 0
      const written = inBackground(
        (async () => {
          for (; taken < sent.length; taken += piece) await transport.write(sent.subarray(taken, taken + piece))
        })(),
      )
      await stage.stillness(() => taken)
      assert.ok(taken < sent.length / 2, `${taken} octets were taken though nobody reads`)
      await readExpected(() => peer.read(), sent)
      await written
    },
  },
  {
    name: 'goes on after the other side has ended',
    needs: [secure ? 'secureHalfClose' : 'halfClose'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      peer.end('last words')
      while ((await transport.read()) !== null);
      await transport.write(Buffer.from('I heard\r\n'))
      assert.equal(await peer.readLine(), 'I heard')
      await stage.stillness()
      await transport.write(Buffer.from('and still write\r\n'))
      assert.equal(await peer.readLine(), 'and still write')
    },
  },
])
