import type { MailWindowOptions } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { chunking, Mailing, mailTo, pipelining } from './mailing-by-hand.ts'

describe('an envelope that rides behind content', () => {
  const begun = (traits: MailWindowOptions['traits'] = {}) => {
    const mailing = new Mailing([mailTo('a'), mailTo('b'), mailTo('c')], pipelining, {
      pipelining: 'auto',
      traits: { ridesBehindContent: true, ...traits },
    })
    mailing.begin()
    mailing.hear('250 ok', '250 ok', '354 go')
    return mailing
  }
  /** To a server behind whose RSET there would be EHLO, so that MAIL rides first. */
  const withoutReset = () => begun({ forgetsHelloOnReset: true })

  test.each([500, 501, 502, 503])('and is answered %i is sent again, by itself', (code) => {
    const mailing = withoutReset()
    expect(mailing.hear('250 taken', `${code} what?`, '503 no', '503 no')).toMatch(
      /^MAIL.*\r\nRCPT TO:<b@.*\r\nDATA\r\n$/,
    )
    expect(mailing.traits.ridesBehindContent).toBe(false)
    mailing.hear('250 ok', '250 ok', '354 go')
    expect(mailing.hear('250 taken')).toMatch(/RCPT TO:<c@/)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'accepted', 'accepted'], { type: 'done' }])
  })

  test('and is refused otherwise is refused', () => {
    const mailing = begun()
    expect(mailing.hear('250 taken', '250 reset', '550 no', '503 no', '503 no')).toMatch(/RCPT TO:<c@/)
    expect(mailing.statuses).toEqual(['accepted', 'rejected'])
  })

  test('and is told once more that it is out of order is refused', () => {
    const mailing = withoutReset()
    mailing.hear('250 taken', '503 no', '503 no', '503 no')
    mailing.hear('503 still no', '503 no', '503 no')
    expect(mailing.statuses).toEqual(['accepted', 'rejected'])
  })

  test.each([
    ['behind RSET, with a word', begun, ['554 too early']],
    ['behind RSET, without', begun, []],
    ['with a word', withoutReset, ['554 too early']],
    ['without', withoutReset, []],
  ])('is taken back from a server that hangs up on it, %s', (_, start, lines) => {
    const mailing = start()
    mailing.hear('250 taken', ...lines)
    mailing.lose()
    expect([mailing.statuses, mailing.end]).toEqual([['accepted'], { type: 'reconnect', inDoubt: true }])
    expect(mailing.traits.ridesBehindContent).toBe(false)
  })

  test('is told truly when the connection breaks, once another has ridden', () => {
    const mailing = begun()
    mailing.hear('250 taken', '250 reset', '250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    mailing.lose()
    expect([mailing.statuses, mailing.end?.type]).toEqual([['accepted', 'accepted', 'notSent'], 'over'])
    expect(mailing.traits.ridesBehindContent).toBe(true)
  })

  test('is given up with the caller, who is no reason to go on over another connection, nor to learn from', () => {
    const mailing = begun()
    mailing.hear('250 taken')
    mailing.connection.abort()
    mailing.hear()
    expect([mailing.statuses, mailing.end?.type]).toEqual([['accepted', 'notSent'], 'over'])
    expect(mailing.traits.ridesBehindContent).toBe(true)
  })

  test('is deferred when the server says 421', () => {
    const mailing = begun()
    mailing.hear('250 taken', '421 closing')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'deferred'], { type: 'over', error: undefined }])
  })
})

describe('whether anything may ride', () => {
  const tried = (level: 'auto' | 'eager', keywords: readonly string[]) => {
    const mailing = new Mailing([mailTo('a'), mailTo('b')], keywords, { pipelining: level })
    mailing.begin()
    return mailing
  }

  test('is found out by a NOOP that leaves with the content', () => {
    const mailing = tried('auto', pipelining)
    expect(mailing.hear('250 ok', '250 ok', '354 go')).toBe('x\r\n.\r\nNOOP\r\n')
    expect(mailing.hear('250 taken')).toBe('')
    expect(mailing.demands.at(-1)).toEqual({ type: 'wait', milliseconds: 250, replyTimes: 4 })
    expect(mailing.hear('250 ok')).toMatch(/^MAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: true })
    // The wait is over, and of no interest any more.
    mailing.tell({ type: 'Waited' })
    expect(mailing.traits).toEqual({ ridesBehindContent: true })
  })

  test('is no when the NOOP is refused, and the connection goes on', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    expect(mailing.hear('250 taken', '503 too early')).toMatch(/^MAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: false })
  })

  test('is no when nothing comes, and another connection is needed', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.hear('250 taken')
    mailing.tell({ type: 'Waited' })
    expect([mailing.end, mailing.traits]).toEqual([{ type: 'reconnect', inDoubt: true }, { ridesBehindContent: false }])
  })

  test('is in doubt where a refused chunk stands before the refusal', () => {
    const mailing = tried('auto', chunking)
    mailing.hear('250 ok', '250 ok')
    mailing.hear('554 not liked', '500 that was a line of the message')
    expect([mailing.end, mailing.statuses]).toEqual([{ type: 'reconnect', inDoubt: true }, ['rejected']])
  })

  test('is not learned from a caller that gives up', () => {
    const mailing = tried('auto', pipelining)
    mailing.hear('250 ok', '250 ok', '354 go')
    mailing.connection.abort()
    mailing.hear()
    expect([mailing.end?.type, mailing.statuses, mailing.traits]).toEqual(['over', ['unknown'], {}])
  })

  test('is tried with RSET as well for a whole window, behind which EHLO may be due again', () => {
    const mailing = tried('eager', chunking)
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '250 reset')).toBe('')
    expect(mailing.hear('250 ok')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.hear('250 reset', '503 who are you?', '503 no', '503 no')).toBe('EHLO bar.example\r\n')
    mailing.hear('250-hi', '250-PIPELINING', '250 CHUNKING')
    mailing.hear('250 ok', '250 ok')
    mailing.hear('250 taken')
    expect([mailing.statuses, mailing.end]).toEqual([['accepted', 'accepted'], { type: 'done' }])
    expect(mailing.traits).toEqual({ ridesBehindContent: true, forgetsHelloOnReset: true })
  })

  test('is no for a whole window when RSET alone is refused', () => {
    const mailing = tried('eager', chunking)
    expect(mailing.hear('250 ok', '250 ok', '250 taken', '503 too early', '250 ok')).toMatch(/^RSET\r\nMAIL/)
    expect(mailing.traits).toEqual({ ridesBehindContent: false })
  })
})
