import { ClientConnection, encodeUtf8, type Output } from '@sansmtp/core'
import { DialogueRecorder, DialogueSyntaxError, parseDialogue, renderOutput, runDialogue } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { inContent, mayChunk, opened } from './recorded-session.ts'

/** What is recorded of these octets; each begins with the mark of its side. */
function recorded(
  pieces: readonly string[],
  recorder: DialogueRecorder = new DialogueRecorder({ content: true }),
): string[] {
  for (const piece of pieces) {
    const octets = Uint8Array.from(piece.slice(2), (character) => character.charCodeAt(0))
    if (piece.startsWith('S:')) recorder.received(octets)
    else recorder.sent(octets)
  }
  return recorder.toString().split('\n').slice(1, -1)
}

describe('octets', () => {
  test('become lines, wherever they were cut', () => {
    expect(recorded(['S:22', 'S:0-a\r', 'S:\n220 b\r\n', 'C:EHLO b', 'C:ar.com\r\n'])).toEqual([
      'S: 220-a',
      'S: 220 b',
      'C: EHLO bar.com',
    ])
  })

  test('are escaped where they are no text, or could be lost', () => {
    expect(recorded(['S:220 \xff\x00\\ \n220 f\xc3\xbc\xe2\x80\xa8r \r\n'])).toEqual([
      'S: 220 \\xff\\x00\\\\ \\n220 f\\xc3\\xbc\\xe2\\x80\\xa8r\\x20',
      '= failed REMOTE_PROTOCOL UNSOLICITED_REPLY notSent',
    ])
    expect(recorded(['S:220 f\xc3\xbcr\xe2\x80\xa8 \r\n'])).toEqual(['S: 220 für\\xe2\\x80\\xa8\\x20'])
  })

  test('of a line that never ended are written so', () => {
    expect(recorded(['S:220 hal'])).toEqual(['S: 220 hal\\'])
    expect(recorded(['S:220 hi\n', 'C:NOOP\r\n'])).toEqual(['S: 220 hi\\n\\', 'C: NOOP'])
  })
})

describe('content', () => {
  test('is kept if asked, also where it stops amid a line', () => {
    const lines = recorded([...inContent, 'C:one\r\n..tw', 'S:421 bye\r\n'])
    expect(lines.slice(-5)).toEqual(['C: one', 'C: ..tw\\', 'S: 421 bye', '= server closing 421 notSent', '= closed'])
  })

  test('is counted if not, before and behind what the server says meanwhile', () => {
    const lines = recorded([...inContent, 'C:one\r\ntw', 'S:250', 'C:o\r\n.\r\n', 'S: ok\r\n'], new DialogueRecorder())
    expect(lines.slice(-5)).toEqual([
      'C: [7 octets of content]',
      'S: 250\\',
      'C: [6 octets of content]',
      'C: .',
      'S:  ok',
    ])
  })

  test('that is empty is a lone dot', () => {
    expect(recorded([...inContent, 'C:.\r\n'], new DialogueRecorder()).at(-1)).toBe('C: .')
  })

  test('ends by its dot: commands may ride behind it', () => {
    expect(recorded([...inContent, 'C:.\r\nMAIL FROM:<>\r\n.\r\n']).slice(-3)).toEqual([
      'C: .',
      'C: MAIL FROM:<>',
      'C: .',
    ])
  })
})

