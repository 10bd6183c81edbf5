import { decodeUtf8 } from '@sansmtp/core'
import { ChunkRecording } from './chunk-recording.ts'
import { ContentRecording } from './content-recording.ts'
import { CredentialsRecording } from './credentials-recording.ts'
import type { DialogueLine, Happening, Step } from './dialogue.ts'
import { octetsOf, written } from './escapes.ts'

/** The end of a recording, which is to be told only where the dialogue has not ended by itself before it. */
export interface RecordedEnd {
  readonly type: 'end'
  readonly what: 'eof' | 'abort'
}

export interface WireRecordingOptions {
  readonly keepContent: boolean
  /** Applied to each line as it is written. */
  readonly rewrite: (line: string) => string
}

/** A dot and its CRLF end content by DATA. */
const lengthOfDot = 3
const cr = 0x0d
const lf = 0x0a

/** Makes steps of the octets that go to and fro. It reads only as much of them as tells content and credentials. */
export class WireRecording {
  readonly #rewrite: (line: string) => string
  readonly #content: ContentRecording
  readonly #credentials = new CredentialsRecording()
  readonly #steps: (Step | RecordedEnd)[] = []
  #fromServer: number[] = []
  readonly #fromClient: number[] = []
  #lastCommand = ''
  #lastCode = 0
  #inContent = false
  #contentAtLineStart = true
  #chunk: ChunkRecording | undefined

  constructor({ keepContent, rewrite }: WireRecordingOptions) {
    this.#content = new ContentRecording(keepContent)
    this.#rewrite = rewrite
  }

  /** The steps so far; what was heard last is among them even if its line has not ended. */
  get steps(): readonly (Step | RecordedEnd)[] {
    this.#endServerStep()
    this.#interruptContent()
    return this.#steps
  }

  received(octets: Uint8Array): void {
    this.#interruptContent()
    for (const octet of octets) this.#fromServer.push(octet)
  }

  sent(octets: Uint8Array): void {
    this.#endServerStep()
    for (const octet of octets) {
      this.#fromClient.push(octet)
      const chunk = this.#chunk
      chunk?.seen(1)
      const endsLine = octet === lf && this.#fromClient.at(-2) === cr
      if (endsLine) this.#clientLine(this.#takeFromClient(-2))
      if (chunk?.left === 0) this.#endChunk(chunk)
    }
  }

  /** Content of which only the length is known. */
  sentContent(octets: number): void {
    this.#endServerStep()
    const chunk = this.#chunk
    if (this.#inContent || chunk !== undefined) this.#content.count(octets)
    chunk?.seen(octets)
    if (chunk?.left === 0) this.#endChunk(chunk)
  }

  /** The content of which only the length is known has ended. */
  endContent(): void {
    if (!this.#inContent) return
    this.#add('client', [...this.#content.flush(lengthOfDot), '.'])
    this.#inContent = false
  }

  happened(what: Happening): void {
    this.#flush()
    this.#steps.push({ type: 'happening', what, at: 0 })
  }

  ended(what: RecordedEnd['what']): void {
    this.#flush()
    this.#steps.push({ type: 'end', what })
  }

  #flush(): void {
    this.#endServerStep()
    this.#interruptContent()
  }

  /** What has come from the client since its last line, less as many octets at the end. */
  #takeFromClient(end?: number): Uint8Array {
    return Uint8Array.from(this.#fromClient.splice(0).slice(0, end))
  }

  #clientLine(line: Uint8Array): void {
    if (this.#chunk !== undefined) {
      this.#addToChunk(this.#chunk, this.#content.add(line, true))
      return
    }
    if (this.#inContent) {
      const atLineStart = this.#contentAtLineStart
      this.#contentAtLineStart = true
      if (atLineStart && line.length === 1 && line[0] === 0x2e) this.#endOfContent()
      else this.#add('client', this.#content.add(line, true))
      return
    }
    const text = decodeUtf8(line)
    const answersChallenge = this.#lastCode === 334 && this.#lastCommand === 'AUTH'
    if (!answersChallenge) this.#lastCommand = (text.split(' ', 1)[0] ?? '').toUpperCase()
    const chunk = answersChallenge ? undefined : ChunkRecording.announcedBy(text)
    if (chunk !== undefined) {
      this.#addLines('client', [chunk.line])
      if (chunk.left > 0) this.#chunk = chunk
      return
    }
    const shown = this.#credentials.clientLine(text, answersChallenge)
    this.#add('client', [shown === text ? this.#rewrite(written(line, true)) : shown])
  }

  #endChunk(chunk: ChunkRecording): void {
    this.#interruptChunk(chunk)
    this.#chunk = undefined
  }

  /** A chunk may end amid a line, and be interrupted anywhere. */
  #interruptChunk(chunk: ChunkRecording): void {
    const rest = this.#takeFromClient()
    if (rest.length > 0) this.#addToChunk(chunk, this.#content.add(rest, false))
    this.#addToChunk(chunk, this.#content.flush(0))
  }

  #addToChunk(chunk: ChunkRecording, texts: readonly string[]): void {
    chunk.shown(this.#add('client', texts), octetsOf)
  }

  #endOfContent(): void {
    this.#content.count(3)
    this.endContent()
  }

  /** Content that stops amid a line is written without its end. */
  #interruptContent(): void {
    if (this.#chunk !== undefined) this.#interruptChunk(this.#chunk)
    if (!this.#inContent) return
    const rest = this.#takeFromClient()
    if (rest.length > 0) {
      this.#contentAtLineStart = false
      this.#add('client', this.#content.add(rest, false))
    }
    this.#add('client', this.#content.flush(lengthOfDot))
  }

  #endServerStep(): void {
    if (this.#fromServer.length === 0) return
    const octets = Uint8Array.from(this.#fromServer)
    this.#fromServer = []
    const lines: string[] = []
    let start = 0
    for (let end = octets.indexOf(lf); end !== -1; end = octets.indexOf(lf, end + 1)) {
      if (octets[end - 1] !== cr || end === start) continue
      lines.push(this.#serverLine(octets.subarray(start, end - 1), true))
      start = end + 1
    }
    if (start < octets.length) lines.push(this.#serverLine(octets.subarray(start), false))
    this.#add('server', lines)
    if (this.#lastCommand === 'DATA' && this.#lastCode === 354 && !this.#inContent) {
      this.#lastCommand = ''
      this.#inContent = true
      this.#contentAtLineStart = true
    }
  }

  #serverLine(line: Uint8Array, ended: boolean): string {
    const code = Number(decodeUtf8(line.subarray(0, 3)))
    if (Number.isInteger(code) && code > 0) this.#lastCode = code
    return this.#rewrite(this.#credentials.serverLine(written(line, ended)))
  }

  #add(type: 'client' | 'server', texts: readonly string[]): readonly DialogueLine[] {
    const lines = texts.map((text) => ({ text, at: 0 }))
    this.#addLines(type, lines)
    return lines
  }

  #addLines(type: 'client' | 'server', lines: readonly DialogueLine[]): void {
    if (lines.length === 0) return
    const last = this.#steps.at(-1)
    if (last?.type === type) this.#steps[this.#steps.length - 1] = { type, lines: [...last.lines, ...lines] }
    else this.#steps.push({ type, lines })
  }
}
