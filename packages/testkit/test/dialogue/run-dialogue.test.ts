import { byteByByte, DialogueError, parseDialogue, runDialogue } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'

const opened = ['S: 220 ready', 'C: EHLO bar.com', 'S: 250-foo.com', 'S: 250 PIPELINING']
const asked = ['C: MAIL FROM:<a@bar.com>', 'C: RCPT TO:<b@foo.com>', 'C: DATA', 'S: 250 ok', 'S: 250 ok', 'S: 354 go']

function events(...lines: string[]): string[] {
  return runDialogue(parseDialogue(['# x', ...lines].join('\n')))
}

/** The departure; `line` counts the given lines from 1. */
function departure(...lines: string[]): { line: number; expected: string; actual: string } {
  try {
    events(...lines)
  } catch (error) {
    if (!(error instanceof DialogueError)) throw error
    expect(error.message).toContain(`line ${error.line} of the dialogue`)
    return { line: error.line - 1, expected: error.expected, actual: error.actual }
  }
  throw new Error('it holds')
}

test('gives every event', () => {
  expect(
    events(...opened, 'C! DATA', ...asked, 'C: ..', 'C: .', 'S: 250 2.6.0 ok', 'C: QUIT', '! eof', '= closed'),
  ).toEqual([
    'greeting 220',
    'reply EHLO 250',
    'capabilities PIPELINING',
    'refused DATA LOCAL_PROTOCOL',
    'reply MAIL 250',
    'reply RCPT 250',
    'reply DATA 354',
    'body requested',
    'reply CONTENT 250 2.6.0',
    'close requested',
    'closed',
  ])
})

test('cuts what the server sends in one step as it is told, and hears it all before it begins TLS', () => {
  const dialogue = parseDialogue(
    [
      '# x',
      'S: 220 ready',
      'C: EHLO bar.com',
      'S: 250-foo.com',
      'S: 250 STARTTLS',
      'C: STARTTLS',
      'S: 220 go',
      'S: 250 injected',
      '= failed REMOTE_PROTOCOL BYTES_BEHIND_STARTTLS notSent',
    ].join('\n'),
  )
  const seen: number[] = []
  const whole = runDialogue(dialogue, (bytes) => {
    seen.push(bytes.length)
    return [bytes]
  })
  expect(seen).toEqual([11, 27, 22])
  expect(runDialogue(dialogue, byteByByte)).toEqual(whole)
})

