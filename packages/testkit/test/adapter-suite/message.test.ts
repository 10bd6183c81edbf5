import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeMessage, encodeMessage, type Message } from '../../src/adapter-suite/remote/message.ts'

const messages = fc.letrec<{ message: Message }>((tie) => ({
  message: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('message')),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('message'),
    ) as fc.Arbitrary<Message>,
  ),
})).message

/** Octets as an array, so that all kinds of them are alike. */
function plain(message: Message | undefined): unknown {
  if (message instanceof Uint8Array) return { octets: [...message] }
  if (Array.isArray(message)) return message.map(plain)
  if (typeof message !== 'object' || message === null) return message
  return Object.fromEntries(Object.entries(message).map(([name, each]) => [name, plain(each)]))
}

it('a message is what it was, octets and all, once it was sent', () => {
  fc.assert(
    fc.property(messages, fc.nat(7), (message, offset) => {
      const encoded = encodeMessage(message)
      // Wherever it lies in memory.
      const moved = new Uint8Array(offset + encoded.length).subarray(offset)
      moved.set(encoded)
      expect(plain(decodeMessage(moved))).toEqual(plain(message))
    }),
  )
})
