import { decodeUtf8 } from '@sansmtp/core'
import { ContentRecording } from './content-recording.ts'
import { CredentialsRecording } from './credentials-recording.ts'
import type { DialogueLine, Happening, Step } from './dialogue.ts'
import { written } from './escapes.ts'

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

const cr = 0x0d
const lf = 0x0a

/** Makes steps of the octets that go to and fro. It reads only as much of them as tells content and credentials. */
export class WireRecording {
  readonly #rewrite: (line: string) => string
  readonly #content: ContentRecording
  readonly #credentials = new CredentialsRecording()
  readonly #steps: (Step | RecordedEnd)[] = []
  #fromServer: number[] = []
  #fromClient: number[] = []
  #lastCommand = ''
  #lastCode = 0
  #inContent = false
  #contentAtLineStart = true

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
      if (octet === lf && this.#fromClient.at(-2) === cr) {
        this.#clientLine(Uint8Array.from(this.#fromClient.slice(0, -2)))
        this.#fromClient = []
      }
    }
  }

  /** Content of which only the length is known. */
  sentContent(octets: number): void {
    this.#endServerStep()
    if (this.#inContent) this.#content.count(octets)
  }

  /** The content of which only the length is known has ended. */
  endContent(): void {
    if (!this.#inContent) return
    this.#add('client', [...this.#content.flush(), '.'])
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

  #clientLine(line: Uint8Array): void {
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
    const shown = this.#credentials.clientLine(text, answersChallenge)
    this.#add('client', [shown === text ? this.#rewrite(written(line, true)) : shown])
  }

  #endOfContent(): void {
    this.#content.count(3)
    this.endContent()
  }

  /** Content that stops amid a line is written without its end. */
  #interruptContent(): void {
    if (!this.#inContent) return
    const rest = Uint8Array.from(this.#fromClient)
    this.#fromClient = []
    if (rest.length > 0) {
      this.#contentAtLineStart = false
      this.#add('client', this.#content.add(rest, false))
    }
    this.#add('client', this.#content.flush())
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

  #add(type: 'client' | 'server', texts: readonly string[]): void {
    if (texts.length === 0) return
    const lines: readonly DialogueLine[] = texts.map((text) => ({ text, at: 0 }))
    const last = this.#steps.at(-1)
    if (last?.type === type) this.#steps[this.#steps.length - 1] = { type, lines: [...last.lines, ...lines] }
    else this.#steps.push({ type, lines })
  }
}
