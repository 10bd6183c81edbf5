import type { BadOctet } from './line-reader.ts'
import type { OctetQueue } from './octet-queue.ts'

const lf = 0x0a
const cr = 0x0d
const dot = 0x2e

/** Where in a line the reader is. A dot that starts a line is held back until it is known what it means. */
type Place = 'lineStart' | 'dot' | 'dotCr' | 'text' | 'textCr'

/** Takes an octet of content and its position. */
export type ContentOctet = (octet: number, position: number) => void

/**
 * Reads content as DATA has it up to its final dot, and gives it out without stuffed dots (RFC 5321 §4.5.2). Only
 * CRLF.CRLF ends it, unless bare LFs are taken for line endings.
 */
export class DotReader {
  readonly #bareLineFeeds: boolean
  #place: Place = 'lineStart'

  constructor(options: { readonly bareLineFeeds: boolean }) {
    this.#bareLineFeeds = options.bareLineFeeds
  }

  /** Reads until the content ends, then true, or until there is no more. */
  read(input: OctetQueue, content: ContentOctet, badOctet: BadOctet): boolean {
    for (let octet = input.shift(); octet !== undefined; octet = input.shift()) {
      if (this.#take(octet, input.position - 1, content, badOctet)) return true
    }
    return false
  }

  #take(octet: number, position: number, content: ContentOctet, badOctet: BadOctet): boolean {
    const place = this.#place
    if (place === 'lineStart' && octet === dot) {
      this.#place = 'dot'
      return false
    }
    if (place === 'dot' && octet === cr) {
      this.#place = 'dotCr'
      return false
    }
    if (place === 'dotCr' && octet === lf) return true
    if (place === 'dot' && octet === lf && this.#bareLineFeeds) {
      badOctet('BARE_LF', lf, position)
      return true
    }
    // A line that starts with a dot starts with two on the wire, so this one was not stuffed. It is lost all the same.
    if (place === 'dotCr') badOctet('UNSTUFFED_DOT', dot, position - 2)
    else if (place === 'dot' && octet !== dot) badOctet('UNSTUFFED_DOT', dot, position - 1)
    if (place === 'dotCr') content(cr, position - 1)
    content(octet, position)
    this.#place = this.#placeBehind(octet, place)
    return false
  }

  #placeBehind(octet: number, place: Place): Place {
    if (octet === cr) return 'textCr'
    return octet === lf && (place === 'textCr' || this.#bareLineFeeds) ? 'lineStart' : 'text'
  }
}
