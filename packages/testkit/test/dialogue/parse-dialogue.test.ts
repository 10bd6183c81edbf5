import { DialogueSyntaxError, formatDialogue, parseDialogue } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function refusal(...lines: string[]): DialogueSyntaxError {
  try {
    parseDialogue(lines.join('\n'))
  } catch (error) {
    if (error instanceof DialogueSyntaxError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('a dialogue', () => {
  test('has a title, settings and steps; lines with the same mark are one step', () => {
    const text = [
      '# RFC 2033 §4.1: a title',
      '# a comment',
      '@ protocol lmtp',
      '@ secure',
      '@ limits.maxReplyLines 3',
      '@ limits.maxLineLength 50',
      '@ timeouts.greeting 1000',
      '',
      'S: 220-one',
      '# between',
      'S: 220 two',
      'C: LHLO bar.com',
      'C+ QUIT',
      'C! EHLO bar.com',
      '! timeout',
      '= failed TIMEOUT hello notSent',
    ].join('\r\n')
    expect(parseDialogue(text)).toEqual({
      title: 'RFC 2033 §4.1: a title',
      options: {
        protocol: 'lmtp',
        secure: true,
        limits: { maxReplyLines: 3, maxLineLength: 50 },
        timeouts: { greeting: 1000 },
      },
      steps: [
        {
          type: 'server',
          lines: [
            { text: '220-one', at: 9 },
            { text: '220 two', at: 11 },
          ],
        },
        { type: 'client', lines: [{ text: 'LHLO bar.com', at: 12 }] },
        { type: 'queued', line: { text: 'QUIT', at: 13 } },
        { type: 'illegal', line: { text: 'EHLO bar.com', at: 14 } },
        { type: 'happening', what: 'timeout', at: 15 },
        { type: 'expectation', line: { text: 'failed TIMEOUT hello notSent', at: 16 } },
      ],
    })
  })

  test('keeps blanks within a line and a line without text', () => {
    const { steps } = parseDialogue('# x\nC:\nC:  two blanks \n')
    expect(steps).toMatchObject([{ lines: [{ text: '' }, { text: ' two blanks ' }] }])
  })
})

describe('what is not one names its line and what was expected there', () => {
  test.each([
    ['nothing', 1, 'a title', ['']],
    ['no title', 1, 'a title first', ['S: 220 ready']],
    ['an empty title', 1, 'a title first', ['# ', 'S: 220 ready']],
    ['no step', 3, 'at least one step', ['# x', '@ secure', '']],
    ['an unknown mark', 2, 'S:, C:, C+, C!', ['# x', 's: 220 ready']],
    ['a mark without its blank', 2, 'S:, C:, C+, C!', ['# x', 'S:220 ready']],
    ['a title’s mark without its blank', 1, 'a title first', ['#x']],
    ['an unknown happening', 3, '! eof, ! tls, ! timeout, ! abort', ['# x', 'S: 220 ready', '! eof now']],
    ['an unknown escape', 2, '\\xNN', ['# x', 'S: 220 \\q']],
    ['half an escape', 3, '\\xNN', ['# x', 'S: 220 ready', 'C: NOOP \\x4']],
    ['an unfinished command', 3, 'a whole command', ['# x', 'S: 220 ready', 'C! NOOP\\']],
    ['a late setting', 3, 'settings before the first step', ['# x', 'S: 220 ready', '@ secure']],
    ['an unknown setting', 2, '@ secure', ['# x', '@ lmtp']],
    ['an unknown limit', 2, 'maxReplyLines', ['# x', '@ limits.maxReplyLine 3']],
    ['an unknown phase', 2, 'greeting', ['# x', '@ timeouts.hallo 3']],
    ['a limit out of range', 2, 'whole number from 1', ['# x', '@ limits.maxReplyLines 0']],
    ['a limit that is no number', 2, '@ limits.NAME N', ['# x', '@ limits.maxReplyLines many']],
    ['a setting twice', 3, 'each setting once', ['# x', '@ secure', '@ secure']],
    [
      'a limit twice',
      4,
      'each setting once',
      ['# x', '@ limits.maxChallenges 1', '@ secure', '@ limits.maxChallenges 2'],
    ],
  ])('%s', (_, line, expected, lines) => {
    const error = refusal(...lines)
    expect(error).toMatchObject({ name: 'DialogueSyntaxError', line, found: lines[line - 1] ?? '' })
    expect(error.expected).toContain(expected)
    expect(error.message).toContain(`line ${line} of the dialogue`)
  })
})

describe('a misspelt expectation is none', () => {
  test.each([
    'state redy',
    'State ready',
    'state ready ',
    ' state ready',
    'reply RCPT 2500',
    'reply RCTP 250',
    'reply RCPT 250 2.1',
    'reply CONTENT 250 for recipient',
    'greeting',
    'close',
    'close requested.',
    'failed REMOTE_PROTOCOL',
    'failed REMOTE_PROTOCOL notsent',
    'failed TIMEOUT helo notSent',
    'server closing 421',
    'skipped',
    'secure maybe',
    'pending -1',
    'timeout mail',
    'refused MAIL BROKEN',
    'body  requested',
    '',
  ])('= %s', (what) => {
    expect(refusal('# x', 'S: 220 ready', `= ${what}`)).toMatchObject({ line: 3, found: `= ${what}` })
  })
})

const octets = fc.array(
  fc.oneof(
    fc.constantFrom('\\r', '\\n', '\\\\', '\\x00', '\\xff', ' ', '.', '#', '=', 'é', '漢', '\u00a0'),
    fc.string({ minLength: 1, maxLength: 3 }).map((text) => text.replace(/[\\\r\n]/g, '')),
  ),
)
const line = fc.tuple(octets, fc.constantFrom('', '\\')).map(([parts, end]) => parts.join('') + end)

test('a dialogue that was read is written as it was, and read again', () => {
  const mark = fc.constantFrom('S:', 'C:')
  fc.assert(
    fc.property(fc.array(fc.tuple(mark, line), { minLength: 1 }), (lines) => {
      const text = `# x\n@ protocol lmtp\n@ limits.maxReplyLines 3\n${lines.map((each) => `${each.join(' ')}\n`).join('')}`
      expect(formatDialogue(parseDialogue(text))).toBe(text)
    }),
  )
})

test('whatever the text, it is read or refused with its line', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('# x', 'S: 220 x', 'C: NOOP', '= closed', '@ secure', '\\', '! eof'),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      try {
        parseDialogue(pieces.join('\n'))
      } catch (error) {
        expect(error).toBeInstanceOf(DialogueSyntaxError)
        expect((error as DialogueSyntaxError).line).toBeGreaterThan(0)
      }
    }),
  )
})
