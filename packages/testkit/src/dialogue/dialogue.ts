import type { ClientConnectionOptions } from '@sansmtp/core'

/** A line as it is written, with its escapes, and where in the text it stands, counted from 1. */
export interface DialogueLine {
  readonly text: string
  readonly at: number
}

/** What can happen to a connection beside commands and bytes. */
export const happenings = ['eof', 'tls', 'timeout', 'abort'] as const

export type Happening = (typeof happenings)[number]

/** One step of a dialogue. Lines that follow one another with the same mark, `C:` or `S:`, are one step. */
export type Step =
  /** `C:` the client sends exactly these lines, commands or content, and nothing else. */
  | { readonly type: 'client'; readonly lines: readonly DialogueLine[] }
  /** `C+` the client queues a command that can't leave yet; a later `C:` shows it leaving. */
  | { readonly type: 'queued'; readonly line: DialogueLine }
  /** `C!` the client tries this command and is refused, and nothing changes. */
  | { readonly type: 'illegal'; readonly line: DialogueLine }
  /** `S:` the server sends these lines. */
  | { readonly type: 'server'; readonly lines: readonly DialogueLine[] }
  /** `!` something happens: the stream ends, TLS stands, time runs out, the caller gives up. */
  | { readonly type: 'happening'; readonly what: Happening; readonly at: number }
  /** `=` what must hold, or must have happened in the step before. */
  | { readonly type: 'expectation'; readonly line: DialogueLine }

/** A dialogue between a client and a server, as text has it; `README.md` beside this file has the grammar. */
export interface Dialogue {
  /** What it shows and where it is from. */
  readonly title: string
  /** How the connection is made: the `@` lines. */
  readonly options: ClientConnectionOptions
  readonly steps: readonly Step[]
}
