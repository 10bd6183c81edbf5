import type { OnTranscript } from '@sansmtp/node'

/** Keeps the lines that a client sends. */
export class SentLines {
  readonly #lines: string[] = []

  readonly onTranscript: OnTranscript = ({ type, text }) => {
    if (type === 'sent') this.#lines.push(...text.split('\n'))
  }

  /** Those that begin with a command. */
  of(verb: string): readonly string[] {
    return this.#lines.filter((line) => line === verb || line.startsWith(`${verb} `))
  }
}
