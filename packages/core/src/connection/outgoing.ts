import { type EncodedCommand, encodeUtf8 } from '../wire/index.ts'
import type { SendBytes } from './output.ts'

/** Pieces are copied together up to this many octets; beyond it a copy costs more than a second write. */
const maxMerged = 65_536

/**
 * Gathers what is to be sent, so that what is contiguous leaves as one `SendBytes`; content, commands and
 * credentials stay apart, since they are logged differently.
 */
export class Outgoing {
  readonly #gathered: SendBytes[] = []
  #content: Uint8Array[] = []
  #lines = ''

  addContent(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#endLines()
    this.#content.push(bytes)
  }

  addCommand({ line, redacted }: EncodedCommand): void {
    this.#endContent()
    if (redacted === undefined) {
      this.#lines += `${line}\r\n`
    } else {
      this.#endLines()
      const bytes = encodeUtf8(`${line}\r\n`)
      this.#gathered.push({ type: 'SendBytes', bytes, content: false, sensitive: true, redacted })
    }
  }

  /** All that was gathered, in order; the gatherer is then empty. */
  take(): SendBytes[] {
    this.#endContent()
    this.#endLines()
    return this.#gathered.splice(0)
  }

  #endLines(): void {
    if (this.#lines === '') return
    const bytes = encodeUtf8(this.#lines)
    this.#lines = ''
    this.#gathered.push({ type: 'SendBytes', bytes, content: false, sensitive: false })
  }

  #endContent(): void {
    for (const bytes of merged(this.#content)) {
      this.#gathered.push({ type: 'SendBytes', bytes, content: true, sensitive: false })
    }
    this.#content = []
  }
}

/** The same octets in fewer pieces, none of them copied into one of more than `maxMerged`. */
export function merged(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  if (pieces.length < 2) return pieces
  const all: Uint8Array[] = []
  let run: Uint8Array[] = []
  let length = 0
  const endRun = () => {
    if (run.length > 0) all.push(concatenated(run, length))
    run = []
    length = 0
  }
  for (const piece of pieces) {
    if (length + piece.length > maxMerged) endRun()
    run.push(piece)
    length += piece.length
  }
  endRun()
  return all
}

function concatenated(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array
  const whole = new Uint8Array(length)
  let end = 0
  for (const piece of pieces) {
    whole.set(piece, end)
    end += piece.length
  }
  return whole
}
