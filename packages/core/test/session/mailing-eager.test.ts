import { describe, expect, test } from 'vitest'
import { chunking, Mailing, mailTo } from './mailing-by-hand.ts'

describe('an eager message', () => {
  const eager = { pipelining: 'eager', traits: { ridesBehindContent: true } } as const

  test('that nobody was accepted for, and that is accepted all the same, is accepted for nobody', () => {
    const mailing = new Mailing([mailTo('a')], chunking, eager)
    mailing.begin()
    mailing.hear('250 ok', '550 no', '250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'done' }])
  })

  test('goes with RSET before it, since nobody knows what the one before it left', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    expect(mailing.begin()).toBe(
      'MAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<a@foo.example>\r\nBDAT 3 LAST\r\nx\r\n' +
        'RSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\nBDAT 3 LAST\r\nx\r\n',
    )
    mailing.hear('250 ok', '550 no', '554 nobody', '250 reset', '250 ok', '250 ok', '250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('whose content is out when the server says 421 to another is unknown', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    mailing.begin()
    mailing.hear('421 closing')
    expect([mailing.statuses, mailing.end]).toEqual([['deferred', 'unknown'], { type: 'over', error: undefined }])
  })

  test('is none whose content can be sent but once, or has no size', () => {
    const { envelope, ...mail } = mailTo('a')
    const once = { ...mail, envelope, repeatable: false }
    const sizeless = { ...mail, envelope: { from: envelope.from, to: envelope.to, eightBit: false } }
    for (const each of [once, sizeless]) {
      expect(new Mailing([each], chunking, eager).begin()).toMatch(/^MAIL.*\r\nRCPT TO:<a@foo.example>\r\n$/)
    }
  })

  test('waits for its recipients where the one before was refused and nothing is known of what became of that', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, { ...eager, window: { messages: 1, octets: 1 } })
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok', '554 not liked')).toBe(
      'RSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\n',
    )
    // Had it been executed, RSET would have been answered otherwise.
    expect(mailing.hear('250 reset', '250 ok', '250 ok')).toBe('BDAT 3 LAST\r\nx\r\n')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('is not repeated twice for a server that answers 503 whatever is done', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, eager)
    mailing.begin()
    const hello = 'EHLO bar.example\r\n'
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '250 reset', '503 no', '503 no', '503 no')).toBe(hello)
    expect(mailing.hear('250-hi', '250-PIPELINING', '250 CHUNKING')).toMatch(/^MAIL.*\r\nRCPT.*\r\n$/)
    mailing.hear('503 no', '503 no')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'rejected'], { type: 'done' }])
    expect(mailing.traits.forgetsHelloOnReset).toBe(false)
  })

  test('EHLO that is refused behind a refused chunk ends the connection, and the message goes over another', () => {
    const traits = { ridesBehindContent: true, forgetsHelloOnReset: true }
    const mailing = new Mailing([mailTo('a'), mailTo('b')], chunking, { ...eager, traits })
    mailing.begin()
    mailing.hear('250 ok', '250 ok')
    expect(mailing.hear('554 not liked')).toBe('EHLO bar.example\r\n')
    mailing.hear('500 that was a line of the message')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'reconnect', inDoubt: true }])
    expect(mailing.traits).toMatchObject({ forgetsHelloOnReset: true, executesRefusedChunks: true })
  })
})
