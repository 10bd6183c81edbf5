import { written } from './escapes.ts'

/** The lines of a message as they go over the wire: kept, or only counted. */
export class ContentRecording {
  readonly #keep: boolean
  #octets = 0

  constructor(keep: boolean) {
    this.#keep = keep
  }

  /** The written lines for one more line of content; none yet where lines are only counted. */
  add(line: Uint8Array, ended: boolean): string[] {
    if (this.#keep) return [written(line, ended)]
    this.#octets += line.length + (ended ? 2 : 0)
    return []
  }

  /** Octets of content that no line is known of. */
  count(octets: number): void {
    this.#octets += octets
  }

  /** A stand-in for the lines counted so far, if there are more octets of them than those that end the content. */
  flush(end: number): string[] {
    const octets = this.#octets
    this.#octets = 0
    return octets <= end ? [] : [`[${octets} octets of content]`]
  }
}
