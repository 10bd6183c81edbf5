import type { Output, Reply } from '@sansmtp/core'
import type { OnTranscript } from '@sansmtp/core/client'
import type { Dialogue, Happening } from './dialogue.ts'
import { formatDialogue } from './format-dialogue.ts'
import { parseDialogue } from './parse-dialogue.ts'
import { replayable } from './replayable.ts'
import { recordEntry } from './transcript-recording.ts'
import { WireRecording } from './wire-recording.ts'

export interface DialogueRecorderOptions {
  /** What the dialogue shows and where it is from. */
  readonly title?: string
  /** Default `smtp`. */
  readonly protocol?: 'smtp' | 'lmtp'
  /** Whether TLS stands from the start. Default false. */
  readonly secure?: boolean
  /** Whether messages are kept. Else a line with their length stands in. Default false. */
  readonly content?: boolean
  /** Applied to each line before it is kept, to take away names and dates. */
  readonly rewrite?: (line: string) => string
}

/**
 * Makes a dialogue of what really happened, in one of three ways: give `onTranscript` to a client; pass every output
 * of a `ClientConnection` to `output`; or note what goes over the wire, as `recordTransport` does. Only the wire has
 * it all: a transcript has no content, and no outputs show octets that were no reply.
 *
 * Credentials are never kept: the user `ann` with the password `secret` takes their place.
 */
export class DialogueRecorder {
  /** To be given to a client as its option of the same name. */
  readonly onTranscript: OnTranscript
  readonly #options: DialogueRecorderOptions
  readonly #wire: WireRecording
  #lastReply: Reply | undefined
  #tlsRequested = false

  constructor(options: DialogueRecorderOptions = {}) {
    this.#options = options
    const { content = false, rewrite = (line) => line } = options
    this.#wire = new WireRecording({ keepContent: content, rewrite })
    this.onTranscript = recordEntry(this.#wire)
  }

  /** Notes octets that the client has sent. */
  sent(octets: Uint8Array): void {
    this.#wire.sent(octets)
  }

  /** Notes octets that the server has sent. */
  received(octets: Uint8Array): void {
    this.#wire.received(octets)
  }

  /** Notes that TLS stands, that the stream has ended, that time has run out or that the caller has given up. */
  happened(what: Happening): void {
    this.#wire.happened(what)
  }

  /** Notes that the client has closed the connection, whatever made it. */
  closed(): void {
    this.#wire.ended('abort')
  }

  /** Notes an output of a `ClientConnection`. */
  output(output: Output): void {
    switch (output.type) {
      case 'SendBytes':
        this.#wire.sent(output.bytes)
        break
      case 'GreetingReceived':
      case 'ReplyReceived':
      case 'ServerClosing':
        // A 421 that answers something is told twice.
        if (output.reply !== this.#lastReply) this.#wire.received(output.reply.bytes)
        this.#lastReply = output.reply
        break
      case 'StartTlsRequested':
        this.#tlsRequested = true
        break
      case 'CapabilitiesChanged':
        if (this.#tlsRequested) this.#wire.happened('tls')
        this.#tlsRequested = false
        break
      case 'Closed':
        this.#wire.ended('eof')
        break
      case 'Failed':
        if (output.error.code === 'TIMEOUT') this.#wire.happened('timeout')
        else this.#wire.ended(output.error.code === 'UNEXPECTED_EOF' ? 'eof' : 'abort')
        break
      default:
        break
    }
  }

  /**
   * The dialogue so far. It was replayed, and what an expectation must say is said.
   *
   * @throws {DialogueSyntaxError} when nothing was recorded
   */
  get dialogue(): Dialogue {
    return parseDialogue(this.toString())
  }

  /** The dialogue so far as text, which `parseDialogue` reads. */
  toString(): string {
    const { title = 'Recorded', protocol, secure } = this.#options
    const options = { ...(protocol === 'lmtp' && { protocol }), ...(secure && { secure }) }
    const steps = replayable(options, this.#wire.steps)
    return formatDialogue({ title: title.replace(/\s+/g, ' ').trim() || 'Recorded', options, steps })
  }
}
