import { type MailOptions, parseRecipient } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { announcement } from '../../src/session/announcement.ts'
import { sevenBitReason } from '../../src/session/index.ts'
import type { Standing } from '../../src/session/standing.ts'
import { announced, envelope, errorOf, greetedWithHelo, mailOf, notOffering, offering, words } from './announced.ts'

describe('8-bit octets', () => {
  const eightBit = { eightBit: true, eightBitHeader: false }
  const utf8Header = { eightBit: true, eightBitHeader: true }

  test('in the header ask for SMTPUTF8, and for 8BITMIME as everywhere', () => {
    expect(mailOf({}, offering('SMTPUTF8', '8BITMIME'), utf8Header)).toBe('SMTPUTF8 BODY=8BITMIME')
    expect(mailOf({ smtpUtf8: true }, offering('SMTPUTF8', '8BITMIME'), utf8Header)).toBe('SMTPUTF8 BODY=8BITMIME')
    expect(mailOf({}, offering('SMTPUTF8', '8BITMIME'), eightBit)).toBe('BODY=8BITMIME')
  })

  test('in the header are an error without it, which says what to do', () => {
    const error = errorOf(() => mailOf({}, offering('8BITMIME'), utf8Header))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' })
    expect(error.message).toMatch(/RFC 2047.*SMTPUTF8 in ifOffered/)
  })

  test('in the header may go without it, if the caller can do without', () => {
    const more = { ...utf8Header, options: { ifOffered: ['smtputf8'] } }
    expect(announced(more, offering('8BITMIME'))).toMatchObject({ mail: { BODY: '8BITMIME' }, dropped: ['SMTPUTF8'] })
  })

  test('in the header are not looked at where there are no options, as smtplib does not', () => {
    const { options: _, ...plain } = envelope
    const { mail, dropped } = announcement({ ...plain, ...utf8Header }, offering('8BITMIME', 'SMTPUTF8'))
    expect([words(mail), dropped]).toEqual(['BODY=8BITMIME', []])
  })

  test('are an error without 8BITMIME, which says what to do; not where the caller can do without', () => {
    const error = errorOf(() => mailOf({}, offering(), eightBit))
    expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: '8BITMIME' })
    expect(error.message).toMatch(/8BITMIME in ifOffered/)
    for (const standing of notOffering) {
      const more = { ...eightBit, options: { ifOffered: ['8bitmime'], body: '8BITMIME' as const } }
      expect(announced(more, standing)).toMatchObject({ mail: {}, dropped: ['8BITMIME'] })
    }
  })

  test('that nobody knows of leave 8BITMIME out as well', () => {
    const { eightBit: _, ...unknown } = envelope
    const dropped = (options: MailOptions) => announcement({ ...unknown, options }, offering()).dropped
    expect([dropped({ ifOffered: ['8BITMIME'] }), dropped({})]).toEqual([['8BITMIME'], []])
  })

  test('are none where BODY is 7BIT', () => {
    expect(errorOf(() => mailOf({ body: '7BIT' }, offering('8BITMIME'), eightBit))).toMatchObject({ field: 'body' })
    const raw = { mailParameters: ['body=7bit'] }
    expect(errorOf(() => mailOf(raw, offering('8BITMIME'), eightBit))).toMatchObject({ field: 'BODY' })
    const droppable = { body: '7BIT' as const, ifOffered: ['8BITMIME'] }
    expect(errorOf(() => mailOf(droppable, offering(), eightBit))).toMatchObject({ field: 'body' })
  })

  test('never bring an address beyond US-ASCII to a server without SMTPUTF8', () => {
    const options = { ifOffered: ['SMTPUTF8'], smtpUtf8: true }
    const to = [parseRecipient('ü@foo.example')]
    expect(errorOf(() => announced({ to, options }, offering('8BITMIME')))).toMatchObject({ extension: 'SMTPUTF8' })
    const { to: written } = announced({ to: [parseRecipient('b@bücher.example')], options }, offering('8BITMIME'))
    expect(written.map(String)).toEqual(['<b@xn--bcher-kva.example>'])
  })
})