describe('the client', () => {
  test('may not send something else', () => {
    expect(departure('S: 220 ready', 'C: XYZZY\\x20\\x20plugh')).toMatchObject({ line: 2 })
    expect(departure(...opened, 'C: MAIL FROM:<a@bar.com> A=1 A=2')).toMatchObject({
      line: 5,
      expected: 'the client to send "MAIL FROM:<a@bar.com> A=1 A=2\\r\\n"',
      actual: 'it sent "MAIL FROM:<a@bar.com> A=2\\r\\n"',
    })
  })

  test('may not send less: what waits for a reply has not left', () => {
    expect(departure('S: 220 ready', 'C: NOOP', 'C: NOOP')).toMatchObject({ line: 3, actual: 'it sent "NOOP\\r\\n"' })
  })

  test('may not send more: what was queued must be shown when it leaves', () => {
    const queued = ['S: 220 ready', 'C: NOOP', 'C+ RSET', 'S: 250 ok']
    expect(departure(...queued)).toMatchObject({ line: 4, expected: 'the client to send nothing more' })
    expect(departure(...queued, 'S: 250 ok')).toMatchObject({ actual: 'it sent "RSET\\r\\n"' })
    expect(departure(...queued, 'C: NOOP')).toMatchObject({ line: 5 })
    expect(events(...queued, 'C: RSET', 'S: 250 ok')).toContain('reply RSET 250')
  })

  test('must not have been able to send what is shown as queued', () => {
    expect(departure('S: 220 ready', 'C+ NOOP')).toEqual({
      line: 2,
      expected: 'the command to wait',
      actual: 'it left: "NOOP\\r\\n"',
    })
  })

  test('may not send what is not legal, malformed or no command', () => {
    expect(departure('S: 220 ready', 'C: DATA')).toMatchObject({ line: 2, expected: 'the client to send DATA' })
    expect(departure(...opened, 'C: MAIL <a@bar.com>')).toMatchObject({ line: 5, actual: 'FROM:<…> is missing' })
    expect(departure(...opened, 'C: MAIL FROM:<a@bar.com')).toMatchObject({ line: 5, actual: 'FROM:<…> is missing' })
    expect(departure(...opened, 'C: NOOP\\')).toMatchObject({ line: 5, expected: 'a whole command line' })
    expect(departure(...opened, 'C: RSET now')).toMatchObject({ line: 5, actual: 'RSET takes no argument' })
    expect(departure(...opened, 'C: ehlo bar.com')).toMatchObject({ line: 5 })
  })

  test('must stuff dots, and content ends by a lone one', () => {
    expect(departure(...opened, ...asked, 'C: .x')).toMatchObject({
      expected: 'a line of content with its dot stuffed',
    })
    expect(departure(...opened, ...asked, 'C: x', 'C: .', 'C: ..')).toMatchObject({ line: 13 })
    expect(events(...opened, ...asked, 'C: a\\', 'C: .b', 'C: .', 'C: RSET')).toHaveLength(7)
  })

  test('answers a challenge in base64', () => {
    const challenged = [
      '@ secure',
      'S: 220 ready',
      'C: EHLO bar.com',
      'S: 250-foo.com',
      'S: 250 AUTH LOGIN',
      'C: AUTH LOGIN',
      'S: 334 ',
    ]
    expect(events(...challenged, 'C: YW5u', 'S: 235 ok')).toContain('reply AUTH-RESPONSE 235')
    expect(departure(...challenged, 'C: ann')).toMatchObject({ line: 8, actual: 'that is not base64' })
    expect(departure(...challenged.slice(0, 5), 'C: AUTH LOGIN !')).toMatchObject({ line: 6 })
  })
})

