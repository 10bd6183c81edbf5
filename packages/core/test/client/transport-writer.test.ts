import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Transport } from '../../src/client/transport.ts'
import { TransportWriter } from '../../src/client/transport-writer.ts'
import { concatenated } from '../../src/wire/merged.ts'

type Write = Transport['write']

function writerOver(write: Write) {
  const listener = { settled: vi.fn(), spoilt: vi.fn() }
  const transport: Transport = { write, read: () => new Promise(() => {}), startTls: vi.fn(), close() {} }
  return { writer: new TransportWriter(transport, listener), ...listener }
}

/** Longer than what is joined to others. */
const long = 50_000

/** As a text, which is compared sooner than arrays are. */
function octetsOf(pieces: readonly Uint8Array[]): string {
  return new TextDecoder('latin1').decode(concatenated(pieces))
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('a writer', () => {
  test('hands over all in order, waits where the transport waits, and tells of each wait once', async () => {
    const piece = fc.record({ length: fc.constantFrom(0, 1, 10, long), waits: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        const arrived: Uint8Array[] = []
        const expected: Uint8Array[] = []
        let waits: boolean[] = []
        let waited = 0
        const { writer, settled: told } = writerOver((bytes) => {
          arrived.push(bytes)
          return waits.shift() ? Promise.resolve() : undefined
        })
        for (const round of rounds) {
          waits = round.map((each) => each.waits)
          for (const { length } of round) {
            const bytes = new Uint8Array(length).fill(expected.length)
            expected.push(bytes)
            writer.add(bytes)
          }
          expect(writer.due).toBe(round.length > 0)
          if (writer.due && !writer.write()) {
            waited += 1
            expect([writer.busy, writer.due, writer.room]).toEqual([true, false, 0])
            await settled()
          }
          expect(told).toHaveBeenCalledTimes(waited)
          expect([writer.busy, writer.due, writer.room]).toEqual([false, false, 65_536])
        }
        expect(octetsOf(arrived) === octetsOf(expected)).toBe(true)
      }),
    )
  })

  const refusals: readonly [string, Write][] = [
    ['rejects', () => Promise.reject(new Error('reset'))],
    [
      'throws',
      () => {
        throw new Error('reset')
      },
    ],
  ]
  test.each(refusals)('writes nothing more to a transport that %s', async (_, refuse) => {
    const write = vi.fn(refuse)
    const { writer, settled: told } = writerOver(write)
    writer.add(new Uint8Array(1))
    expect(writer.write()).toBe(false)
    await settled()
    expect(told).toHaveBeenCalledOnce()
    expect([writer.failed, writer.room]).toEqual([true, 0])
    writer.add(new Uint8Array(1))
    expect(writer.write()).toBe(false)
    expect(write).toHaveBeenCalledOnce()
    expect(writer.due).toBe(false)
  })

  test.each([true, false])(
    'does not send less than was announced where a buffer was transferred (waiting: %s)',
    async (waits) => {
      const pieces = [new Uint8Array(long), new Uint8Array(long), new Uint8Array(long)] as const
      const lengths: number[] = []
      const { writer, spoilt } = writerOver((bytes) => {
        lengths.push(bytes.length)
        structuredClone(pieces[1], { transfer: [pieces[1].buffer] })
        return waits ? Promise.resolve() : undefined
      })
      for (const piece of pieces) writer.add(piece)
      writer.write()
      await settled()
      expect(lengths).toEqual([long])
      expect(spoilt).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'CONTENT_SOURCE_FAILED' }))
      expect([writer.failed, writer.busy]).toEqual([true, false])
    },
  )

  test('forgets what is dropped', () => {
    const write = vi.fn(() => undefined)
    const { writer } = writerOver(write)
    writer.add(new Uint8Array(1))
    writer.drop()
    expect([writer.due, writer.room]).toEqual([false, 65_536])
    expect(write).not.toHaveBeenCalled()
  })
})
