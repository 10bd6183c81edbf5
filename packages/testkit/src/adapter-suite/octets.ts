import assert from 'node:assert/strict'
import type { Transport } from '@sansmtp/core/client'

export const MiB = 1_048_576

/** Octets of which no two stretches are alike, so that what is lost, doubled or out of order shows. */
export function distinctOctets(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i, 0x9e37_79b1)
  return new Uint8Array(words.buffer, 0, length)
}

let longest: Uint8Array | undefined

/** Far more than all the buffers between two ends of a connection hold. */
export function sixtyFourMiB(): Uint8Array {
  longest ??= distinctOctets(64 * MiB)
  return longest
}

/** Compares octets with what is expected, as they come. */
export class ExpectedOctets {
  readonly #expected: Uint8Array
  #length = 0

  constructor(expected: Uint8Array) {
    this.#expected = expected
  }

  get complete(): boolean {
    return this.#length === this.#expected.length
  }

  /** @throws {AssertionError} at the first octet that differs or is one too many */
  take(bytes: Uint8Array): void {
    const expected = this.#expected.subarray(this.#length, this.#length + bytes.length)
    const same = Buffer.compare(bytes, expected) === 0
    assert.ok(same, `octets ${this.#length} to ${this.#length + bytes.length} are not those that were sent`)
    this.#length += bytes.length
  }
}

/** Reads from either end until all that was expected has come. */
export async function readExpected(read: () => Promise<Uint8Array | null>, expected: Uint8Array): Promise<void> {
  const octets = new ExpectedOctets(expected)
  while (!octets.complete) {
    const bytes = await read()
    assert.ok(bytes !== null && bytes.length > 0, 'it ended before all had come')
    octets.take(bytes)
  }
}

/** Reads a text from a transport, in however many pieces it comes. `first` is a read that waits already. */
export async function readText(
  transport: Pick<Transport, 'read'>,
  text: string,
  first: Promise<Uint8Array | null> = transport.read(),
): Promise<void> {
  let next: Promise<Uint8Array | null> | undefined = first
  const read = () => {
    const reading = next ?? transport.read()
    next = undefined
    return reading
  }
  await readExpected(read, Buffer.from(text))
}
