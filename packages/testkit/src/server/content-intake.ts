import { ContentStore } from './content-store.ts'
import { DotReader } from './dot-reader.ts'
import type { BadOctet } from './line-reader.ts'
import type { OctetQueue } from './octet-queue.ts'
import type { ContentVerb } from './received.ts'
import { type Announced, TextJudge } from './text-judge.ts'

/** One message on its way in: by DATA up to its final dot, or by BDAT and BURL piece by piece. */
export class ContentIntake {
  readonly by: ContentVerb
  readonly #store: ContentStore
  readonly #judge: TextJudge
  readonly #badOctet: BadOctet
  readonly #dots: DotReader

  constructor(
    by: ContentVerb,
    limit: number,
    announced: Announced,
    badOctet: BadOctet,
    { bareLineFeeds }: { readonly bareLineFeeds: boolean },
  ) {
    this.by = by
    this.#store = new ContentStore(limit)
    this.#judge = new TextJudge(announced, badOctet)
    this.#badOctet = badOctet
    this.#dots = new DotReader({ bareLineFeeds })
  }

  /** Octets so far, whether they were kept or not. */
  get size(): number {
    return this.#store.size
  }

  get content(): Uint8Array {
    return this.#store.take()
  }

  /** Reads up to the final dot, then true. */
  readDotted(input: OctetQueue): boolean {
    return this.#dots.read(input, (octet, position) => this.#add(octet, position), this.#badOctet)
  }

  /** Reads the octets of a chunk, then true. */
  readChunk(input: OctetQueue, chunk: { remaining: number }): boolean {
    for (; chunk.remaining > 0; chunk.remaining -= 1) {
      const octet = input.shift()
      if (octet === undefined) return false
      this.#add(octet, input.position - 1)
    }
    return true
  }

  /** Takes what was found at a URL. */
  addFetched(octets: Uint8Array): void {
    for (const octet of octets) {
      this.#store.add(octet)
      this.#judge.accept(octet, undefined)
    }
  }

  /** The content has ended. */
  finish(): void {
    this.#judge.finish()
  }

  #add(octet: number, position: number): void {
    this.#store.add(octet)
    this.#judge.accept(octet, position)
  }
}

/** Passes over the octets of a refused chunk (RFC 3030 §2); true when all are gone. */
export function discardChunk(input: OctetQueue, chunk: { remaining: number }): boolean {
  const gone = Math.min(chunk.remaining, input.length)
  input.skip(gone)
  chunk.remaining -= gone
  return chunk.remaining === 0
}
