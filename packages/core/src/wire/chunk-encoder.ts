import { CanonicalText, type TextPosition } from './canonical-text.ts'
import type { ContentEncoder } from './content-encoder.ts'

const nothing = new Uint8Array(0)
const lineEnd = new Uint8Array([0x0d, 0x0a])

/**
 * Content as BDAT sends it (RFC 3030 §2): canonical text, its last line ended as DATA would end it, so that a message
 * arrives the same by either; or, where it is `binary`, its octets as they are.
 */
export class ChunkEncoder implements ContentEncoder {
  #text: CanonicalText | undefined

  constructor({ binary }: { readonly binary: boolean }) {
    this.#text = binary ? undefined : new CanonicalText({ dots: false })
  }

  /** Where it stands, to go back to when a piece was tried. */
  get position(): TextPosition | undefined {
    return this.#text?.position
  }

  goBackTo(position: TextPosition | undefined): void {
    if (position !== undefined) this.#text?.goBackTo(position)
  }

  encode(bytes: Uint8Array): Uint8Array {
    return this.#text === undefined ? bytes : this.#text.encode(bytes)
  }

  /** Something else comes between what was encoded so far and what follows. */
  breakOff(): void {
    this.#text?.breakOff()
  }

  finish(): Uint8Array {
    return this.#text === undefined || this.#text.endsLine ? nothing : lineEnd.slice()
  }
}
