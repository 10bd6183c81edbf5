/** One way to cut bytes: the pieces in order. They are views of the original, not copies. */
export type Chunks = readonly Uint8Array[]

/** Every octet in a piece of its own. */
export function byteByByte(bytes: Uint8Array): Chunks {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

/** Every way to cut the bytes in two, the two with an empty part included. */
export function* everySplit(bytes: Uint8Array): Generator<Chunks, void, undefined> {
  for (let at = 0; at <= bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)]
}

/** The cuts that what reads a stream must not notice: none, every split in two, and byte by byte. */
export function* chunkings(bytes: Uint8Array): Generator<Chunks, void, undefined> {
  yield [bytes]
  yield* everySplit(bytes)
  yield byteByByte(bytes)
}

/** The pieces in one array again. */
export function joined(chunks: Chunks): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let end = 0
  for (const chunk of chunks) {
    bytes.set(chunk, end)
    end += chunk.length
  }
  return bytes
}