describe('a stream may have 8-bit octets', () => {
  const reason = (options: MailOptions | undefined, standing: Standing) => {
    const { eightBit: _, options: __, ...rest } = envelope
    return sevenBitReason(options === undefined ? rest : { ...rest, options }, standing.capabilities)?.()
  }

  test.each<[MailOptions | undefined, string[], object | undefined]>([
    [undefined, ['8BITMIME'], undefined],
    [undefined, [], { extension: '8BITMIME' }],
    [{}, ['8BITMIME'], undefined],
    [{}, [], { extension: '8BITMIME' }],
    [{ ifOffered: ['8bitmime'] }, [], undefined],
    [{ body: '7BIT' }, ['8BITMIME'], { field: 'body' }],
    [{ body: '7BIT', ifOffered: ['8BITMIME'] }, [], { field: 'body' }],
    [{ mailParameters: { body: '7bit' } }, ['8BITMIME'], { field: 'BODY' }],
    [{ body: 'BINARYMIME' }, ['BINARYMIME'], undefined],
  ])('with %j where %j is offered, unless it is %j', (options, keywords, error) => {
    if (error === undefined) expect(reason(options, offering(...keywords))).toBe(undefined)
    else expect(reason(options, offering(...keywords))).toMatchObject(error)
  })

  test('and is let alone where they are known', () => {
    expect(sevenBitReason({ ...envelope, eightBit: true }, offering().capabilities)).toBe(undefined)
  })
})

describe('the content', () => {
  const kind = (chunking: boolean | undefined, standing: Standing, options: MailOptions = {}) => {
    const { content, binary, dropped } = announced({ chunking, options }, standing)
    return [content, binary, ...dropped]
  }

  test('goes by BDAT as it is asked for, and else where that is offered', () => {
    expect(kind(true, offering('CHUNKING'))).toEqual(['BDAT', false])
    expect(kind(undefined, offering('CHUNKING'))).toEqual(['BDAT', false])
    expect(kind(false, offering('CHUNKING'))).toEqual(['DATA', false])
    expect(kind(undefined, offering())).toEqual(['DATA', false])
    expect(kind(undefined, greetedWithHelo)).toEqual(['DATA', false])
  })

  test('is an error where BDAT is asked for and not offered, unless the caller can do without', () => {
    for (const standing of notOffering) {
      const error = errorOf(() => kind(true, standing))
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'CHUNKING' })
      expect(error.message).toContain('CHUNKING in ifOffered')
      expect(kind(true, standing, { ifOffered: ['chunking'] })).toEqual(['DATA', false, 'CHUNKING'])
      expect(kind(undefined, standing, { ifOffered: ['CHUNKING'] })).toEqual(['DATA', false])
    }
  })

  test.each<MailOptions>([{ body: 'BINARYMIME' }, { mailParameters: ['body=binarymime'] }])(
    'that is no text, by %j, goes by BDAT alone',
    (options) => {
      const both = offering('BINARYMIME', 'CHUNKING')
      for (const chunking of [true, undefined]) expect(kind(chunking, both, options)).toEqual(['BDAT', true])
      expect(errorOf(() => kind(false, both, options))).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'chunking' })
      const chunkingOnly = offering('8BITMIME', 'CHUNKING')
      expect(errorOf(() => kind(undefined, chunkingOnly, options))).toMatchObject({ extension: 'BINARYMIME' })
      expect(errorOf(() => kind(undefined, chunkingOnly, options)).message).not.toContain('ifOffered')
      const ifOffered = ['CHUNKING', '8BITMIME']
      const noChunking = () => kind(undefined, offering('BINARYMIME', '8BITMIME'), { ...options, ifOffered })
      expect(errorOf(noChunking)).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'CHUNKING' })
    },
  )

  test('that is no text needs no 8BITMIME', () => {
    const more = { eightBit: true, options: { body: 'BINARYMIME' as const }, chunking: true }
    expect(words(announced(more, offering('BINARYMIME', 'CHUNKING')).mail)).toBe('BODY=BINARYMIME')
  })
})
