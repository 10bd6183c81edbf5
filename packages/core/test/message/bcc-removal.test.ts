import { DataEncoder, InvalidArgumentError } from '@sansmtp/core'
import { type Chunks, chunkings, joined } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from '../wire/holds.ts'
import { latin1, normalised, octets, received } from '../wire/normalised.ts'
import { anyEnding, headerSoup, properMessage } from './header-texts.ts'
import { splitText } from './split-message.ts'

describe('Bcc', () => {
  test.each([
    ['alone', 'Bcc: x\r\n', ''],
    ['alone and without a line ending', 'Bcc: x', ''],
    ['alone and with half a line ending', 'Bcc: x\r', ''],
    ['alone before a body', 'Bcc: x\r\n\r\nBcc: body', '\r\nBcc: body'],
    ['first', 'Bcc: x\r\nA: b\r\n\r\nBcc: body', 'A: b\r\n\r\nBcc: body'],
    ['last', 'A: b\r\nBcc: x\r\n\r\nBcc: body', 'A: b\r\n\r\nBcc: body'],
    ['last without a line ending', 'A: b\r\nBcc: x', 'A: b\r\n'],
    ['between', 'A: b\r\nBcc: x\r\nC: d\r\n\r\n', 'A: b\r\nC: d\r\n\r\n'],
    ['behind bare LF', 'A: b\nBcc: x\nC: d\n\n', 'A: b\nC: d\n\n'],
    ['behind bare CR', 'A: b\rBcc: x\rC: d\r\r', 'A: b\rC: d\r\r'],
    ['behind bare CR in a field by CRLF', 'A: b\rBcc: x\r\nC: d\r\n\r\n', 'A: b\rC: d\r\n\r\n'],
    ['folded', 'Bcc: x,\r\n y,\n\tz\r w\r\nA: b', 'A: b'],
    ['folded before its value', 'Bcc:\r\n x\r\nA: b', 'A: b'],
    ['folded with a line of blanks', 'Bcc: x\r\n \r\n y\r\nA: b', 'A: b'],
    ['with blanks before its colon', 'Bcc \t: x\nA: b', 'A: b'],
    ['in capitals', 'BCC: x\nA: b', 'A: b'],
    ['in small letters', 'bcc:x\nA: b', 'A: b'],
    ['empty', 'A: b\nBcc:\n\n', 'A: b\n\n'],
    ['many times', 'Bcc: x\nbcc: y\nA: b\nBcc: z\n\n', 'A: b\n\n'],
    ['of a message resent', 'Resent-Bcc: x\nA: b\nRESENT-BCC : y\n', 'A: b\n'],
    // The CR and the empty line's LF would make one line ending, and the body would be header.
    ['between a bare CR and an empty line of LF', 'A: b\rBcc: x\n\nbody', 'A: b\r\n\nbody'],
    ['by CRLF between a bare CR and an empty line of LF', 'A: b\rBcc: x\r\n\nbody', 'A: b\r\n\nbody'],
    ['twice between a bare CR and an empty line of LF', 'A: b\rBcc: x\nBcc: y\n\nbody', 'A: b\r\n\nbody'],
    ['between a bare CR and an empty line of CR', 'A: b\rBcc: x\n\rbody', 'A: b\r\rbody'],
  ])('is removed, and nothing else, %s', (_, message, kept) => {
    for (const chunks of chunkings(octets(message))) {
      const { withoutBcc, body } = splitText(chunks)
      expect(withoutBcc + body).toBe(kept)
    }
  })

  test.each([
    'Bcc2: x\n',
    'XBcc: x\n',
    'Resent-Bcc-: x\n',
    'X-Resent-Bcc: x\n',
    '.Bcc: x\n',
    'A: b\n Bcc: x\n',
    'Bc-c: x\n',
  ])('stays where it is only part of a name, or in the value of another field: %j', (message) => {
    expect(splitText([octets(message)]).withoutBcc).toBe(message)
  })

  test('is still among the fields', () => {
    expect(splitText([octets('BCC: x\n\n')]).fields).toEqual([['BCC', ' x\n']])
  })

  /** What a receiver of DATA has in the end. */
  function arriving(chunks: Chunks): Uint8Array {
    const { withoutBcc, body } = splitText(chunks)
    const encoder = new DataEncoder()
    return received(joined([encoder.encode(octets(withoutBcc)), encoder.encode(octets(body)), encoder.finish()]))
      .message
  }

  /** Reads a header as simply as can be: what stands before the first empty line, joined where it is folded. */
  function fieldsOf(message: Uint8Array): readonly string[] {
    const [header = ''] = `\r\n${latin1(message)}`.split('\r\n\r\n', 1)
    return header
      .replace(/\r\n(?=[ \t])/g, '')
      .split('\r\n')
      .filter((line) => line !== '')
  }

  const isBcc = (line: string) => /^(?:resent-)?bcc[ \t]*:/i.test(line)

  test('never reaches a receiver, whatever the message looks like', () => {
    holds(
      fc.property(headerSoup(), ({ bytes, chunks }) => {
        let arrived: Uint8Array
        try {
          arrived = arriving(chunks)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError)
          return
        }
        expect(fieldsOf(arrived)).toEqual(fieldsOf(normalised(bytes)).filter((line) => !isBcc(line)))
      }),
    )
  })

  /** The message, every line ending CRLF, without the lines of its Bcc fields. */
  function linesWithoutBcc(message: Uint8Array): string {
    const kept: string[] = []
    let removing = false
    let inHeader = true
    for (const line of latin1(normalised(message)).split(/(?<=\r\n)/)) {
      if (line === '\r\n') inHeader = false
      if (!/^[ \t]/.test(line)) removing = isBcc(line)
      if (!inHeader || !removing) kept.push(line)
    }
    return kept.join('')
  }

  test('is all that a receiver misses of a message', () => {
    holds(
      fc.property(properMessage(anyEnding), ({ bytes, chunks }) => {
        expect(latin1(arriving(chunks))).toBe(linesWithoutBcc(bytes))
      }),
    )
  })

  test('is removed octet for octet from a message with one kind of line ending', () => {
    holds(
      fc.property(
        anyEnding.chain((ending) => fc.tuple(fc.constant(ending), properMessage(fc.constant(ending)))),
        ([ending, { bytes, chunks }]) => {
          const { withoutBcc, body } = splitText(chunks)
          const expected = linesWithoutBcc(bytes).replaceAll('\r\n', ending)
          const complete = latin1(bytes).endsWith(ending)
          const kept = withoutBcc + body
          expect(complete || kept === '' || kept.endsWith(ending) ? kept : kept + ending).toBe(expected)
        },
      ),
    )
  })
})