describe('chunks', () => {
  const twoChunks = ['C:BDAT 7\r\none\r\nB', 'C:DBDAT 10 LAST\r\nAT 5\r\nMAI', 'C:L']
  const counted = () => new DialogueRecorder()

  test('are as many octets as their line says, whatever they look like', () => {
    const lines = recorded([...mayChunk, ...twoChunks, 'S:250 ok\r\n250 ok\r\n', 'C:QUIT\r\n'])
    expect(lines.slice(-9)).toEqual([
      'C: BDAT 7',
      'C: one',
      'C: BD\\',
      'C: BDAT 10 LAST',
      'C: AT 5',
      'C: MAIL\\',
      'S: 250 ok',
      'S: 250 ok',
      'C: QUIT',
    ])
  })

  test('that are only counted have the sizes of what stands in for them, and replay', () => {
    const text = ['C:BDAT 5\r\none\r\nBDAT 700\r\n', `C:${'x'.repeat(700)}`, 'C:BDAT 9 LAST\r\nBDAT 9\r\n\n']
    const replies = ['S:250 1\r\n250 2\r\n250 3\r\n', 'C:QUIT\r\n', 'S:221 bye\r\n']
    const recorder = counted()
    const lines = recorded([...mayChunk, ...text, ...replies], recorder)
    expect(lines.slice(-12)).toEqual([
      'C: BDAT 23',
      'C: [5 octets of content]',
      'C: BDAT 25',
      'C: [700 octets of content]',
      'C: BDAT 23 LAST',
      'C: [9 octets of content]',
      'S: 250 1',
      'S: 250 2',
      'S: 250 3',
      'C: QUIT',
      'S: 221 bye',
      '= closed',
    ])
    expect(runDialogue(recorder.dialogue)).toContain('reply CHUNK 250')
  })

  test.each([
    [() => new DialogueRecorder({ content: true }), ['C: BDAT 10 LAST', 'C: one', 'C: tw\\', 'S: 552 no', '= closed']],
    [counted, ['C: BDAT 26 LAST', 'C: [7 octets of content]', 'S: 552 no', '= closed']],
  ])('that the server interrupts are not whole', (recorder, lines) => {
    const made = recorder()
    expect(recorded([...mayChunk, 'C:BDAT 10 LAST\r\none\r\ntw', 'S:552 no\r\n'], made).slice(-lines.length)).toEqual(
      lines,
    )
    expect(runDialogue(made.dialogue)).toContain('reply CONTENT 552')
  })

  test('that go on behind what the server says amid them keep their size', () => {
    const pieces = ['C:BDAT 100 LAST\r\none\r\n', 'S:25', `C:${'x'.repeat(93)}\r\n`, 'S:0 ok\r\n']
    expect(recorded([...mayChunk, ...pieces], counted()).slice(-5)).toEqual([
      'C: BDAT 47 LAST',
      'C: [5 octets of content]',
      'S: 25\\',
      'C: [95 octets of content]',
      'S: 0 ok',
    ])
  })

  test('without octets are a line', () => {
    expect(recorded([...mayChunk, 'C:BDAT 0 LAST\r\nRSET\r\n'], counted()).slice(-2)).toEqual([
      'C: BDAT 0 LAST',
      'C: RSET',
    ])
  })

  test('are looked for only where a command is: not in content, and not in the response to a challenge', () => {
    expect(recorded([...inContent, 'C:BDAT 9\r\n.\r\nRSET\r\n']).slice(-3)).toEqual(['C: BDAT 9', 'C: .', 'C: RSET'])
    expect(recorded([...opened, 'C:AUTH X\r\n', 'S:334 \r\n', 'C:BDAT 9\r\n']).slice(-1)).toEqual(['C: c2VjcmV0'])
  })

  test('that are fetched from a URL are recorded without it', () => {
    const url = 'imap://ann@foo.com/a;urlauth=submit+ann:internal:91354a473744909d'
    const recorder = counted()
    const pieces = [`C:BURL ${url}\r\n`, `C:BURL ${url} LAST\r\n`, 'S:250 ok\r\n250 ok\r\n']
    expect(recorded([...mayChunk, ...pieces], recorder).slice(-4)).toEqual([
      'C: BURL imap://ann@mail.example/INBOX/;uid=1',
      'C: BURL imap://ann@mail.example/INBOX/;uid=1 LAST',
      'S: 250 ok',
      'S: 250 ok',
    ])
    expect(runDialogue(recorder.dialogue).slice(-2)).toEqual(['reply CHUNK 250', 'reply CONTENT 250'])
  })

  test('of which more was announced than the recording has stay as they are', () => {
    const recorder = new DialogueRecorder({ content: true })
    recorded([...mayChunk, 'C:BDAT 9\r\none'], recorder)
    recorder.happened('eof')
    expect(recorder.toString()).toMatch(/C: BDAT 9\nC: one\\\n! eof\n$/)
  })
})

describe('credentials', () => {
  test.each([
    ['PLAIN at once', ['C:AUTH PLAIN eHh4\r\n'], ['C: AUTH PLAIN AGFubgBzZWNyZXQ=']],
    ['an unknown mechanism at once', ['C:auth xoauth2 eHh4\r\n'], ['C: auth xoauth2 c2VjcmV0']],
    [
      'PLAIN in two steps',
      ['C:AUTH PLAIN\r\n', 'S:334 \r\n', 'C:eHh4\r\n'],
      ['C: AUTH PLAIN', 'S: 334\\x20', 'C: AGFubgBzZWNyZXQ='],
    ],
    [
      'LOGIN',
      ['C:AUTH LOGIN\r\n', 'S:334 VXNlcm5hbWU6\r\n', 'C:eHh4\r\n', 'S:334 UGFzc3dvcmQ6\r\n', 'C:eXl5\r\n'],
      ['C: AUTH LOGIN', 'S: 334 VXNlcm5hbWU6', 'C: YW5u', 'S: 334 UGFzc3dvcmQ6', 'C: c2VjcmV0'],
    ],
    [
      'LOGIN with the user at once',
      ['C:AUTH LOGIN eHh4\r\n', 'S:334 UGFzc3dvcmQ6\r\n', 'C:eXl5\r\n'],
      ['C: AUTH LOGIN YW5u', 'S: 334 UGFzc3dvcmQ6', 'C: c2VjcmV0'],
    ],
    [
      'CRAM-MD5 with its challenge, which would let a password be guessed',
      ['C:AUTH CRAM-MD5\r\n', 'S:334 eHh4\r\n', 'C:eXl5\r\n'],
      ['C: AUTH CRAM-MD5', 'S: 334 Y2hhbGxlbmdl', 'C: c2VjcmV0'],
    ],
    [
      'none where an exchange is cancelled',
      ['C:AUTH LOGIN\r\n', 'S:334 \r\n', 'C:*\r\n'],
      ['C: AUTH LOGIN', 'S: 334\\x20', 'C: *'],
    ],
    [
      'none in an empty response',
      ['C:AUTH X =\r\n', 'S:334 eHh4\r\n', 'C:\r\n'],
      ['C: AUTH X =', 'S: 334 Y2hhbGxlbmdl', 'C: '],
    ],
  ])('%s', (_, pieces, lines) => {
    expect(recorded([...opened, ...pieces]).slice(-lines.length)).toEqual(lines)
  })

  test('are looked for only in an exchange', () => {
    const pieces = ['C:AUTH LOGIN\r\n', 'S:504 no\r\n', 'C:NOOP eHh4\r\n', 'S:250 ok\r\n', 'C:RSET\r\n']
    expect(recorded([...opened, ...pieces]).slice(-3)).toEqual(['C: NOOP eHh4', 'S: 250 ok', 'C: RSET'])
  })
})

