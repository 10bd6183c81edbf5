import assert from 'node:assert/strict'
import { type AdapterCaseGroup, inClearAndOverTls } from '../adapter-case.ts'
import { inBackground } from '../in-background.ts'
import { distinctOctets, readExpected, readText, sixtyFourMiB } from '../octets.ts'

export const reading: readonly AdapterCaseGroup[] = inClearAndOverTls('reading', (secure) => [
  {
    name: 'gives what arrives while it waits, and what arrived before',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const waiting = inBackground(transport.read())
      await stage.stillness()
      peer.send('one')
      await readText(transport, 'one', waiting)
      peer.send('two')
      await stage.stillness()
      await readText(transport, 'two')
    },
  },
  {
    name: 'gives pieces of any size in order and whole',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const sent = distinctOctets(300_000)
      const sending = inBackground(
        (async () => {
          for (let at = 0, size = 1; at < sent.length; at += size, size = (size * 7 + 3) % 40_009)
            await peer.deliver(sent.subarray(at, at + size))
        })(),
      )
      await readExpected(() => transport.read(), sent)
      await sending
    },
  },
  {
    name: 'gives 64 MiB whole, of which little is taken in before it is asked for',
    needs: ['readBackPressure'],
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const sent = sixtyFourMiB()
      const sending = inBackground(peer.deliver(sent))
      await stage.stillness(() => peer.delivered)
      const delivered = await peer.delivered
      assert.ok(delivered < sent.length / 2, `${delivered} octets were taken in though nobody reads`)
      await readExpected(() => transport.read(), sent)
      await sending
    },
  },
  {
    name: 'gives null at the end of the other side, again and again',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      peer.end('last words')
      await readText(transport, 'last words')
      assert.equal(await transport.read(), null)
      assert.equal(await transport.read(), null)
    },
  },
  {
    name: 'gives what came before the end, though the end is there already',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      peer.end('last words')
      await stage.stillness()
      await readText(transport, 'last words')
      assert.equal(await transport.read(), null)
    },
  },
  {
    name: 'that waits is woken by the end of the other side',
    run: async (stage) => {
      const { transport, peer } = await stage.pair(secure)
      const waiting = inBackground(transport.read())
      await stage.stillness()
      peer.end()
      assert.equal(await waiting, null)
    },
  },
])
