import { encodeUtf8 } from '@sansmtp/core'
import { joined } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { envelopeFromHeader, type GivenEnvelope, HeaderReader } from '../../src/message/index.ts'
import { octets } from '../wire/normalised.ts'
import { thrownBy } from '../wire/thrown-by.ts'

/** The envelope of a message with this header, one field to the line. */
function envelopeOf(header: string, given?: GivenEnvelope) {
  return envelopeOfBytes(encodeUtf8(header), given)
}

function envelopeOfBytes(header: Uint8Array, given?: GivenEnvelope) {
  const reader = new HeaderReader()
  reader.push(header)
  return envelopeFromHeader(reader.finish().header.fields, given)
}

describe('the envelope out of a header', () => {
  test.each<[what: string, header: string, from: string, to: readonly string[]]>([
    ['goes from From to To', 'From: a@x\nTo: b@x', 'a@x', ['b@x']],
    ['prefers Sender', 'From: a@x\nSender: s@x\nTo: b@x', 's@x', ['b@x']],
    ['needs no From where there is a Sender', 'Sender: s@x\nTo: b@x', 's@x', ['b@x']],
    ['takes the first of several authors', 'From: Ann <a@x>, b@x', 'a@x', []],
    ['takes the first of several From fields', 'From: a@x\nFrom: b@x', 'a@x', []],
    ['takes the first member of a group as author', 'From: authors: a@x, b@x;', 'a@x', []],
    ['passes over an empty From field before another', 'From:\nFrom: b@x', 'b@x', []],
    ['goes to To, Bcc, Cc, in this order', 'Cc: c@x\nBcc: d@x\nTo: b@x\nFrom: a@x', 'a@x', ['b@x', 'd@x', 'c@x']],
    [
      'goes to every field of a name',
      'From: a@x\nTo: b@x\nCc: c@x\nTo: d@x\nCc: e@x',
      'a@x',
      ['b@x', 'd@x', 'c@x', 'e@x'],
    ],
    ['goes to the members of groups', 'From: a@x\nTo: g: b@x, C <c@x>;, d@x\nCc: h:;', 'a@x', ['b@x', 'c@x', 'd@x']],
    ['goes twice to whom is named twice', 'From: a@x\nTo: b@x, b@x\nCc: b@x', 'a@x', ['b@x', 'b@x', 'b@x']],
    ['goes to nobody when nobody is named', 'From: a@x\nTo: undisclosed:;\nCc:\nBcc: (none)', 'a@x', []],
    ['goes to nobody without the fields', 'From: a@x\nX-To: b@x\nApparently-To: b@x', 'a@x', []],
    ['knows names without regard to case', 'FROM: a@x\nto: b@x\ncC: c@x\nbCC : d@x', 'a@x', ['b@x', 'd@x', 'c@x']],
    ['is read across folds', 'From:\r\n Ann\r\n\t<a@x>\nTo: b@x,\r\n c@x,\n\td@\r x', 'a@x', ['b@x', 'c@x', 'd@x']],
    ['is read across a fold in a quoted string', 'From: "a\r\n b"@x', '"a b"@x', []],
    [
      'may have addresses beyond ASCII',
      'From: Jürgen <jürgen@bücher.example>\nTo: 用户@例え.example',
      'jürgen@bücher.example',
      ['用户@例え.example'],
    ],
    [
      'never has an address out of an encoded word',
      'From: =?utf-8?q?e=40x?= <a@x>\nTo: =?utf-8?b?PGVAeD4s?= <b@x>',
      'a@x',
      ['b@x'],
    ],
    [
      'needs nothing of the other fields',
      'From: a@x\nReply-To: <\nReturn-Path: <r@x>\nSubject: (\nTo: b@x',
      'a@x',
      ['b@x'],
    ],
    [
      'does not heed Resent fields without a Resent-Date',
      'From: a@x\nTo: b@x\nResent-From: r@x\nResent-To: s@x',
      'a@x',
      ['b@x'],
    ],
    [
      'of a message resent is that of its Resent fields alone',
      'Resent-Date: now\nResent-From: r@x\nResent-To: s@x\nResent-Cc: t@x\nResent-Bcc: u@x\nSender: <\nFrom: <\nTo: <\nCc: <',
      'r@x',
      ['s@x', 'u@x', 't@x'],
    ],
    [
      'of a message resent prefers Resent-Sender',
      'RESENT-DATE:\nResent-From: r@x\nresent-sender: q@x\nSender: s@x\nFrom: a@x\nTo: b@x',
      'q@x',
      [],
    ],
  ])('%s', (_, header, from, to) => {
    expect(envelopeOf(header)).toEqual({ from, to })
  })

  test('is the same for a field of other octets that are not UTF-8', () => {
    expect(envelopeOfBytes(octets('Subject: \xff\nFrom: a@x\nTo: b@x'))).toEqual({ from: 'a@x', to: ['b@x'] })
  })

  test.each<[what: string, header: string, message: string]>([
    ['without a sender', 'To: b@x', 'message has no From field, so the sender must be given'],
    ['without a header', '', 'message has no From field, so the sender must be given'],
    [
      'resent without a sender',
      'Resent-Date: now\nFrom: a@x\nSender: a@x',
      'message has no Resent-From field, so the sender must be given',
    ],
    ['with an empty From', 'From: \nTo: b@x', 'message header From names no address'],
    ['from a group of nobody', 'From: g:;\nTo: b@x', 'message header From names no address'],
    ['with an empty Sender', 'Sender:\nFrom: a@x', 'message header Sender names no address'],
    ['from the null path', 'From: <>', "message header From has a malformed address: '<>'"],
    [
      'resent twice',
      'Resent-Date: now\nResent-From: a@x\nResent-date : then\nResent-From: b@x',
      'message has more than one Resent-Date field, so its envelope can not be told',
    ],
    ['to a name', 'From: a@x\nto: Ann Lee', "message header To has an entry without an address: 'Ann Lee'"],
    ['with a bad address in Cc', 'From: a@x\nTo: b@x\nCc: c@', "message header Cc has a malformed domain: 'c@'"],
    [
      'with a bad address in Bcc',
      'From: a@x\nBcc: c@x_y',
      "message header Bcc has a domain with a character that no domain has: 'x_y'",
    ],
    [
      'with a bad address in the second To',
      'From: a@x\nTo: b@x\nTo: ;',
      "message header To has an entry without an address: ';'",
    ],
    [
      'with a bad address in Sender',
      'From: a@x\nSender: b@x c@x',
      "message header Sender has something other than a comma behind an entry: 'b@x c@x'",
    ],
    ['with a bad second author', 'From: a@x, b c', "message header From has an entry without an address: 'b c'"],
    [
      'with a bad Resent-To',
      'Resent-Date:\nResent-From: a@x\nResent-To: b c',
      "message header Resent-To has an entry without an address: 'b c'",
    ],
  ])('of a message %s is refused', (_, header, message) => {
    expect(thrownBy(() => envelopeOf(header)).message).toBe(message)
  })

  test.each(['\xff', '\xc0\xae', '\xed\xa0\x80', 'J\xfcrgen'])(
    'is refused where its octets are not UTF-8: %j',
    (bad) => {
      const bytes = octets(`From: a@x\nTo: ${bad} <b@x>`)
      expect(thrownBy(() => envelopeOfBytes(bytes))).toMatchObject({
        field: 'message header To',
        problem: 'is not UTF-8',
      })
    },
  )

  test('does not lose a byte order mark in silence', () => {
    expect(() => envelopeOfBytes(joined([octets('From:'), encodeUtf8('\ufeff')]))).toThrow('entry without an address')
  })

  const unreadable = 'Sender: <\nFrom: <\nTo: <\nCc: <\nBcc: <'

  test('is what is given, as it is given, and the fields in its place are not read', () => {
    expect(envelopeOf(unreadable, { from: '', to: ['Ann <b@x>'] })).toEqual({ from: '', to: ['Ann <b@x>'] })
    expect(envelopeOf('', { from: 'a@x', to: [] })).toEqual({ from: 'a@x', to: [] })
    expect(envelopeOf('From: a@x\nTo: <', { to: ['c@x'] })).toEqual({ from: 'a@x', to: ['c@x'] })
    expect(envelopeOf('From: <\nTo: b@x', { from: 'c@x' })).toEqual({ from: 'c@x', to: ['b@x'] })
    expect(envelopeOf('From: a@x\nTo: b@x', { from: undefined, to: undefined })).toEqual({ from: 'a@x', to: ['b@x'] })
  })

  test('is refused for a message resent twice even when it is given, as smtplib does', () => {
    expect(() => envelopeOf('Resent-Date:\nResent-Date:', { from: 'a@x', to: ['b@x'] })).toThrow(
      'more than one Resent-Date',
    )
  })
})