describe('chunks', () => {
  const offered = ['S: 220 ready', 'C: EHLO bar.com', 'S: 250-foo.com', 'S: 250-CHUNKING', 'S: 250-BURL imap']
  const pipelining = [...offered, 'S: 250 PIPELINING', 'C: MAIL FROM:<a@bar.com>', 'C: RCPT TO:<b@foo.com>']
  const accepted = [...pipelining, 'S: 250 ok', 'S: 250 ok']
  const oneByOne = [
    ...offered,
    'S: 250 HELP',
    'C: MAIL FROM:<a@bar.com>',
    'S: 250 ok',
    'C: RCPT TO:<b@foo.com>',
    'S: 250 ok',
  ]
  const replies = (...lines: string[]) => events(...lines).filter((event) => /^reply C/.test(event))

  test('are played whether more follow in the same step, in a later one, or never', () => {
    const two = ['C: BDAT 3', 'C: a', 'C: BDAT 3 LAST', 'C: b', 'S: 250 1', 'S: 250 2']
    expect(replies(...accepted, ...two)).toEqual(['reply CHUNK 250', 'reply CONTENT 250'])
    const later = ['C: BDAT 3', 'C: a', 'S: 250 1', '= reply CHUNK 250', 'C: BDAT 1', 'C: b\\', 'S: 250 2']
    for (const before of [accepted, oneByOne]) {
      expect(replies(...before, ...later, 'C: BDAT 2 LAST', 'C: ', 'S: 250 3')).toHaveLength(3)
      expect(replies(...before, ...later)).toHaveLength(2)
      expect(replies(...before, ...later.slice(0, -1), 'S: 452 no', 'C: RSET', 'S: 250 ok')).toEqual([
        'reply CHUNK 250',
        'reply CHUNK 452',
      ])
    }
  })

  test('may be given up by a command, before the last of them', () => {
    const begun = [
      'C: BDAT 3',
      'C: a',
      'C: BDAT 3',
      'C: b',
      'C: RSET',
      'S: 250 1',
      'S: 250 2',
      'S: 250 3',
      '= state ready',
    ]
    expect(events(...accepted, ...begun).slice(-3)).toEqual(['reply CHUNK 250', 'reply CHUNK 250', 'reply RSET 250'])
    expect(events(...oneByOne, 'C: BDAT 3', 'C: a', 'C+ RSET', 'S: 250 1', 'C: RSET', 'S: 250 2').at(-1)).toBe(
      'reply RSET 250',
    )
    expect(departure(...accepted, 'C: BDAT 3', 'C: a', 'S: 250 1', 'C: MAIL FROM:<>')).toMatchObject({
      expected: 'the client to send MAIL FROM:<>',
      actual: expect.stringContaining('resetDue'),
    })
  })

  test('may be of known size, and then go out as they are shown', () => {
    const begun = [...accepted, 'C: BDAT 8 LAST', 'C: a']
    expect(replies(...begun, '= timeout content 180000', 'C: b\\', 'C: cd', 'S: 250 1')).toEqual(['reply CONTENT 250'])
    expect(replies(...begun, 'S: 552 no', '= closed')).toEqual(['reply CONTENT 552'])
    expect(replies(...accepted, 'C: BDAT 0 LAST', 'S: 250 1')).toEqual(['reply CONTENT 250'])
  })

  test('may be URLs', () => {
    const urls = ['C: BURL imap://a', 'C: BDAT 3', 'C: x', 'C: BURL imap://b LAST', 'S: 250 1', 'S: 250 2', 'S: 250 3']
    expect(replies(...accepted, ...urls)).toHaveLength(3)
    expect(replies(...oneByOne, 'C: BURL imap://a', 'S: 250 1', 'C: BURL imap://b LAST', 'S: 250 2')).toHaveLength(2)
    expect(replies(...accepted, 'C: BURL imap://a LAST', 'S: 250 1')).toEqual(['reply CONTENT 250'])
  })

  test('may leave with their envelope, and have others behind them', () => {
    const one = ['C: BDAT 3 LAST', 'C: a']
    const next = ['C: MAIL FROM:<a@bar.com>', 'C: RCPT TO:<b@foo.com>', 'C: BDAT 1', 'C: b\\', 'C: BDAT 2 LAST', 'C: ']
    const answers = Array.from({ length: 7 }, (_, i) => `S: 250 ${i}`)
    expect(replies(...pipelining, ...one, ...next, ...answers)).toEqual([
      'reply CONTENT 250',
      'reply CHUNK 250',
      'reply CONTENT 250',
    ])
  })

  test('are binary behind BODY=BINARYMIME', () => {
    const [greeting, ehlo, name] = offered
    const binary = [greeting, ehlo, name, 'S: 250-CHUNKING', 'S: 250 BINARYMIME'] as string[]
    const mail = ['C: MAIL FROM:<a@bar.com> BODY=binarymime', 'S: 250 ok', 'C: RCPT TO:<b@foo.com>', 'S: 250 ok']
    expect(
      replies(...binary, ...mail, 'C: BDAT 2', 'C: a\\r\\', 'S: 250 1', 'C: BDAT 1 LAST', 'C: \\n\\', 'S: 250 2'),
    ).toHaveLength(2)
    expect(departure(...oneByOne, 'C: BDAT 2 LAST', 'C: a\\r\\')).toMatchObject({
      expected: 'content that the connection takes',
    })
  })

  test('may be queued behind an envelope that is still to be answered, and be skipped', () => {
    const queued = [...offered, 'S: 250 HELP', 'C: MAIL FROM:<a@bar.com>', 'C+ RCPT TO:<b@foo.com>']
    const rcpt = ['S: 250 ok', 'C: RCPT TO:<b@foo.com>']
    for (const [line, ...rest] of [
      ['BDAT 3 LAST', 'C: a', 'S: 250 1'],
      ['BDAT 1', 'C: a\\', 'S: 250 1', 'C: BDAT 2 LAST', 'C: ', 'S: 250 2'],
      ['BURL imap://a LAST', 'S: 250 1'],
    ]) {
      expect(replies(...queued, `C+ ${line}`, ...rcpt, 'S: 250 ok', `C: ${line}`, ...rest).at(-1)).toBe(
        'reply CONTENT 250',
      )
      const again = [
        'C: RSET',
        'S: 250 ok',
        'C: MAIL FROM:<a@bar.com>',
        'S: 250 ok',
        'C: RCPT TO:<b@foo.com>',
        'S: 250 ok',
      ]
      const skipped = [...queued, `C+ ${line}`, ...rcpt, 'S: 550 no', '= skipped BDAT', ...again]
      expect(replies(...skipped, `C: ${line}`, ...rest).at(-1)).toBe('reply CONTENT 250')
    }
  })

  test('are refused where they may not be sent', () => {
    expect(events(...opened, 'C! BDAT 3', 'C! BDAT 3 LAST', 'C! BURL imap://x').slice(-3)).toEqual(
      Array(3).fill('refused BDAT LOCAL_PROTOCOL'),
    )
    expect(departure(...opened, 'C: BDAT 3')).toMatchObject({ line: 5, expected: 'the client to send BDAT 3' })
    expect(departure(...accepted, 'C! BDAT 3')).toMatchObject({ expected: 'BDAT 3 to be refused' })
  })

  test.each([
    ['BDAT', 'BDAT takes a size, and perhaps LAST'],
    ['BDAT x', 'BDAT takes a size, and perhaps LAST'],
    ['BDAT 3 FIRST', 'BDAT takes a size, and perhaps LAST'],
    ['BDAT 3  LAST', 'BDAT takes a size, and perhaps LAST'],
    ['BURL', 'BURL takes a URL, and perhaps LAST'],
    ['BURL a b', 'BURL takes a URL, and perhaps LAST'],
  ])('have no line %j', (line, actual) => {
    expect(departure(...accepted, `C: ${line}`)).toMatchObject({ line: accepted.length + 1, actual })
  })

  test('must be shown whole, and no more than that', () => {
    const line = accepted.length + 1
    expect(departure(...accepted, 'C: BDAT 9', 'C: a', 'S: 250 1')).toMatchObject({
      line,
      expected: 'lines with the 9 octets of the chunk',
      actual: 'they have 3',
    })
    expect(departure(...accepted, 'C: BDAT 1', 'C: a', 'S: 250 1')).toMatchObject({ line, actual: 'they have 3' })
    expect(departure(...accepted, 'C: BDAT 4 LAST', 'C: a', 'C: b')).toMatchObject({
      line: line + 2,
      expected: '1 octets that are left of the chunk',
      actual: 'there are 3',
    })
  })

  test('must be what the client sends', () => {
    const line = accepted.length + 2
    expect(departure(...accepted, 'C: BDAT 2 LAST', 'C: a\\', 'C: b\\')).toMatchObject({ line: line + 1 })
    expect(departure(...accepted, 'C: BDAT 3', 'C: a', 'S: 250 1', 'C: BDAT 0 LAST')).toMatchObject({
      expected: 'the client to send "BDAT 3\\r\\na\\r\\n"',
    })
    expect(departure(...oneByOne, 'C: BDAT 3', 'C: a', 'C: BDAT 3 LAST', 'C: b')).toMatchObject({
      expected: 'a chunk that the connection takes',
      actual: expect.stringContaining('without PIPELINING'),
    })
    expect(
      departure(
        ...opened.slice(0, 3),
        'S: 250 CHUNKING',
        'C: MAIL FROM:<>',
        'S: 250 ok',
        'C: RCPT TO:<b@c>',
        'S: 250 ok',
        'C: BURL a:b LAST',
      ),
    ).toMatchObject({
      expected: 'a chunk that the connection takes',
      actual: 'the server does not offer BURL',
    })
  })
})