describe('a recording', () => {
  test('of nothing is no dialogue', () => {
    expect(() => new DialogueRecorder().dialogue).toThrow(DialogueSyntaxError)
    expect(new DialogueRecorder({ title: ' ' }).toString()).toBe('# Recorded\n')
  })

  test('ends where the connection ended', () => {
    const recorder = new DialogueRecorder({ protocol: 'lmtp', secure: true })
    recorded(['S:421 no\r\n250 and\r\n'], recorder)
    recorder.happened('eof')
    recorder.happened('timeout')
    recorded(['S:421 again\r\n'], recorder)
    expect(recorder.toString()).toBe(
      '# Recorded\n@ protocol lmtp\n@ secure\nS: 421 no\nS: 250 and\n= server closing 421 notSent\n= closed\n',
    )
  })

  test('that no connection of ours would have made is kept as it is', () => {
    const lines = recorded([...opened, 'C:DATA\r\n', 'S:354 go\r\n', 'C:.\r\n'])
    expect(lines.slice(-3)).toEqual(['C: DATA', 'S: 354 go', 'C: .'])
    expect(() => runDialogue(parseDialogue(['# x', ...lines].join('\n')))).toThrow('line 6 of the dialogue')
  })
})

describe('outputs', () => {
  test('tell all that replies and happenings are', () => {
    const recorder = new DialogueRecorder({ content: true })
    const connection = new ClientConnection()
    const told: string[] = []
    const drain = () => {
      for (let output: Output | undefined = connection.nextOutput(); output; output = connection.nextOutput()) {
        recorder.output(output)
        if (output.type !== 'SendBytes') told.push(renderOutput(output))
        if (output.type === 'CloseRequested') connection.receiveEof()
      }
    }
    const say = (lines: string) => {
      connection.receiveBytes(encodeUtf8(lines))
      drain()
    }
    say('220 hi\r\n')
    connection.send({ verb: 'EHLO', domain: 'bar.com' })
    drain()
    say('250-foo.com\r\n250 STARTTLS\r\n')
    connection.send({ verb: 'STARTTLS' })
    drain()
    say('220 go\r\n')
    connection.tlsEstablished()
    connection.send({ verb: 'EHLO', domain: 'bar.com' })
    drain()
    say('250 foo.com\r\n')
    connection.send({ verb: 'NOOP' })
    drain()
    connection.handleTimeout()
    drain()
    expect(recorder.toString()).toContain('S: 220 go\n! tls\nC: EHLO bar.com\n')
    expect(recorder.toString()).toMatch(/C: NOOP\n! timeout\n= failed TIMEOUT command notSent\n$/)
    expect(runDialogue(recorder.dialogue)).toEqual(told)
  })

  test.each(['421 unasked', '221 in answer to QUIT', 'end behind QUIT', 'abort'])('%s', (how) => {
    const recorder = new DialogueRecorder()
    const connection = new ClientConnection()
    const told: string[] = []
    const drain = () => {
      for (let output: Output | undefined = connection.nextOutput(); output; output = connection.nextOutput()) {
        recorder.output(output)
        if (output.type !== 'SendBytes') told.push(renderOutput(output))
        if (output.type === 'CloseRequested') connection.receiveEof()
      }
    }
    connection.receiveBytes(encodeUtf8('220 hi\r\n'))
    drain()
    if (how.includes('QUIT')) connection.send({ verb: 'QUIT' })
    drain()
    if (how.startsWith('421')) connection.receiveBytes(encodeUtf8('421-bye\r\n421 bye\r\n'))
    else if (how.startsWith('221')) connection.receiveBytes(encodeUtf8('221 bye\r\n'))
    else if (how === 'abort') connection.abort()
    else connection.receiveEof()
    drain()
    expect(runDialogue(recorder.dialogue)).toEqual(told)
    expect(recorder.toString().includes('S: 421-bye\nS: 421 bye\n')).toBe(how.startsWith('421'))
  })
})
