/** A text is not a dialogue: the message names the line and what it could have been. */
export class DialogueSyntaxError extends Error {
  override readonly name = 'DialogueSyntaxError'
  /** Counted from 1. */
  readonly line: number
  /** What could stand there. */
  readonly expected: string
  /** What stands there. */
  readonly found: string

  constructor(line: number, expected: string, found: string, options?: ErrorOptions) {
    super(`line ${line} of the dialogue: expected ${expected}, found ${JSON.stringify(found)}`, options)
    this.line = line
    this.expected = expected
    this.found = found
  }
}

/** A connection did not behave as the dialogue says: the message names the line, what was expected, and what was. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError'
  /** The line that does not hold, counted from 1. */
  readonly line: number
  readonly expected: string
  readonly actual: string

  constructor(line: number, expected: string, actual: string, options?: ErrorOptions) {
    super(`line ${line} of the dialogue: expected ${expected}; but ${actual}`, options)
    this.line = line
    this.expected = expected
    this.actual = actual
  }
}