describe('a refusal that is shown', () => {
  test('must come', () => {
    expect(departure('S: 220 ready', 'C! NOOP')).toMatchObject({ line: 2, expected: 'NOOP to be refused' })
  })

  test('must be of a command', () => {
    expect(departure('S: 220 ready', 'C! MAIL')).toEqual({
      line: 2,
      expected: 'a command',
      actual: 'FROM:<…> is missing: MAIL',
    })
  })

  test('names what was wrong', () => {
    expect(departure(...opened, 'C! MAIL FROM:<a@bar.com> SIZE=1', '= refused MAIL LOCAL_PROTOCOL')).toEqual({
      line: 6,
      expected: "'refused MAIL LOCAL_PROTOCOL' in the step before",
      actual: "what happened there is 'refused MAIL NOT_SUPPORTED'",
    })
  })
})

describe('the server and the world', () => {
  test('can’t be heard while TLS is being established', () => {
    const lines = ['S: 220 ready', 'C: EHLO bar.com', 'S: 250-foo.com', 'S: 250 STARTTLS', 'C: STARTTLS', 'S: 220 go']
    expect(departure(...lines, '= TLS requested', 'S: 250 late')).toMatchObject({
      line: 8,
      expected: 'the server to be heard',
    })
  })

  test.each(['tls', 'timeout'])('! %s must have been asked for', (what) => {
    expect(departure(...opened, `! ${what}`)).toMatchObject({ line: 5, expected: `! ${what}` })
  })
})

