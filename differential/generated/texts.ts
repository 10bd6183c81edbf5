import * as fc from 'fast-check'
import { type Answer, asAnswer, inPieces, octetwise, type Reply } from '../server/answer.ts'

const word = fc.constantFrom(
  'ok',
  'no',
  'later',
  'mail.example',
  '<bob@b.example>',
  'grüße',
  '2.0.0',
  '(1 of 2)',
  '-',
  '250',
)
const line = fc
  .array(word, { maxLength: 4 })
  .chain((words) => fc.constantFrom(words.join(' '), `${words.join(' ')} `, ` ${words.join('\t')}`))

/** Texts of replies, of one line mostly. */
export const texts: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(line) },
  { weight: 1, arbitrary: fc.array(line, { minLength: 2, maxLength: 5 }) },
)

/** A reply with a code, its text in one line or several. */
export function reply(code: number, lines: readonly string[]): string {
  return lines.map((text, i) => `${code}${i < lines.length - 1 ? '-' : ' '}${text}`).join('\n')
}

/** Replies with one of these codes. */
export function replies(...codes: readonly number[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...codes), texts).map(([code, lines]) => reply(code, lines))
}

/** The same, some in pieces and some with bare LF. */
export function delivered(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<Reply> {
  return fc.oneof(
    { weight: 6, arbitrary },
    { weight: 1, arbitrary: arbitrary.map((text) => withBareLf(asAnswer(text))) },
    {
      weight: 1,
      arbitrary: fc.tuple(arbitrary, fc.integer({ min: 1, max: 9 })).map(([text, at]) => inPieces(text, at)),
    },
    { weight: 1, arbitrary: arbitrary.map(octetwise) },
  )
}

function withBareLf(answer: Answer): Answer {
  return { ...answer, octets: answer.octets.replaceAll('\r\n', '\n') }
}
