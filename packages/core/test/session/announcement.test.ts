import {
  Capabilities,
  type Envelope,
  encodeUtf8,
  type Parameters,
  parseRecipient,
  parseSender,
  Reply,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { type Announcement, announcement } from '../../src/session/announcement.ts'
import type { Standing } from '../../src/session/standing.ts'

const envelope: Envelope = { from: parseSender('a@bar.example'), to: [parseRecipient('b@foo.example')] }

/** A session whose server offers these keywords, in clear. */
function offering(...keywords: string[]): Standing {
  const lines = ['foo.example', ...keywords]
  const reply = new Reply(250, encodeUtf8(lines.map((line) => `250 ${line}\r\n`).join('')))
  return { capabilities: Capabilities.fromReply(reply), secure: false }
}

const greetedWithHelo: Standing = { capabilities: Capabilities.none, secure: false }

/** What MAIL says behind its path. */
function mailOf(more: Partial<Envelope>, standing: Standing): string {
  return words(announcement({ ...envelope, ...more }, standing).mail)
}

function words(parameters: Parameters): string {
  const each = Object.entries(parameters).map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
  return each.join(' ')
}

function paths({ from, to }: Announcement): string[] {
  return [from, ...to].map(({ mailbox }) => mailbox)
}

describe('MAIL says', () => {
  test.each<[string, Partial<Envelope>, string[], string]>([
    ['that it may be 8-bit where that is not known', {}, ['SIZE', '8BITMIME'], 'BODY=8BITMIME'],
    ['nothing where nothing is offered', { size: 9, eightBit: false }, [], ''],
    ['the size', { size: 9, eightBit: false }, ['SIZE', '8BITMIME'], 'SIZE=9'],
    ['the size up to the limit', { size: 9, eightBit: false }, ['SIZE 9'], 'SIZE=9'],
    ['a size of nothing', { size: 0, eightBit: false }, ['SIZE 9'], 'SIZE=0'],
    ['8-bit content', { eightBit: true }, ['8BITMIME'], 'BODY=8BITMIME'],
    [
      'no more than the size of 7-bit content',
      { size: 1, eightBit: false },
      ['8BITMIME', 'SMTPUTF8', 'SIZE'],
      'SIZE=1',
    ],
    [
      'size, then what is given in its order, then what is needed',
      { size: 9, eightBit: true, mailParameters: { ENVID: 'x', RET: 'HDRS' } },
      ['DSN', 'SIZE', '8BITMIME'],
      'SIZE=9 ENVID=x RET=HDRS BODY=8BITMIME',
    ],
    [
      'what is given in place of what is known',
      { size: 9, eightBit: true, mailParameters: { body: '8bitmime', Size: 10 } },
      ['SIZE', '8BITMIME'],
      'body=8bitmime Size=10',
    ],
    ['that 7-bit content is so', { eightBit: false, mailParameters: { BODY: '7BIT' } }, ['8BITMIME'], 'BODY=7BIT'],
    ['SMTPUTF8 where it is given', { eightBit: false, mailParameters: { SMTPUTF8: true } }, ['SMTPUTF8'], 'SMTPUTF8'],
    [
      'SMTPUTF8 and BODY for an address beyond US-ASCII',
      { eightBit: false, to: [parseRecipient('jürgen@foo.example')] },
      ['SMTPUTF8', '8BITMIME'],
      'SMTPUTF8 BODY=8BITMIME',
    ],
    [
      'SMTPUTF8 once',
      { eightBit: false, from: parseSender('jürgen@foo.example'), mailParameters: { smtputf8: true } },
      ['SMTPUTF8', '8BITMIME'],
      'smtputf8 BODY=8BITMIME',
    ],
    [
      'SMTPUTF8 alone where 8BITMIME is missing, against RFC 6531',
      { eightBit: false, from: parseSender('jürgen@foo.example') },
      ['SMTPUTF8'],
      'SMTPUTF8',
    ],
  ])('%s', (_, more, keywords, said) => {
    expect(mailOf(more, offering(...keywords))).toBe(said)
  })

  test('parameters of an extension that nobody here knows as they are', () => {
    expect(mailOf({ eightBit: false, mailParameters: { 'X-NEW': 'y' } }, offering())).toBe('X-NEW=y')
  })
})

describe('addresses', () => {
  const beyond = [parseRecipient('b@bücher.example'), parseRecipient('c@foo.example')]

  test('with a domain beyond US-ASCII go as A-labels where SMTPUTF8 is missing', () => {
    const said = announcement({ ...envelope, to: beyond, eightBit: false }, offering('8BITMIME'))
    expect(paths(said)).toEqual(['a@bar.example', 'b@xn--bcher-kva.example', 'c@foo.example'])
    expect(said.mail).toEqual({})
  })

  test('and as they are where it is offered', () => {
    const said = announcement({ ...envelope, to: beyond, eightBit: false }, offering('SMTPUTF8', '8BITMIME'))
    expect(paths(said)).toEqual(['a@bar.example', 'b@bücher.example', 'c@foo.example'])
    expect(said.mail).toEqual({ SMTPUTF8: true, BODY: '8BITMIME' })
  })

  test.each([
    { from: parseSender('jürgen@bar.example') },
    { to: [envelope.to[0], parseRecipient('ü@bücher.example')] as Envelope['to'] },
  ])('with a local part beyond US-ASCII need it', (more) => {
    for (const standing of [offering('8BITMIME'), greetedWithHelo]) {
      expect(() => announcement({ ...envelope, ...more }, standing)).toThrow(
        expect.objectContaining({ code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' }),
      )
    }
  })
})

describe('a message', () => {
  test('larger than the server takes is refused with both numbers', () => {
    expect(() => mailOf({ size: 10 }, offering('SIZE 9'))).toThrow(
      expect.objectContaining({ field: 'message', message: expect.stringMatching(/10 octets.*9 at most/) }),
    )
  })

  test('is as large as it is, whatever size is given', () => {
    expect(() => mailOf({ size: 10, mailParameters: { SIZE: 1 } }, offering('SIZE 9'))).toThrow(
      expect.objectContaining({ field: 'message' }),
    )
  })

  test.each([['7BIT'], ['7bit']])('with 8-bit octets is not announced as %s', (BODY) => {
    const more = { eightBit: true, mailParameters: { Body: BODY } }
    expect(() => mailOf(more, offering('8BITMIME'))).toThrow(expect.objectContaining({ field: 'BODY' }))
  })

  test.each([[offering()], [greetedWithHelo]])('with 8-bit octets needs 8BITMIME', (standing) => {
    expect(() => mailOf({ eightBit: true }, standing)).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED', extension: '8BITMIME' }),
    )
  })

  test.each(['BINARYMIME', 'binarymime'])('can not be announced as %s, whatever is offered', (body) => {
    for (const standing of [offering('8BITMIME', 'BINARYMIME', 'CHUNKING'), greetedWithHelo]) {
      expect(() => mailOf({ mailParameters: { body } }, standing)).toThrow(
        expect.objectContaining({ code: 'NOT_SUPPORTED', extension: 'BINARYMIME' }),
      )
    }
  })
})

describe('a server that was greeted with HELO', () => {
  const dispensable = ['SIZE', 'BODY', 'AUTH', 'RET', 'ENVID', 'NOTIFY', 'ORCPT']
  const needed = ['SMTPUTF8', 'REQUIRETLS', 'BY', 'HOLDFOR', 'HOLDUNTIL', 'MT-PRIORITY', 'MTRK', 'RRVS', 'X-NEW']

  test.each(dispensable.flatMap((keyword) => [keyword, keyword.toLowerCase()]))('is not told %s', (keyword) => {
    const value = keyword.toUpperCase() === 'BODY' ? '8BITMIME' : 'x'
    const given = { mailParameters: { [keyword]: value }, rcptParameters: { [keyword]: value } }
    expect(announcement({ ...envelope, ...given, size: 3, eightBit: false }, greetedWithHelo)).toMatchObject({
      mail: {},
      rcpt: [{}],
    })
  })

  test.each(needed.flatMap((keyword) => [keyword, keyword.toLowerCase()]))('is not sent what needs %s', (keyword) => {
    for (const parameters of ['mailParameters', 'rcptParameters']) {
      const given = { [parameters]: { SIZE: 1, [keyword]: true } }
      expect(() => announcement({ ...envelope, ...given }, greetedWithHelo)).toThrow(
        expect.objectContaining({ code: 'NOT_SUPPORTED', extension: keyword.toUpperCase() }),
      )
    }
  })

  test('takes no other parameter for BODY', () => {
    const given = { mailParameters: { ENVID: 'BINARYMIME' } }
    expect(announcement({ ...envelope, ...given }, greetedWithHelo).mail).toEqual({})
  })

  test('is told every parameter that it offers once it was greeted with EHLO', () => {
    const given = { mailParameters: { RET: 'FULL' }, rcptParameters: { NOTIFY: 'NEVER' } }
    expect(announcement({ ...envelope, ...given, eightBit: false }, offering('DSN'))).toMatchObject({
      mail: { RET: 'FULL' },
      rcpt: [{ NOTIFY: 'NEVER' }],
    })
  })
})

describe('what no server may be told is refused as a whole, before any of it is queued', () => {
  test.each<[string, Partial<Envelope>, object]>([
    ['a value of MAIL', { mailParameters: { 'X-NEW': 'a\r\nb' } }, { field: 'parameters.X-NEW' }],
    ['a keyword of MAIL', { mailParameters: { 'X NEW': true } }, { field: 'parameters' }],
    ['a parameter of MAIL twice', { mailParameters: { ret: 'FULL', RET: 'HDRS' } }, { field: 'parameters.RET' }],
    ['a value of RCPT', { rcptParameters: { 'X-NEW': 'a b' } }, { field: 'parameters.X-NEW' }],
    ['a value beyond US-ASCII', { rcptParameters: { 'X-NEW': 'ü' } }, { field: 'parameters.X-NEW' }],
    ['what is not offered, at MAIL', { mailParameters: { BY: '1;R' } }, { extension: 'DELIVERBY' }],
    ['what is not offered, at RCPT', { rcptParameters: { RRVS: 'x' } }, { extension: 'RRVS' }],
    ['a line too long', { rcptParameters: { 'X-NEW': 'x'.repeat(4096) } }, { field: 'RCPT' }],
    ['the null path as a recipient', { to: [...envelope.to, parseSender('')] }, { field: 'to' }],
  ])('%s', (_, more, error) => {
    expect(() => announcement({ ...envelope, ...more }, offering('DSN'))).toThrow(expect.objectContaining(error))
  })

  test('but a value beyond US-ASCII may go with SMTPUTF8', () => {
    const rcptParameters = { 'X-NEW': 'ü' }
    const to = [parseRecipient('ü@foo.example')]
    expect(announcement({ ...envelope, to, rcptParameters }, offering('SMTPUTF8')).rcpt).toEqual([rcptParameters])
  })
})
