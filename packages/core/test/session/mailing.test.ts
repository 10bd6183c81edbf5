import { ContentSourceError, encodeUtf8, MailBacklog, type MailObject, surveyContent } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain } from '../support/connections.ts'
import { chunking, content, Mailing, mailTo, pipelining } from './mailing-by-hand.ts'

describe('354 although nobody was accepted (RFC 2920 §3.1)', () => {
  test('gets a lone dot, which is no message, and the next envelope rides behind it', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining, {
      pipelining: 'auto',
      traits: { ridesBehindContent: true },
    })
    expect(mailing.begin()).toBe('MAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<a@foo.example>\r\nDATA\r\n')
    expect(mailing.hear('250 ok', '550 no', '354 go')).toBe(
      '.\r\nRSET\r\nMAIL FROM:<ann@bar.example> SIZE=3\r\nRCPT TO:<b@foo.example>\r\nDATA\r\n',
    )
    mailing.hear('250 taken for nobody', '250 reset', '250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('over LMTP is followed by no reply at all (RFC 2033 §4.2)', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], [...pipelining, 'LMTP'])
    mailing.begin()
    expect(mailing.hear('250 ok', '550 no', '354 go')).toMatch(/^\.\r\nMAIL/)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected', 'accepted'], { type: 'done' }])
  })

  test('gets nothing where a recipient was accepted of a MAIL that was refused', () => {
    const mailing = new Mailing([mailTo('a')], pipelining)
    mailing.begin()
    expect(mailing.hear('550 no', '250 ok', '354 go')).toBe('')
    expect([mailing.statuses, mailing.end]).toMatchObject([
      ['rejected'],
      { type: 'over', error: { code: 'REMOTE_PROTOCOL' } },
    ])
  })

  test('gets nothing where RSET was refused: those of the transaction before would get it', () => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining)
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok', '451 not now')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.hear('451 not now either', '503 nested', '550 no', '354 go')).toBe('')
    expect([mailing.statuses, mailing.end?.type]).toEqual([['deferred', 'rejected'], 'over'])
  })
})

describe('content that the server fetches in part (RFC 4468 §3.2)', () => {
  test('tells nothing of whether anything may ride, since nothing leaves behind it', () => {
    const { envelope, ...mail } = mailTo('a')
    const { size: _, ...rest } = envelope
    const byUrl = { ...mail, envelope: { ...rest, byUrl: true } }
    const mailing = new Mailing([byUrl, mailTo('b')], [...chunking, 'BURL'], { pipelining: 'auto' })
    mailing.begin()
    expect(mailing.hear('250 ok', '250 ok')).not.toContain('NOOP')
    mailing.hear('250 taken')
    expect(mailing.statuses).toEqual(['accepted'])
  })
})

describe('content that is no text (RFC 3030 §3)', () => {
  test('is announced with the octets that it has', () => {
    const { envelope, ...mail } = mailTo('a')
    const binary = encodeUtf8('x\ny')
    const options = { body: 'BINARYMIME' } as const
    const mailing = new Mailing(
      [{ ...mail, content: binary, envelope: { ...envelope, ...surveyContent(binary), options } }],
      [...chunking, 'BINARYMIME'],
      { pipelining: 'eager', traits: { ridesBehindContent: true } },
    )
    expect(mailing.begin()).toBe(
      'MAIL FROM:<ann@bar.example> SIZE=3 BODY=BINARYMIME\r\nRCPT TO:<a@foo.example>\r\nBDAT 3 LAST\r\nx\ny',
    )
  })
})

