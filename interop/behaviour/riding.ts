import type { OnTranscript, TranscriptEntry } from '@sansmtp/node'

/** Sees in a transcript how far a client runs ahead of the server's replies. */
export class Riding {
  /** How often MAIL left behind content that was not answered yet (RFC 2920 §3.1). */
  envelopes = 0
  /** How often content left before any of its recipients was known to be accepted. */
  contents = 0
  #lastAnswer: 'content' | 'reply' = 'reply'
  #mailUnanswered = false

  readonly onTranscript: OnTranscript = ({ type, text }: TranscriptEntry) => {
    if (type === 'received') {
      this.#lastAnswer = 'reply'
      this.#mailUnanswered = false
    } else if (type === 'content') {
      if (this.#mailUnanswered) this.contents += 1
      this.#lastAnswer = 'content'
      this.#mailUnanswered = false
    } else if (type === 'sent' && text.startsWith('MAIL ')) {
      if (this.#lastAnswer === 'content') this.envelopes += 1
      this.#mailUnanswered = true
    }
  }
}
