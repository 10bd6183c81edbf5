import { CanonicalText } from './canonical-text.ts'
import type { ContentEncoder } from './content-encoder.ts'

const endAfterLine = new Uint8Array([0x2e, 0x0d, 0x0a])
const endAfterText = new Uint8Array([0x0d, 0x0a, 0x2e, 0x0d, 0x0a])

/**
 * Content as DATA sends it: canonical text with its dots stuffed, and the final dot (RFC 5321 §4.5.2). Nothing in a
 * message can pass for its end.
 */
export class DataEncoder implements ContentEncoder {
  readonly #text = new CanonicalText({ dots: true })

  encode(bytes: Uint8Array): Uint8Array {
    return this.#text.encode(bytes)
  }

  finish(): Uint8Array {
    // A copy: a transport may detach what it is given, as streams of bytes do.
    return (this.#text.endsLine ? endAfterLine : endAfterText).slice()
  }
}
