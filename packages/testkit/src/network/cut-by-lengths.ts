import type { Rotation } from './rotation.ts'

/** The bytes in pieces of the given lengths; where there are none, or zero, all of it is one piece. */
export function* cutByLengths(bytes: Uint8Array, lengths: Rotation<number>): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const length = lengths.next() || bytes.length
    yield bytes.subarray(at, at + length)
    at += length
  }
}
