import { InvalidArgumentError } from '../errors/index.ts'
import { type BdatCommand, ChunkEncoder, encodeChunkLine, encodeUrlLine } from '../wire/index.ts'
import type { ContentFacts, ContentPart, OpenContent } from './open-content.ts'

/** How content goes by BDAT. */
export interface ChunkOptions {
  /** As BDAT has it. */
  readonly size: BdatCommand['size'] | undefined
  readonly binary: BdatCommand['binary'] | undefined
  readonly pipelining: boolean
  /** The largest message that the server takes, in octets, where it names one. */
  readonly maxMessageSize: number | undefined
}

/** Content behind BDAT (RFC 3030 §2), in one chunk where its size is known. */
export function chunkContent(facts: ContentFacts, options: ChunkOptions): OpenContent {
  const { size, binary = false } = options
  const encoder = new ChunkEncoder({ binary })
  return size === undefined ? chunks(facts, encoder, options) : new OneChunk(facts, encoder, size)
}

/** The octets that complete it are held back, so that no server can accept it before its end is said. */
class OneChunk implements OpenContent {
  readonly id: number
  readonly prdr: true | undefined
  readonly by = 'BDAT'
  readonly inChunks = false
  readonly waitsForReplies = false
  readonly #refuse: ContentFacts['refuse']
  readonly #size: number
  readonly #encoder: ChunkEncoder
  #left: number
  #held: Uint8Array | undefined

  constructor({ id, prdr, refuse }: ContentFacts, encoder: ChunkEncoder, size: number) {
    this.id = id
    this.prdr = prdr
    this.#refuse = refuse
    this.#size = size
    this.#encoder = encoder
    this.#left = size
  }

  begin(): readonly ContentPart[] {
    return this.#size === 0 ? [] : [{ line: encodeChunkLine(this.#size, true), pieces: [] }]
  }

  add(bytes: Uint8Array): readonly ContentPart[] {
    const { position } = this.#encoder
    const encoded = this.#encoder.encode(bytes)
    if (encoded.length > this.#left) {
      this.#encoder.goBackTo(position)
      this.#tooLong('sendBody')
    }
    this.#left -= encoded.length
    if (this.#left > 0) return [{ pieces: [encoded] }]
    this.#held ??= encoded
    return []
  }

  addUrl(): never {
    return this.#refuse('sendBodyUrl', 'BDAT has announced the size of the content; leave it out')
  }

  end(): readonly ContentPart[] {
    const rest = this.#encoder.finish()
    if (rest.length > this.#left) this.#tooLong('endBody')
    if (rest.length < this.#left) {
      const missing = this.#left - rest.length
      this.#refuse('endBody', `the content lacks ${missing} of the ${this.#size} octets that BDAT announced`)
    }
    const pieces = [this.#held ?? rest]
    return [this.#size === 0 ? { line: encodeChunkLine(0, true), pieces, due: 'CONTENT' } : { pieces, due: 'CONTENT' }]
  }

  #tooLong(input: string): never {
    return this.#refuse(input, `the content is longer than the ${this.#size} octets that BDAT announced`)
  }
}

/** What goes as one chunk: octets, or a URL from which the server is to fetch them. */
type Chunk = readonly Uint8Array[] | string

/**
 * Each piece is a chunk. One is held back, so that the last of them can say that it is. None leaves that would make the
 * message larger than the server takes: there are servers that read the rest of such a chunk as commands.
 */
function chunks(
  { refuse: _, ...facts }: ContentFacts,
  encoder: ChunkEncoder,
  { pipelining, maxMessageSize = Number.POSITIVE_INFINITY }: ChunkOptions,
): OpenContent {
  let total = 0
  let held: Chunk | undefined
  const fits = ({ length }: Uint8Array) => total + length <= maxMessageSize
  const counted = (bytes: Uint8Array): Uint8Array => {
    if (!fits(bytes)) {
      throw new InvalidArgumentError('message', `has more octets than the ${maxMessageSize} that the server takes`)
    }
    total += bytes.length
    return bytes
  }
  let endsGroup: true | undefined
  const release = (next: Chunk): readonly ContentPart[] => {
    const before = held
    held = next
    return before === undefined ? [] : [{ ...partOf(before, false), due: 'CHUNK' }]
  }
  return {
    ...facts,
    by: 'BDAT',
    inChunks: true,
    waitsForReplies: !pipelining,
    begin: () => [],
    add(bytes) {
      const { position } = encoder
      const encoded = encoder.encode(bytes)
      if (!fits(encoded)) encoder.goBackTo(position)
      counted(encoded)
      return encoded.length === 0 ? [] : release([encoded])
    },
    addUrl(url) {
      encodeUrlLine(url, true)
      // RFC 4468 §3.2: no transaction may begin before the last chunk of this one is answered.
      endsGroup = true
      encoder.breakOff()
      return release(url)
    },
    end() {
      // Behind a URL there is no line of ours that would have to be ended.
      const last = typeof held === 'string' ? held : [...(held ?? []), counted(encoder.finish())]
      return [{ ...partOf(last, true), due: 'CONTENT', endsGroup }]
    },
  }
}

function partOf(chunk: Chunk, last: boolean): ContentPart {
  if (typeof chunk === 'string') return { line: encodeUrlLine(chunk, last), pieces: [] }
  const size = chunk.reduce((sum, piece) => sum + piece.length, 0)
  return { line: encodeChunkLine(size, last), pieces: chunk }
}
