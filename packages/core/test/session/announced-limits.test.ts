import type { Envelope, MailOptions } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { announced, errorOf, greetedWithHelo, mailOf, offering, words } from './announced.ts'

describe('what the server has set limits to', () => {
  test.each<[string, MailOptions, string | undefined, RegExp?]>([
    ['DELIVERBY 240', { deliverBy: { seconds: 240, mode: 'return' } }, undefined],
    ['DELIVERBY 240', { deliverBy: { seconds: 239, mode: 'return' } }, 'deliverBy.seconds', /240.*239/],
    ['DELIVERBY 240', { deliverBy: { seconds: 1, mode: 'notify' } }, undefined],
    ['DELIVERBY', { deliverBy: { seconds: 1, mode: 'return' } }, undefined],
    ['FUTURERELEASE 60 2030-01-31T09:00:00Z', { holdFor: 60 }, undefined],
    ['FUTURERELEASE 60 2030-01-31T09:00:00Z', { holdFor: 61 }, 'holdFor', /60 s.*61/],
    ['FUTURERELEASE 60 2030-01-31T10:00:00+01:00', { holdUntil: '2030-01-31T09:00:00Z' }, undefined],
    ['FUTURERELEASE 60 2030-01-31T09:00:00Z', { holdUntil: new Date('2030-01-31T09:00:00.5Z') }, undefined],
    [
      'FUTURERELEASE 60 2030-01-31T09:00:00Z',
      { holdUntil: '2030-01-31T09:00:01Z' },
      'holdUntil',
      /09:00:00Z.*09:00:01Z/,
    ],
    ['FUTURERELEASE', { holdFor: 999_999_999 }, undefined],
    ['FUTURERELEASE', { holdUntil: '9999-12-31T23:59:59Z' }, undefined],
    ['SIZE 1000', { size: 1000 }, undefined],
    ['SIZE 1000', { size: 1001 }, 'size', /1000.*1001/],
    ['SIZE', { size: 2 ** 40 }, undefined],
  ])('%s: %j is refused by %s', (keyword, options, field, message = /^/) => {
    if (field === undefined) {
      mailOf(options, offering(keyword))
      return
    }
    const error = errorOf(() => mailOf(options, offering(keyword)))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field })
    expect(error.message).toMatch(message)
  })
})

describe('the size', () => {
  test('of a stream is told first where it is offered, and is left out elsewhere', () => {
    const options: MailOptions = { ret: 'FULL', size: 12 }
    expect(mailOf(options, offering('DSN', 'SIZE'))).toBe('SIZE=12 RET=FULL')
    const { mail, dropped } = announced({ options: { size: 12 } }, greetedWithHelo)
    expect([mail, dropped]).toEqual([{}, ['SIZE']])
  })

  test('that the caller gives is that of the message', () => {
    expect(mailOf({ size: 12 }, offering('SIZE'), { size: 12 })).toBe('SIZE=12')
    const error = errorOf(() => mailOf({ size: 12 }, offering(), { size: 13 }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'size' })
    expect(error.message).toMatch(/13 octets.*12/)
  })

  test('of what is no text is that of its octets', () => {
    const binary = { size: 14, octets: 12, chunking: true }
    const standing = offering('SIZE 13', 'CHUNKING', 'BINARYMIME')
    expect(mailOf({ body: 'BINARYMIME' }, standing, binary)).toBe('SIZE=12 BODY=BINARYMIME')
    expect(mailOf({ body: 'BINARYMIME', size: 12 }, standing, binary)).toBe('SIZE=12 BODY=BINARYMIME')
    expect(errorOf(() => mailOf({}, standing, binary))).toMatchObject({ field: 'message' })
  })
})

describe('REQUIRETLS', () => {
  const requiring: readonly Partial<Envelope>[] = [
    { options: { requireTls: true } },
    { options: { requireTls: true, ifOffered: ['REQUIRETLS'] } },
    { options: { mailParameters: { RequireTls: true } } },
    { mailParameters: { REQUIRETLS: true } },
  ]

  test('needs TLS, and a certificate that was verified', () => {
    const { capabilities } = offering('REQUIRETLS')
    for (const more of requiring) {
      for (const standing of [
        { capabilities, secure: false },
        { capabilities, secure: false, tls: { authorized: true } },
        { capabilities, secure: true, tls: { authorized: false } },
      ]) {
        const error = errorOf(() => announced(more, standing))
        expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'REQUIRETLS' })
        expect(error.message).toMatch(standing.secure ? /not verified/ : /no TLS/)
      }
    }
  })

  test('is said over TLS of which the runtime does not tell more', () => {
    const { capabilities } = offering('REQUIRETLS')
    for (const more of requiring) {
      for (const tls of [undefined, {}, { authorized: true }]) {
        const { mail } = announced(more, { capabilities, secure: true, tls })
        expect(words(mail).toUpperCase()).toBe('REQUIRETLS')
      }
    }
  })
})

describe('ifOffered', () => {
  test.each(['X-NEW', 'PIPELINING', 'STARTTLS', '', 'DSN ', 'ſize'])('has no place for %j', (name) => {
    const error = errorOf(() => announced({ options: { ifOffered: ['DSN', name] } }, offering('DSN')))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'ifOffered[1]' })
  })

  test('has no place for BINARYMIME, and says why', () => {
    const error = errorOf(() => announced({ options: { ifOffered: ['binarymime'] } }, offering('BINARYMIME')))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'ifOffered[0]' })
    expect(error.message).toContain('taken for text')
  })

  test('names what is given as it goes out, too', () => {
    const more = { options: { mailParameters: ['RET=FULL'], ifOffered: ['DSN'] } }
    expect(announced(more, offering())).toMatchObject({ mail: {}, dropped: ['DSN'] })
  })
})

describe('parameters that nobody here knows', () => {
  test('go out as they are given, behind the typed ones', () => {
    const options: MailOptions = { ret: 'FULL', mailParameters: ['X-OWN=y', 'x-flag'] }
    expect(mailOf(options, offering('DSN'))).toBe('RET=FULL X-OWN=y X-FLAG')
  })

  test('are an error where the server knows no parameters at all', () => {
    for (const more of [
      { options: { mailParameters: { 'X-OWN': 'y' } } },
      { recipientOptions: [{ rcptParameters: { 'X-OWN': 'y' } }] },
    ]) {
      const error = errorOf(() => announced(more, greetedWithHelo))
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', extension: 'X-OWN' })
    }
  })
})
