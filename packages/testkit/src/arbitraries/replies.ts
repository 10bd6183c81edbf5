import { encodeUtf8, type ReplyLimits, type Violation } from '@sansmtp/core'
import fc from 'fast-check'
import { joined } from '../chunkings.ts'
import { between, characterBeyondAscii, letterOrDigit, oneOf } from './characters.ts'

/** A reply as it goes over the wire, and what a reader must find in it. */
export interface ReplyExample {
  readonly bytes: Uint8Array
  readonly code: number
  /** Only where its class is that of the code. */
  readonly enhancedCode: string | undefined
  /** The text of each line as it stands, blanks at its ends included. */
  readonly lines: readonly string[]
}

export interface ReplyOptions {
  /** Default {@link replyCode}. */
  readonly code?: fc.Arbitrary<number>
  /** Default `mixed`: each line as it comes. */
  readonly lineEnding?: 'crlf' | 'lf' | 'mixed'
  /** Default 5. */
  readonly maxLines?: number
}

/** Octets that are no reply, and what a strict reader must say of them. */
export interface BrokenReply {
  readonly bytes: Uint8Array
  readonly violation: Violation
}

/** 200 to 599, the codes that mean something more often. `closing: false` leaves 421 out. */
export function replyCode({ closing = true }: { readonly closing?: boolean } = {}): fc.Arbitrary<number> {
  const any = fc.oneof(
    fc.constantFrom(220, 221, 235, 250, 251, 252, 334, 354, 421, 450, 451, 452, 500, 503, 535, 550, 552, 554),
    fc.integer({ min: 200, max: 599 }),
  )
  return closing ? any : any.filter((code) => code !== 421)
}

/** A valid reply (RFC 5321 §4.2): one line or several, with text or without, with an enhanced code or without. */
export function reply(options: ReplyOptions = {}): fc.Arbitrary<ReplyExample> {
  const { code = replyCode(), lineEnding = 'mixed', maxLines = 5 } = options
  const endings = { crlf: ['\r\n'], lf: ['\n'], mixed: ['\r\n', '\n'] }[lineEnding]
  const line = fc.record({ text: replyText(), ending: fc.constantFrom(...endings) })
  return fc
    .record({
      code,
      enhanced: fc.option(enhancedCode(), { nil: undefined, freq: 2 }),
      lines: fc.array(line, { minLength: 1, maxLength: maxLines }),
      // "Servers SHOULD send the <SP> if subsequent text is not sent, but clients MUST be prepared" (§4.2.1).
      spaceless: fc.boolean(),
    })
    .map(({ code, enhanced, lines, spaceless }) => {
      const texts = lines.map(({ text }, i) => (i === 0 && enhanced !== undefined ? `${enhanced} ${text}` : text))
      const wire = lines.map(({ ending }, i) => {
        const last = i === lines.length - 1
        const separator = !last ? '-' : spaceless && texts[i] === '' ? '' : ' '
        return `${code}${separator}${texts[i]}${ending}`
      })
      return {
        bytes: encodeUtf8(wire.join('')),
        code,
        enhancedCode: enhanced?.startsWith(String(code).charAt(0)) ? enhanced : undefined,
        lines: texts,
      }
    })
}

/** Octets that end in a line feed and break the syntax of replies, perhaps behind good lines. */
export function brokenReply(): fc.Arbitrary<BrokenReply> {
  const noReply = fc.oneof(
    // No code at all.
    replyText().filter((text) => !/^[2-5]\d\d/.test(text)),
    // A code that RFC 5321 does not know.
    fc
      .tuple(
        fc.oneof(
          oneOf('016789'),
          between('\x01', '/').filter((c) => c !== '\n'),
          between(':', '\x7f'),
        ),
        replyCode(),
      )
      .map(([first, code]) => `${first}${String(code).slice(1)} text`),
    // A letter for a digit.
    fc.tuple(replyCode(), between('A', 'z'), fc.nat(2)).map(([code, letter, at]) => {
      const digits = String(code)
      return `${digits.slice(0, at)}${letter}${digits.slice(at + 1)} text`
    }),
    // Too short, or too long.
    replyCode().map((code) => String(code).slice(1)),
    replyCode().map((code) => `${code}0 text`),
    // Neither a space nor a hyphen behind the code.
    fc
      .tuple(replyCode(), fc.oneof(oneOf('\t_.=\0\r'), letterOrDigit))
      .map(([code, separator]) => `${code}${separator}text`),
  )
  const goodStart = fc.array(replyText(), { maxLength: 3 })
  return fc.oneof(
    fc.tuple(replyCode(), goodStart, noReply).map(
      ([code, texts, line]): BrokenReply => ({
        bytes: encodeUtf8(`${continued(code, texts)}${line}\r\n`),
        violation: 'REPLY_SYNTAX',
      }),
    ),
    fc
      .tuple(replyCode(), replyCode(), goodStart, fc.constantFrom('-', ' ', ''))
      .filter(([code, other]) => code !== other)
      .map(
        ([code, other, texts, separator]): BrokenReply => ({
          bytes: encodeUtf8(`${continued(code, ['', ...texts])}${other}${separator}\r\n`),
          violation: 'REPLY_CODES_DIFFER',
        }),
      ),
  )
}

function continued(code: number, texts: readonly string[]): string {
  return texts.map((text) => `${code}-${text}\r\n`).join('')
}

/**
 * A reply that would be valid but for passing one of the limits, barely or by far. The limits must leave room for
 * each to be passed alone: many short lines within the reply's length, few long ones within the number of lines.
 */
export function overlongReply({
  maxLineLength,
  maxReplyLines,
  maxReplyLength,
}: ReplyLimits): fc.Arbitrary<BrokenReply> {
  const excess = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 * maxLineLength }))
  return fc.oneof(
    excess.map((excess) => overlong('LINE_TOO_LONG', `250 ${'x'.repeat(maxLineLength - 6 + excess)}\r\n`)),
    fc.integer({ min: 1, max: 9 }).map((more) => overlong('TOO_MANY_LINES', '250-\n'.repeat(maxReplyLines + more))),
    fc.integer({ min: 1, max: 9 }).map((more) => {
      const line = `250-${'x'.repeat(maxLineLength - 6)}\r\n`
      return overlong('REPLY_TOO_LONG', line.repeat(Math.floor(maxReplyLength / line.length) + more))
    }),
  )
}

function overlong(violation: Violation, text: string): BrokenReply {
  return { bytes: encodeUtf8(text), violation }
}

/** What may stand behind code and separator: never a line ending, nor what looks like an enhanced code. */
function replyText(): fc.Arbitrary<string> {
  const character = fc.oneof(
    { weight: 8, arbitrary: between(' ', '~') },
    { weight: 1, arbitrary: characterBeyondAscii },
    { weight: 1, arbitrary: oneOf(' \t\0\x1b') },
  )
  return fc.string({ unit: character, maxLength: 24 }).filter((text) => !/^[245]\.\d/.test(text))
}

/** An enhanced status code (RFC 3463 §2) of any class. */
export function enhancedCode(): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(2, 4, 5), fc.nat(999), fc.nat(999)).map((parts) => parts.join('.'))
}

/** Replies behind one another, as a server sends them to a pipelined group. */
export function replies(options: ReplyOptions & { readonly maxReplies?: number } = {}): fc.Arbitrary<{
  readonly bytes: Uint8Array
  readonly replies: readonly ReplyExample[]
}> {
  return fc.array(reply(options), { maxLength: options.maxReplies ?? 5 }).map((replies) => ({
    bytes: joined(replies.map(({ bytes }) => bytes)),
    replies,
  }))
}
