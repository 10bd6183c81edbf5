import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { octets } from '../wire/normalised.ts'

const blanks = fc.constantFrom('', '', '', ' ', '\t', ' \t ')
const words = fc.constantFrom('a@x.example', 'x', '', ' ', 'Bcc: y', ':', '.', '..', '\0', '\xff', '\x85', '\x0b')

export const anyEnding: fc.Arbitrary<string> = fc.constantFrom('\r\n', '\n', '\r')

/** A field as old and new mailers write it, folded here and there. */
function field(ending: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'Bcc',
    'bcc',
    'BCC',
    'Resent-Bcc',
    'resent-bCC',
    'To',
    'Bcc2',
    'XBcc',
    'Resent-To',
    '.Bcc',
  )
  const fold = fc.tuple(ending, fc.constantFrom(' ', '\t'), words).map((parts) => parts.join(''))
  return fc
    .tuple(name, blanks, words, fc.array(fold, { maxLength: 3 }), ending)
    .map(([name, blank, word, folds, end]) => {
      return `${name}${blank}:${word}${folds.join('')}${end}`
    })
}

/** Messages with the given line endings and a proper header, which may have no end. */
export function properMessage(ending: fc.Arbitrary<string>): fc.Arbitrary<arbitraries.Chunked> {
  const body = fc.array(fc.oneof(words, ending), { maxLength: 6 }).map((parts) => parts.join(''))
  const rest = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(ending, body).map((parts) => parts.join('')) },
    fc.constant(''),
  )
  const message = fc
    .tuple(fc.array(field(ending), { maxLength: 8 }), rest)
    .map(([fields, rest]) => [fields.join(''), rest] as const)
    // Else the empty line would be the second half of a line ending.
    .filter(([header, rest]) => !header.endsWith('\r') || !rest.startsWith('\n'))
    .map((parts) => parts.join(''))
  return arbitraries.chunked(message.map((text) => ({ bytes: octets(text) })))
}

/** Whatever looks a little like a header. */
export function headerSoup(): fc.Arbitrary<arbitraries.Chunked> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: field(anyEnding) },
    { weight: 3, arbitrary: anyEnding },
    { weight: 2, arbitrary: fc.constantFrom('Bcc', 'B', 'cc', ':', ' ', '\t', 'To', 'From ', 'From a', '\0', '\xa0') },
  )
  const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''))
  return arbitraries.chunked(text.map((text) => ({ bytes: octets(text) })))
}
