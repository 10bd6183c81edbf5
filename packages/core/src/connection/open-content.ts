import type { EncodedCommand } from '../wire/index.ts'

/** Something that content adds to what goes out. */
export interface ContentPart {
  readonly line?: EncodedCommand
  readonly pieces: readonly Uint8Array[]
  /** What a reply is due for once this has left: a chunk that is not the last, or the whole content. */
  readonly due?: 'CHUNK' | 'CONTENT'
  /** Nothing may leave behind it before that reply has come. */
  readonly endsGroup?: true | undefined
}

/** What is known of content, however it goes. */
export interface ContentFacts {
  /** The id of the command that announced it. */
  readonly id: number
  /** MAIL asked for a reply to the content for each recipient. */
  readonly prdr: true | undefined
  /** Throws the {@link LocalProtocolError} that says why `input` is not legal. */
  readonly refuse: (input: string, why: string) => never
}

/** Content that may be sent and that has not ended. What is refused changes nothing. */
export interface OpenContent extends Omit<ContentFacts, 'refuse'> {
  readonly by: 'DATA' | 'BDAT'
  /** It goes in chunks that are answered one by one, each once it is out; else it is answered once, as a whole. */
  readonly inChunks: boolean
  /** Without PIPELINING a chunk leaves only once the one before is answered. */
  readonly waitsForReplies: boolean
  /** What leaves at once. */
  begin(): readonly ContentPart[]
  /** @throws {LocalProtocolError} when it is more than was announced */
  add(bytes: Uint8Array): readonly ContentPart[]
  /** @throws {LocalProtocolError} when it goes by DATA, or its size was announced */
  addUrl(url: string): readonly ContentPart[]
  /** @throws {LocalProtocolError} when it is less than was announced */
  end(): readonly ContentPart[]
}
