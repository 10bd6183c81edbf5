import { encodeUtf8 } from '@sansmtp/core'
import fc from 'fast-check'
import { joined } from '../chunkings.ts'
import type { Chunked } from './chunked.ts'

/**
 * A message as bytes, made to trip what encodes content: dots at line starts, ends of DATA within, bare CR and LF,
 * octets with the high bit set, NUL, long lines, and any octet at the end.
 */
export function message(): fc.Arbitrary<Uint8Array> {
  return fc.array(fragment(), { maxLength: 24 }).map(joined)
}

/** A message in pieces that end where it hurts: between CR and LF, before a dot, behind a bare CR. */
export function chunkedMessage(): fc.Arbitrary<Chunked> {
  const chunk = fc.array(fragment(), { maxLength: 4 }).map(joined)
  return fc.array(chunk, { maxLength: 12 }).map((chunks) => ({ bytes: joined(chunks), chunks }))
}

function fragment(): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('\r', '\n', '.', '\r\n').map(encodeUtf8) },
    { weight: 3, arbitrary: fc.constantFrom(...hostile).map(encodeUtf8) },
    {
      weight: 3,
      arbitrary: fc.constantFrom('x', 'Subject: greetings\r\n', 'a line', 'ü', 'x'.repeat(1200)).map(encodeUtf8),
    },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 8 }) },
  )
}

/** What different servers have taken for the end of DATA (CVE-2023-51764 to 51766 and their kin). */
const hostile: readonly string[] = [
  '\r\n.\r\n',
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\n.\r',
  '\r\n\0.\r\n',
  '\r\n..\r\n',
  '\r\r\n',
  '\n\r',
  '.\r\nMAIL FROM:<mallory@example.org>\r\n',
]
