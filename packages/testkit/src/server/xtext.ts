import { decodeUtf8 } from '@sansmtp/core'
import { isUtf8 } from './read-command.ts'

/**
 * What a text in xtext (RFC 3461 §4) stands for, or `undefined` where it is none or not UTF-8. Not core's decoder: what
 * judges a client must not share its mistakes.
 */
export function readXtext(text: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/.test(text)) return undefined
  const octets = Uint8Array.from(text.match(/\+..|./g) ?? [], (piece) =>
    piece.length === 1 ? piece.charCodeAt(0) : Number.parseInt(piece.slice(1), 16),
  )
  return isUtf8(octets) ? decodeUtf8(octets) : undefined
}
