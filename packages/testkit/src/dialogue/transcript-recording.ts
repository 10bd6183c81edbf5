import { AbortedError, encodeUtf8, TimeoutError, UnexpectedEofError } from '@sansmtp/core'
import type { OnTranscript, TranscriptEntry } from '@sansmtp/core/client'
import type { WireRecording } from './wire-recording.ts'

/** What a note tells, by how it begins. The errors themselves say how that is. */
const beginnings = {
  timeout: new TimeoutError('', 0).message.split('0')[0] ?? '',
  eof: new UnexpectedEofError('').message,
  abort: new AbortedError().message,
} as const

/** What was waited for when the connection ended, where the content had not gone out whole. */
const amidContent = [/ in state data(?: |$)/, / in phase content;/]

/** Records the entries of a transcript as far as they tell what happened. */
export function recordEntry(wire: WireRecording): OnTranscript {
  const recording = new TranscriptRecording(wire)
  return (entry) => recording.record(entry)
}

class TranscriptRecording {
  readonly #wire: WireRecording
  #tlsAwaited = false
  #last: TranscriptEntry | undefined

  constructor(wire: WireRecording) {
    this.#wire = wire
  }

  record(entry: TranscriptEntry): void {
    switch (entry.type) {
      case 'content':
        this.#wire.sentContent(entry.octets ?? 0)
        break
      case 'sent':
        this.#goOn()
        this.#wire.sent(encodeUtf8(`${entry.text}\r\n`))
        break
      case 'received':
        this.#goOn()
        this.#wire.received(encodeUtf8(`${entry.text.replaceAll('\n', '\r\n')}\r\n`))
        break
      case 'note':
        this.#note(entry.text)
    }
    this.#last = entry
  }

  /** The session goes on, so TLS stands where it was asked for, and content has ended. */
  #goOn(): void {
    if (this.#tlsAwaited) this.#wire.happened('tls')
    this.#tlsAwaited = false
    this.#wire.endContent()
  }

  #note(text: string): void {
    if (text === 'starting TLS') {
      this.#tlsAwaited = true
    } else if (text === 'the server is closing the connection') {
      // A 421 that answers nothing is only noted.
      const told = this.#last?.type === 'received' && this.#last.text.startsWith('421')
      if (!told) this.#wire.received(encodeUtf8('421 \r\n'))
    } else if (text === 'closed') {
      this.#wire.ended('eof')
    } else {
      if (!amidContent.some((form) => form.test(text))) this.#wire.endContent()
      if (text.startsWith(beginnings.timeout)) this.#wire.happened('timeout')
      else this.#wire.ended(text.startsWith(beginnings.eof) ? 'eof' : 'abort')
    }
  }
}
