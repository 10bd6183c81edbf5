import { decodeUtf8, encodeUtf8 } from '@sansmtp/core'
import type { DialogueLine } from './dialogue.ts'
import { DialogueSyntaxError } from './dialogue-errors.ts'

const crlf = [0x0d, 0x0a]
const escapeForm = /\\(?:x([0-9a-fA-F]{2})|([rn\\]))/y
const octetOf: Readonly<Record<string, number>> = { r: 0x0d, n: 0x0a, '\\': 0x5c }
/** Controls and what can't be seen, but for the blank. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]|[^\P{Zs} ]/u

/**
 * The octets that a written line stands for: its text in UTF-8, escapes resolved, and CRLF unless a lone backslash
 * at its end takes that away.
 *
 * @throws {DialogueSyntaxError} when an escape is not one
 */
export function octetsOf({ text, at }: DialogueLine, whole: string = text): Uint8Array {
  const { shown, ended } = withoutContinuation(text)
  const octets: number[] = []
  let start = 0
  for (let found = shown.indexOf('\\'); found !== -1; found = shown.indexOf('\\', start)) {
    octets.push(...encodeUtf8(shown.slice(start, found)))
    escapeForm.lastIndex = found
    const match = escapeForm.exec(shown)
    if (match === null) {
      throw new DialogueSyntaxError(at, '\\xNN, \\r, \\n or \\\\ at every backslash', whole)
    }
    const [sequence, hex, letter = ''] = match
    octets.push(hex === undefined ? (octetOf[letter] ?? 0) : Number.parseInt(hex, 16))
    start = found + sequence.length
  }
  octets.push(...encodeUtf8(shown.slice(start)), ...(ended ? crlf : []))
  return Uint8Array.from(octets)
}

/** Whether CRLF follows the line: not where it ends in a backslash that no other one escapes. */
export function isEnded(text: string): boolean {
  return withoutContinuation(text).ended
}

function withoutContinuation(text: string): { shown: string; ended: boolean } {
  const backslashes = /\\*$/.exec(text)?.[0].length ?? 0
  const ended = backslashes % 2 === 0
  return { shown: ended ? text : text.slice(0, -1), ended }
}

/** How a line of these octets, its CRLF left out, is written. `ended` tells whether CRLF follows. */
export function written(octets: Uint8Array, ended: boolean): string {
  // Editors like to take away a blank at the end.
  const blank = octets.at(-1) === 0x20
  const shown = escaped(blank ? octets.subarray(0, -1) : octets) + (blank ? '\\x20' : '')
  return ended ? shown : `${shown}\\`
}

function escaped(octets: Uint8Array): string {
  const text = decodeUtf8(octets)
  const isUtf8 = latin1(encodeUtf8(text)) === latin1(octets)
  return isUtf8 ? Array.from(text, shownCharacter).join('') : Array.from(octets, shownOctet).join('')
}

function shownCharacter(character: string): string {
  if (character === '\\') return '\\\\'
  if (character === '\r') return '\\r'
  if (character === '\n') return '\\n'
  return unseen.test(character) ? Array.from(encodeUtf8(character), hex).join('') : character
}

function shownOctet(octet: number): string {
  return octet < 0x80 ? shownCharacter(String.fromCharCode(octet)) : hex(octet)
}

function hex(octet: number): string {
  return `\\x${octet.toString(16).padStart(2, '0')}`
}

/** A text of one character an octet, for comparing and for showing. */
export function latin1(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += String.fromCharCode(octet)
  return text
}
