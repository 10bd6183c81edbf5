import { type ClientConnection, type Command, decodeUtf8, type Output } from '@sansmtp/core'
import { type ChunkLine, chunkLineOf } from './chunk-line.ts'
import type { DialogueLine } from './dialogue.ts'
import { DialogueError } from './dialogue-errors.ts'
import { isEnded, octetsOf } from './escapes.ts'

/** What goes as one chunk of content whose size is not known. */
type Chunk = Uint8Array | string

/** Not to be seen: handed over where no chunk follows, so that the one before it leaves. */
const standIn = Uint8Array.of(0x78)

/** Hands content to a connection, as the lines of a dialogue show it on the wire. */
export class ContentPlayer {
  readonly #connection: ClientConnection
  #atLineStart = true
  /** The last MAIL had BODY=BINARYMIME. */
  #binary = false
  /** The BDAT whose content is open or will be, and whether it goes in one chunk. */
  #bdat: { readonly id: number; readonly sized: boolean } | undefined
  /** Octets of the chunk whose line came last that no line has shown yet. */
  #left = 0
  /** The chunk that a line will show next is handed over already. */
  #ahead = false

  constructor(connection: ClientConnection) {
    this.#connection = connection
  }

  /** Whether the next line is content. */
  get takes(): boolean {
    return this.#left > 0 || this.#connection.state === 'data'
  }

  /** Makes ready for a command, and gives it as it is to be sent. Behind a chunk it gives up the content. */
  prepare(command: Command): Command {
    if (this.#connection.bodyAbandonable) this.#connection.abandonBody()
    if (command.verb === 'MAIL') {
      const { BODY } = command.parameters ?? {}
      this.#binary = String(BODY).toUpperCase() === 'BINARYMIME'
    }
    return command.verb === 'BDAT' && this.#binary ? { ...command, binary: true } : command
  }

  /** Takes in that a command was queued. */
  queued(command: Command, id: number): void {
    if (command.verb !== 'BDAT') return
    this.#bdat = { id, sized: command.size !== undefined }
    this.#ahead = false
  }

  /** Takes in what happened. */
  hear(output: Output): void {
    if (output.type === 'BodyRequested') this.#atLineStart = true
    const refused = output.type === 'ReplyReceived' && output.exchange === 'CHUNK' && output.reply.severity > 3
    if ((refused || output.type === 'CommandSkipped') && output.id === this.#bdat?.id) this.#bdat = undefined
  }

  /** Whether the line announces a chunk; the command that opens the content must have been sent before. */
  isChunkLine(line: DialogueLine): boolean {
    return this.#connection.state !== 'data' && chunkOf(line) !== undefined
  }

  /** Whether content is open, or will be, that the next chunk belongs to. */
  get opened(): boolean {
    return this.#bdat !== undefined
  }

  /**
   * Plays the line of a chunk.
   *
   * @throws {DialogueError} when the lines behind it don't show its octets
   */
  playChunkLine(line: DialogueLine, behind: readonly DialogueLine[]): void {
    const chunk = chunkOf(line) as ChunkLine
    this.#left = 'size' in chunk ? chunk.size : 0
    if (this.#bdat?.sized) {
      if (this.#left === 0) this.#end()
      return
    }
    const { content, after } = contentOf(chunk, line, behind)
    if (!this.#ahead) this.#handOver(content)
    this.#ahead = false
    if (chunk.last) this.#end()
    else this.#handOverNext(after)
  }

  /** Plays a line of content. */
  play(line: DialogueLine): void {
    if (this.#left > 0) this.#playChunk(line)
    else this.#playData(line)
  }

  #playChunk(line: DialogueLine): void {
    const octets = octetsOf(line)
    if (octets.length > this.#left) {
      throw new DialogueError(line.at, `${this.#left} octets that are left of the chunk`, `there are ${octets.length}`)
    }
    this.#left -= octets.length
    if (!this.#bdat?.sized) return
    this.#connection.sendBody(octets)
    if (this.#left === 0) this.#end()
  }

  #playData(line: DialogueLine): void {
    if (this.#atLineStart && line.text === '.') {
      this.#connection.endBody()
      return
    }
    let octets = octetsOf(line)
    if (this.#atLineStart && line.text.startsWith('.')) {
      if (!line.text.startsWith('..')) {
        throw new DialogueError(line.at, 'a line of content with its dot stuffed', 'it has one dot')
      }
      octets = octets.subarray(1)
    }
    this.#atLineStart = isEnded(line.text)
    this.#connection.sendBody(octets)
  }

  #end(): void {
    this.#bdat = undefined
    this.#connection.endBody()
  }

  /** The connection holds a chunk back until it knows whether another one follows. */
  #handOverNext(lines: readonly DialogueLine[]): void {
    const [line, ...behind] = lines
    const next = line && chunkOf(line)
    if (line === undefined || next === undefined) {
      this.#connection.sendBody(standIn)
      return
    }
    this.#handOver(contentOf(next, line, behind).content)
    this.#ahead = true
  }

  #handOver(content: Chunk): void {
    if (typeof content === 'string') this.#connection.sendBodyUrl(content)
    else this.#connection.sendBody(content)
  }
}

function chunkOf(line: DialogueLine): ChunkLine | undefined {
  return isEnded(line.text) ? chunkLineOf(decodeUtf8(octetsOf(line).slice(0, -2))) : undefined
}

/** The octets or the URL of a chunk, and the lines behind those that show it. */
function contentOf(
  chunk: ChunkLine,
  line: DialogueLine,
  behind: readonly DialogueLine[],
): { content: Chunk; after: readonly DialogueLine[] } {
  if ('url' in chunk) return { content: chunk.url, after: behind }
  const octets: number[] = []
  let taken = 0
  for (const each of behind) {
    if (octets.length >= chunk.size) break
    octets.push(...octetsOf(each))
    taken += 1
  }
  if (octets.length !== chunk.size) {
    throw new DialogueError(line.at, `lines with the ${chunk.size} octets of the chunk`, `they have ${octets.length}`)
  }
  return { content: Uint8Array.from(octets), after: behind.slice(taken) }
}
