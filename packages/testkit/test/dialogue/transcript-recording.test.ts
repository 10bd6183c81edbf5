import { SmtpClient, type TranscriptEntry } from '@sansmtp/core/client'
import { DialogueRecorder, parseDialogue, runDialogue } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { inContent } from './recorded-session.ts'
import { ScriptedTransport } from './scripted-transport.ts'

describe('a transcript', () => {
  async function delivered(
    script: (line: string) => string | undefined,
  ): Promise<{ text: string; entries: TranscriptEntry[] }> {
    const recorder = new DialogueRecorder({ title: 'from a transcript', content: true })
    const entries: TranscriptEntry[] = []
    const client = await SmtpClient.over(new ScriptedTransport('220 foo.com', script), {
      tlsOptions: { serverName: 'foo.com' },
      auth: { user: 'real-user', pass: 'real-password' },
      onTranscript: (entry) => {
        entries.push(entry)
        recorder.onTranscript(entry)
      },
    })
    await client.deliver({ from: 'a@bar.com', to: ['b@foo.com'], message: 'hello\n' })
    await client.close()
    return { text: recorder.toString(), entries }
  }

  const usual = (line: string) => {
    if (line.startsWith('EHLO')) return '250-foo.com\n250-PIPELINING\n250-AUTH LOGIN\n250 STARTTLS'
    if (line === 'AUTH LOGIN cmVhbC11c2Vy') return '334 UGFzc3dvcmQ6'
    if (line === 'cmVhbC1wYXNzd29yZA==') return '235 ok'
    return line === 'DATA' ? '354 go' : '250 ok'
  }

  test('is recorded with stand-ins for what it does not tell, and replays', async () => {
    const { text } = await delivered((line) => (line === 'STARTTLS' ? '220 go' : usual(line)))
    expect(text.split('\n').slice(7)).toEqual([
      'C: STARTTLS',
      'S: 220 go',
      '! tls',
      'C: EHLO client.example',
      'S: 250-foo.com',
      'S: 250-PIPELINING',
      'S: 250-AUTH LOGIN',
      'S: 250 STARTTLS',
      'C: AUTH LOGIN YW5u',
      'S: 334 UGFzc3dvcmQ6',
      'C: c2VjcmV0',
      'S: 235 ok',
      'C: MAIL FROM:<a@bar.com>',
      'C: RCPT TO:<b@foo.com>',
      'C: DATA',
      'S: 250 ok',
      'S: 250 ok',
      'S: 354 go',
      'C: [10 octets of content]',
      'C: .',
      'S: 250 ok',
      '! abort',
      '= failed ABORTED notSent',
      '',
    ])
    expect(runDialogue(parseDialogue(text)).at(-1)).toBe('failed ABORTED notSent')
  })

  test('tells of a connection that ended behind the content', async () => {
    const { text } = await delivered((line) =>
      line.endsWith('\n.') ? undefined : line === 'STARTTLS' ? '220 go' : usual(line),
    )
    expect(text).toMatch(/C: \.\n! eof\n= failed UNEXPECTED_EOF unknown\n$/)
  })

  function transcribed(...entries: TranscriptEntry[]): string[] {
    const recorder = new DialogueRecorder()
    const before = inContent.flatMap((piece): TranscriptEntry[] =>
      piece.startsWith('S:')
        ? [{ type: 'received', text: piece.slice(2, -2).replaceAll('\r\n', '\n') }]
        : [{ type: 'sent', text: piece.slice(2, -2) }],
    )
    for (const entry of [...before, { type: 'content', text: '', octets: 100 } as const, ...entries])
      recorder.onTranscript(entry)
    return recorder.toString().trimEnd().split('\n').slice(11)
  }

  test.each([
    ['state data', false, 'notSent'],
    ['state dataSent (ECONNRESET)', true, 'unknown'],
  ])('that ended in %s', (state, ended, delivery) => {
    expect(transcribed({ type: 'note', text: `the connection ended unexpectedly, in ${state}` })).toEqual([
      'C: [100 octets of content]',
      ...(ended ? ['C: .'] : []),
      '! eof',
      `= failed UNEXPECTED_EOF ${delivery}`,
    ])
  })

  test.each([
    ['content', 'notSent'],
    ['termination', 'unknown'],
  ])('that ended by a timeout in phase %s', (phase, delivery) => {
    const text = `the server took longer than 5 ms in phase ${phase}; timeouts.${phase} sets this limit`
    expect(transcribed({ type: 'note', text }).slice(-2)).toEqual([
      '! timeout',
      `= failed TIMEOUT ${phase} ${delivery}`,
    ])
  })

  test('with a 421 that answers nothing, of which it has no text', () => {
    const closing = { type: 'note', text: 'the server is closing the connection' } as const
    const ok = { type: 'received', text: '250 ok' } as const
    expect(transcribed(ok, closing, { type: 'note', text: 'closed' }).slice(-4)).toEqual([
      'S: 250 ok',
      'S: 421\\x20',
      '= server closing 421 notSent',
      '= closed',
    ])
    expect(transcribed({ type: 'received', text: '421-a\n421 b' }, closing).slice(-4)).toEqual([
      'S: 421-a',
      'S: 421 b',
      '= server closing 421 notSent',
      '= closed',
    ])
  })

  test('with chunks, of whose octets it has the number', () => {
    const recorder = new DialogueRecorder({ content: true })
    const sent = (text: string) => ({ type: 'sent', text }) as const
    const content = (octets: number) => ({ type: 'content', text: '', octets }) as const
    const received = (text: string) => ({ type: 'received', text }) as const
    const entries: TranscriptEntry[] = [
      received('220 foo.com'),
      sent('EHLO bar.com'),
      received('250-foo.com\n250-PIPELINING\n250-CHUNKING\n250 BURL'),
      sent('MAIL FROM:<a@bar.com>'),
      sent('RCPT TO:<b@foo.com>'),
      received('250 ok'),
      received('250 ok'),
      sent('BDAT 100'),
      content(60),
      content(40),
      sent('BURL [url]'),
      sent('BDAT 7 LAST'),
      content(7),
      received('250 1'),
      received('250 2'),
      received('250 3'),
      sent('RSET'),
    ]
    for (const entry of entries) recorder.onTranscript(entry)
    expect(recorder.toString().trimEnd().split('\n').slice(-9)).toEqual([
      'C: BDAT 25',
      'C: [100 octets of content]',
      'C: BURL imap://ann@mail.example/INBOX/;uid=1',
      'C: BDAT 23 LAST',
      'C: [7 octets of content]',
      'S: 250 1',
      'S: 250 2',
      'S: 250 3',
      'C: RSET',
    ])
    expect(runDialogue(recorder.dialogue).slice(-3)).toEqual([
      'reply CHUNK 250',
      'reply CHUNK 250',
      'reply CONTENT 250',
    ])
  })

  test('that ended behind QUIT without a word', () => {
    const entries = [
      { type: 'received', text: '250 ok' },
      { type: 'sent', text: 'QUIT' },
      { type: 'note', text: 'closed' },
    ] as const
    expect(transcribed(...entries).slice(-3)).toEqual(['C: QUIT', '! eof', '= closed'])
  })
})
