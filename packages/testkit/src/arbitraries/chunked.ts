import fc from 'fast-check'
import { byteByByte, type Chunks } from '../chunkings.ts'

/** Bytes, and a way to cut them. */
export interface Chunked {
  readonly bytes: Uint8Array
  readonly chunks: Chunks
}

/**
 * Examples of the given arbitrary, with their bytes cut at random places into any number of pieces, empty ones
 * included, and now and then byte by byte. Shrinks to fewer cuts, and the example as it does by itself.
 */
export function chunked<T extends { readonly bytes: Uint8Array }>(
  examples: fc.Arbitrary<T>,
): fc.Arbitrary<T & Chunked> {
  const cuts = fc.oneof(
    { weight: 7, arbitrary: fc.array(fc.nat(), { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
  return fc.tuple(examples, cuts).map(([example, cuts]) => ({
    ...example,
    chunks: cuts === undefined ? byteByByte(example.bytes) : cutAt(example.bytes, cuts),
  }))
}

/** Taken modulo the length, so that the same cuts fit bytes of any length while they shrink. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): Chunks {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}
