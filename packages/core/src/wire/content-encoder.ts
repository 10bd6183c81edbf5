/**
 * Turns a message, piece by piece, into what goes over the wire as its content. DATA has one way, BDAT another.
 */
export interface ContentEncoder {
  /** The next piece of the message, encoded. Where nothing needs changing it is the given array, not a copy. */
  encode(bytes: Uint8Array): Uint8Array
  /** What ends the content. Call it once, after the last piece. */
  finish(): Uint8Array
}
