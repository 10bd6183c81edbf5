import { describe, expect, it } from 'vitest'
import { canonicalLine } from '../comparison/canonical-line.ts'
import { closing, hangsUp, raw } from '../server/answer.ts'
import { ScriptedSession } from '../server/scripted-session.ts'
import type { ServerScript } from '../server/server-script.ts'

/** What a session says to all this, and what it noted. */
function play(script: ServerScript, octets: string, protocol: 'smtp' | 'lmtp' = 'smtp') {
  const session = new ScriptedSession(script, protocol)
  const said: string[] = []
  const drain = () => {
    for (let action = session.nextAction(); action !== undefined; action = session.nextAction()) {
      said.push(action.answer.octets + (action.startsTls ? '(TLS)' : '') + (action.answer.ends ? '(end)' : ''))
    }
  }
  drain()
  // Octet by octet: how the client's writes are cut must not matter.
  for (const octet of Buffer.from(octets, 'latin1')) {
    session.receive(Uint8Array.of(octet))
    drain()
  }
  session.receiveEnd()
  return { said: said.join(''), received: session.received }
}

const transaction = 'MAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nRCPT TO:<c@c>\r\nDATA\r\n'

describe('a scripted server', () => {
  it('uses each reply once and the last from then on', () => {
    const { said } = play({ replies: { GREETING: '220 hi', NOOP: ['250 one', '250 two'] } }, 'NOOP\r\nnoop\r\nNOOP\r\n')
    expect(said).toBe('220 hi\r\n250 one\r\n250 two\r\n250 two\r\n')
  })

  it('prefers the reply to a path', () => {
    const replies = { GREETING: raw(''), RCPT: '250 ok', 'RCPT <c@c>': '550 no' }
    expect(play({ replies }, transaction.slice(0, -6)).said).toBe('250 sender ok\r\n250 ok\r\n550 no\r\n')
  })

  it('takes content to its final dot, and no further', () => {
    const { received } = play({}, `${transaction}one\r\n..\r\n\r\n.\r\nQUIT\r\n`)
    expect(received.slice(3)).toEqual(['DATA', 'content one\r\n..\r\n\r\n', 'QUIT'])
  })

  it('takes content that is nothing', () => {
    expect(play({}, `${transaction}.\r\nNOOP\r\n`).received.slice(3)).toEqual(['DATA', 'content ', 'NOOP'])
  })

  it('is not misled by dots behind bare CR or LF', () => {
    const { received } = play({}, `${transaction}one\n.\r\n.\rtwo\r\n.\r\n`)
    expect(received.slice(3)).toEqual(['DATA', 'content one\n.\r\n.\rtwo\r\n'])
  })

  it('answers content once, or in LMTP for each accepted recipient', () => {
    const replies = {
      GREETING: raw(''),
      MAIL: raw(''),
      RCPT: [raw(''), '550 no', raw('')],
      DATA: '354 go',
      CONTENT: '250 ok',
    }
    const all = `${transaction.replace('DATA', 'RCPT TO:<d@d>\r\nDATA')}.\r\n`
    expect(play({ replies: { ...replies, RCPT: ['250 b', '550 c', '250 d'] } }, all).said).toContain(
      '354 go\r\n250 ok\r\n',
    )
    const lmtp = play(
      { replies: { ...replies, RCPT: ['250 b', '550 c', '250 d'], CONTENT: ['250 b', '552 d'] } },
      all,
      'lmtp',
    )
    expect(lmtp.said).toMatch(/354 go\r\n250 b\r\n552 d\r\n$/)
  })

  it('stops after the reply that ends the connection', () => {
    const bye = { CONTENT: [closing('421 bye'), '250 never said'] }
    expect(play({ replies: bye }, `${transaction}.\r\n`, 'lmtp').said).toMatch(/421 bye\r\n\(end\)$/)
    const replies = { CONTENT: ['250 b', hangsUp] }
    expect(play({ replies }, `${transaction}.\r\nNOOP\r\n`, 'lmtp')).toMatchObject({
      said: expect.stringMatching(/354 go ahead\r\n250 b\r\n\(end\)$/),
      received: expect.not.arrayContaining(['NOOP']),
    })
    expect(play({ replies: { NOOP: closing('421 bye') } }, 'NOOP\r\nQUIT\r\n').received).toEqual(['NOOP'])
  })

  it('reads the lines of an AUTH dialogue as responses', () => {
    const replies = { AUTH: '334 ', RESPONSE: ['334 bW9yZQ==', '235 ok'] }
    const { received } = play({ replies }, 'AUTH LOGIN\r\nb25l\r\nNOOP\r\nNOOP\r\n')
    expect(received).toEqual(['AUTH LOGIN', 'response b25l', 'response NOOP', 'NOOP'])
  })

  it('begins TLS behind a 220 to STARTTLS, whatever is put in behind that', () => {
    expect(play({ replies: { STARTTLS: raw('220 go\r\n250 put in\r\n') } }, 'STARTTLS\r\n').said).toContain(
      'put in\r\n(TLS)',
    )
    expect(play({ replies: { STARTTLS: '250 no' } }, 'STARTTLS\r\n').said).not.toContain('(TLS)')
  })

  it('can insist on an order', () => {
    const { said } = play({ ordered: true, replies: { MAIL: '550 no' } }, transaction)
    expect(said).toMatch(/550 no\r\n(503 bad sequence\r\n){3}$/)
    expect(play({ ordered: true }, transaction).said).toContain('354 go ahead')
  })

  it('keeps what a client did not say to its end', () => {
    expect(play({}, 'NOOP\r\nQUI').received).toEqual(['NOOP', 'unfinished QUI'])
  })
})

describe('lines that are compared', () => {
  it.each([
    ['mail from:<Ann@a.example> size=1 body=8bitMIME', 'MAIL FROM:<Ann@a.example> SIZE=1 BODY=8bitMIME'],
    ['rcpt to:<"a b>c"@B.example> notify=Never', 'RCPT TO:<"a b>c"@B.example> NOTIFY=Never'],
    ['ehlo Client.example', 'EHLO Client.example'],
    ['auth plain AbCd', 'AUTH PLAIN AbCd'],
    ['vrfy Ann', 'VRFY Ann'],
    ['content from:<a> Size=1\r\n', 'content from:<a> Size=1\\r\\n'],
    ['response AbCd', 'response AbCd'],
    ['EHLO gr\xfc\x80\x7f', 'EHLO gr\\xfc\\x80\\x7f'],
  ])('%j is %s', (line, canonical) => {
    expect(canonicalLine(line)).toBe(canonical)
  })
})