describe('an expectation', () => {
  test('does not hold because it held a step earlier', () => {
    expect(departure(...opened, '= reply EHLO 250', 'C: NOOP', '= reply EHLO 250')).toEqual({
      line: 7,
      expected: "'reply EHLO 250' in the step before",
      actual: 'what happened there is nothing more',
    })
  })

  test('is satisfied by an event of its own, in order', () => {
    const replies = ['C: RSET', 'C: RSET', 'C: NOOP', 'S: 250 ok', 'S: 500 what', 'S: 251 ok']
    expect(events(...opened, ...replies, '= reply RSET 500', '= reply NOOP 251')).toHaveLength(6)
    expect(departure(...opened, ...replies, '= reply NOOP 251', '= reply RSET 250')).toMatchObject({ line: 12 })
    expect(departure(...opened, ...replies, '= reply RSET 250', '= reply RSET 250')).toMatchObject({ line: 12 })
  })

  test('must match to the end: an enhanced code and a recipient are said', () => {
    expect(departure(...opened, 'C: NOOP', 'S: 250 2.0.0 ok', '= reply NOOP 250')).toMatchObject({
      actual: "what happened there is 'reply NOOP 250 2.0.0'",
    })
  })

  test('that looks at the connection tells how it is', () => {
    expect(departure('= state ready')).toEqual({ line: 1, expected: 'state ready', actual: 'state greeting' })
    expect(departure('= secure yes')).toMatchObject({ actual: 'secure no' })
    expect(departure('= authenticated yes')).toMatchObject({ actual: 'authenticated no' })
    expect(departure('= pending 0')).toMatchObject({ actual: 'pending 1' })
    expect(departure('S: 220\\', '= buffered 0')).toMatchObject({ actual: 'buffered 3' })
    expect(departure('= timeout none')).toMatchObject({ actual: 'timeout greeting 300000' })
    expect(events('@ timeouts.greeting 5', '= timeout greeting 5', 'S: 220', '= timeout none', '= pending 0')).toEqual([
      'greeting 220',
    ])
  })
})

describe('what may not go unsaid', () => {
  test('the end, by fault or not', () => {
    expect(departure(...opened, '! eof')).toEqual({
      line: 5,
      expected: "no 'failed UNEXPECTED_EOF notSent' that goes unsaid",
      actual: 'it happened, and no line = failed UNEXPECTED_EOF notSent says so',
    })
    expect(departure(...opened, 'C: QUIT', 'S: 221 bye')).toMatchObject({
      line: 6,
      expected: expect.stringContaining('closed'),
    })
    expect(departure(...opened, '! eof', 'S: 250 late', '= failed UNEXPECTED_EOF notSent')).toMatchObject({ line: 5 })
  })

  test('421, also where its end is said', () => {
    expect(departure(...opened, 'S: 421 bye', '= closed')).toMatchObject({
      line: 6,
      actual: expect.stringContaining('server closing 421 notSent'),
    })
  })

  test('a command that was not sent', () => {
    const lines = [
      'S: 220 ready',
      'C: EHLO bar.com',
      'S: 250 foo.com',
      'C: MAIL FROM:<a@bar.com>',
      'C+ RCPT TO:<b@foo.com>',
      'S: 550 no',
    ]
    expect(departure(...lines)).toMatchObject({ line: 6, expected: expect.stringContaining('skipped RCPT') })
    expect(events(...lines, '= skipped RCPT')).toContain('skipped RCPT')
  })
})
