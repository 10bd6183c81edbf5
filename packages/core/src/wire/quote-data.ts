import { DataEncoder } from './data-encoder.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const cr = 0x0d
const lf = 0x0a

/**
 * The message as DATA sends it, every line ending made CRLF and lines that start with a dot given another, but
 * without the final dot: an unfinished last line stays unfinished. Half of a surrogate pair, which UTF-8 can't
 * hold, becomes U+FFFD. Bytes that need no change come back as they are, not copied.
 */
export function quoteData(message: string): string
export function quoteData(message: Uint8Array): Uint8Array
export function quoteData(message: string | Uint8Array): string | Uint8Array {
  return typeof message === 'string' ? decodeUtf8(quoteBytes(encodeUtf8(message))) : quoteBytes(message)
}

function quoteBytes(bytes: Uint8Array): Uint8Array {
  // As a last octet a CR is held back, since an LF might follow.
  if (bytes[bytes.length - 1] !== cr) return new DataEncoder().encode(bytes)
  const ended = new Uint8Array(bytes.length + 1)
  ended.set(bytes)
  ended[bytes.length] = lf
  return new DataEncoder().encode(ended)
}