describe('a message whose content is refused before its end', () => {
  const large = { ...mailTo('a'), envelope: { ...mailTo('a').envelope, size: 9 } }

  /** A mailing whose content is not handed over, but for its beginning. */
  const amid = (keywords: readonly string[], more: readonly MailObject[]) => {
    const mailing = new Mailing([{ ...large, content: new Uint8Array(0) }, ...more], keywords)
    mailing.tellsOfEnds = false
    mailing.begin()
    return mailing
  }

  test('is refused, and those behind it go over another connection, this one being closed', () => {
    const mailing = amid(pipelining, [mailTo('b')])
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('552 too much')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'reconnect', inDoubt: true }])
  })

  test('needs no other connection where nothing follows', () => {
    const mailing = amid(pipelining, [])
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('552 too much')
    expect([mailing.statuses, mailing.end]).toEqual([['rejected'], { type: 'over', error: undefined }])
  })
})

test('content that is given up amid its sending is nothing to the next message', () => {
  const { envelope, ...mail } = mailTo('a')
  const streamed = { ...mail, envelope: { from: envelope.from, to: envelope.to, eightBit: false }, repeatable: false }
  const mailing = new Mailing([streamed, mailTo('b')], chunking)
  mailing.tellsOfEnds = false
  mailing.begin()
  mailing.hear('250 ok', '250 ok')
  mailing.connection.sendBody(content)
  mailing.connection.abandonBody()
  mailing.tellsOfEnds = true
  const error = new ContentSourceError({ cause: new Error('broken') })
  expect(mailing.tell({ type: 'ContentFailed', error })).toMatch(/^BDAT 3\r\nx\r\nRSET\r\nMAIL/)
  mailing.hear('250 octets', '250 reset', '250 ok', '250 ok')
  mailing.hear('250 taken')
  expect([mailing.statuses, mailing.end]).toEqual([['notSent', 'accepted'], { type: 'done' }])
  expect(mailing.results.map((result) => result.error)).toEqual([error, undefined])
})

test('and where it can not be, so that the connection ends, the next message takes another', () => {
  const mailing = new Mailing([mailTo('a'), mailTo('b')], pipelining)
  mailing.tellsOfEnds = false
  mailing.begin()
  mailing.hear('250 ok', '250 ok', '354 go')
  mailing.connection.abort(new ContentSourceError({ cause: new Error('broken') }))
  mailing.hear()
  expect([mailing.statuses, mailing.end]).toEqual([['notSent'], { type: 'reconnect', inDoubt: true }])
})

test('without PIPELINING, a MAIL that is not sent since RSET was refused is decided by that', () => {
  const mailing = new Mailing([mailTo('a'), mailTo('b')], ['8BITMIME'])
  mailing.begin()
  mailing.hear('250 ok')
  mailing.hear('250 ok')
  expect(mailing.hear('451 not now')).toBe('RSET\r\n')
  expect(mailing.hear('452 not now either')).toBe('')
  expect([mailing.statuses, mailing.end]).toEqual([['deferred', 'deferred'], { type: 'done' }])
  expect(mailing.results[1]?.outcomes[0]).toMatchObject({ decidedBy: 'MAIL', reply: { code: 452 } })
})

test('a connection that has ended while nobody listened is over', () => {
  const mailing = new Mailing([mailTo('a')], pipelining)
  mailing.connection.receiveEof()
  drain(mailing.connection)
  expect(mailing.begin()).toBe('')
  expect([mailing.end, mailing.results]).toEqual([{ type: 'over', error: undefined }, []])
})

test('what is no error of this project is not taken for a fault of the message', () => {
  const malformed = { ...mailTo('a'), envelope: { ...mailTo('a').envelope, to: [undefined] } } as unknown as MailObject
  expect(() => new Mailing([malformed], pipelining).begin()).toThrow(TypeError)
})

test('mail that was asked for when a connection ended is the next one’s', () => {
  const mails = [mailTo('a')]
  const backlog = new MailBacklog({ take: () => mails.shift(), report: () => {} })
  backlog.begin()
  const asked = backlog.demand().take()
  expect(backlog.open).toBe(false)
  backlog.begin()
  expect(backlog.open).toBe(true)
  expect(backlog.demand().take()).toBe(asked)
})
