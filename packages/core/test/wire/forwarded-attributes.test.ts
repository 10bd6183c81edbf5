import {
  decodeXtext,
  encodeCommand,
  forwardedAttributes,
  parseCommand,
  type XclientAttributes,
  type XforwardAttributes,
} from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'
import { writtenIpv4, writtenIpv6 } from './written-addresses.ts'

const verbs = ['XCLIENT', 'XFORWARD'] as const
const xclient = (given: XclientAttributes) => forwardedAttributes('XCLIENT', given)
const xforward = (given: XforwardAttributes) => forwardedAttributes('XFORWARD', given)
const refused = (verb: (typeof verbs)[number], given: object) =>
  thrownBy(() => forwardedAttributes(verb, given as XclientAttributes))

describe('attributes of XCLIENT and XFORWARD', () => {
  test('are texts as the server reads them', () => {
    const given: XclientAttributes = {
      NAME: 'spike.example',
      REVERSE_NAME: '[TEMPUNAVAIL]',
      ADDR: '192.0.2.7',
      PORT: 56_324,
      PROTO: 'ESMTP',
      HELO: 'spike',
      LOGIN: 'ann',
      DESTADDR: '2001:db8::19',
      DESTPORT: '25',
    }
    expect(xclient(given)).toEqual({ ...given, PORT: '56324', DESTADDR: 'IPV6:2001:db8::19' })
    const logged: XforwardAttributes = {
      NAME: 'spike.example',
      ADDR: '192.0.2.7',
      PORT: 25,
      PROTO: 'UUCP',
      HELO: 'spike',
      IDENT: '3CF6B2AAE8',
      SOURCE: 'REMOTE',
    }
    expect(xforward(logged)).toEqual({ ...logged, PORT: '25' })
  })

  test.each(verbs)('of %s keep their order, and get capitals', (verb) => {
    expect(Object.entries(forwardedAttributes(verb, { helo: 'b', Name: 'a', TTL: 3 }))).toEqual([
      ['HELO', 'b'],
      ['NAME', 'a'],
      ['TTL', '3'],
    ])
  })

  test.each(verbs)('of %s may be unavailable', (verb) => {
    const unavailable = { NAME: '[UNAVAILABLE]', ADDR: '[unavailable]', PORT: '[Unavailable]', HELO: '[UNAVAILABLE]' }
    expect(forwardedAttributes(verb, unavailable as XclientAttributes)).toEqual(unavailable)
  })

  test('of XFORWARD may all be unavailable, of XCLIENT not PROTO', () => {
    expect(xforward({ SOURCE: '[UNAVAILABLE]', PROTO: '[UNAVAILABLE]', IDENT: '[UNAVAILABLE]' })).toEqual({
      SOURCE: '[UNAVAILABLE]',
      PROTO: '[UNAVAILABLE]',
      IDENT: '[UNAVAILABLE]',
    })
    expect(xclient({ LOGIN: '[UNAVAILABLE]', DESTADDR: '[UNAVAILABLE]', DESTPORT: '[UNAVAILABLE]' })).toMatchObject({
      DESTPORT: '[UNAVAILABLE]',
    })
    expect(refused('XCLIENT', { PROTO: '[UNAVAILABLE]' }).field).toBe('attributes.PROTO')
  })

  test.each(verbs)('of %s have A-labels for a name beyond US-ASCII', (verb) => {
    expect(forwardedAttributes(verb, { NAME: 'bücher.example', HELO: 'Bücher.example' })).toEqual({
      NAME: 'xn--bcher-kva.example',
      HELO: 'xn--bcher-kva.example',
    })
    expect(refused(verb, { NAME: 'bü cher.example' }).field).toBe('attributes.NAME')
  })

  test('have IPV6: before every IPv6 address, and not before any other', () => {
    const names = fc.constantFrom('ADDR', 'DESTADDR')
    holds(
      fc.property(
        names,
        fc.oneof(writtenIpv4, writtenIpv6),
        fc.constantFrom('', 'IPV6:', 'ipv6:'),
        (name, address, prefix) => {
          const isIpv6 = address.octets.length === 16
          const value = xclient({ [name]: isIpv6 ? prefix + address.text : address.text })[name]
          expect(value).toMatch(isIpv6 ? /^IPV6:[0-9a-f:]+$/ : /^[\d.]+$/)
          if (!isIpv6) expect(value).toBe(address.text)
        },
      ),
    )
  })

  test('have ports up to the limits', () => {
    expect(xclient({ PORT: 1, DESTPORT: 65_535 })).toEqual({ PORT: '1', DESTPORT: '65535' })
  })

  test('have host names with underscores, and what a host calls itself as it is', () => {
    expect(xclient({ NAME: 'my_host.example', HELO: '[192.0.2.7]' })).toEqual({
      NAME: 'my_host.example',
      HELO: '[192.0.2.7]',
    })
    expect(xforward({ NAME: 'a!b', HELO: '_' })).toEqual({ NAME: 'a!b', HELO: '_' })
  })

  test('take an IPv4-mapped address for the IPv4 address that it stands for', () => {
    expect(xclient({ ADDR: '::ffff:192.0.2.7' })).toEqual({ ADDR: '192.0.2.7' })
    expect(xforward({ ADDR: 'IPV6:::ffff:192.0.2.7' })).toEqual({ ADDR: '192.0.2.7' })
  })

  test.each(verbs)('of %s go out in xtext, and are read from it again', (verb) => {
    const text = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 80,
    })
    holds(
      fc.property(fc.dictionary(fc.stringMatching(/^X[A-Z0-9_-]{0,5}$/), text, { minKeys: 1, maxKeys: 2 }), (given) => {
        const attributes = forwardedAttributes(verb, given)
        const { line } = encodeCommand({ verb, attributes })
        const words = line
          .split(' ')
          .slice(1)
          .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const)
        expect(Object.fromEntries(words.map(([name, xtext]) => [name, decodeXtext(xtext)]))).toEqual(given)
        expect(parseCommand(verb, line.slice(verb.length + 1))).toEqual({ verb, attributes: given })
      }),
    )
  })
})

describe('attributes are refused', () => {
  test.each([
    'host.example',
    '[192.0.2.7]',
    '192.0.2.256',
    'IPV6:192.0.2.7',
    '1IPV6:::1',
    'IPV6:',
    '2001:db8::7%eth0',
    '',
    '[TEMPUNAVAIL]',
  ])('with the address %j', (address) => {
    for (const verb of verbs) expect(refused(verb, { ADDR: address }).field).toBe('attributes.ADDR')
    expect(refused('XCLIENT', { DESTADDR: address }).field).toBe('attributes.DESTADDR')
  })

  test.each([0, 65_536, -1, 2.5, Number.NaN, '025', '0', '65536', '99999', '123456', '', ' 25', '[TEMPUNAVAIL]'])(
    'with the port %j',
    (port) => {
      for (const verb of verbs) expect(refused(verb, { PORT: port }).field).toBe('attributes.PORT')
      expect(refused('XCLIENT', { DESTPORT: port }).field).toBe('attributes.DESTPORT')
    },
  )

  test('with a protocol or a source that is none', () => {
    expect(xclient({ PROTO: 'lmtp' as 'LMTP' })).toEqual({ PROTO: 'LMTP' })
    expect(refused('XCLIENT', { PROTO: 'UUCP' }).message).toBe(
      "attributes.PROTO must be one of SMTP, ESMTP, LMTP: 'UUCP'",
    )
    expect(refused('XFORWARD', { SOURCE: 'NEAR' }).field).toBe('attributes.SOURCE')
    expect(xforward({ PROTO: 'p'.repeat(64) })).toEqual({ PROTO: 'p'.repeat(64) })
    expect(refused('XFORWARD', { PROTO: 'p'.repeat(65) }).field).toBe('attributes.PROTO')
  })

  test.each(verbs)('in %s with control characters or beyond US-ASCII, shown on one line', (verb) => {
    expect(refused(verb, { X: 'ä' }).problem).toBe(
      `must be printable US-ASCII${verb === 'XCLIENT' ? '' : ' without blanks'}, and not empty`,
    )
    for (const value of ['a\r\nb', 'a\0', '\x7f', 'ä', '\ud800', '']) {
      const error = refused(verb, { X: value })
      expect(error.field).toBe('attributes.X')
      expect(error.message).not.toMatch(/[\r\n\0]/)
    }
  })

  test.each(['[192.0.2.7]', 'a b', 'a..b', '', '-', 'x@y.example'])('in XCLIENT with the host name %j', (name) => {
    expect(refused('XCLIENT', { NAME: name }).field).toBe('attributes.NAME')
    expect(refused('XCLIENT', { REVERSE_NAME: name }).field).toBe('attributes.REVERSE_NAME')
  })

  test.each(verbs)('in %s with blanks in what a host calls itself', (verb) => {
    expect(refused(verb, { HELO: 'a b' })).toMatchObject({ field: 'attributes.HELO', problem: 'must not hold blanks' })
  })

  test('in XFORWARD with blanks, which XCLIENT takes', () => {
    expect(refused('XFORWARD', { IDENT: 'a b' }).problem).toContain('without blanks')
    expect(xclient({ LOGIN: 'a b' })).toEqual({ LOGIN: 'a b' })
  })

  test.each(verbs)('in %s with more than 255 octets in xtext', (verb) => {
    expect(forwardedAttributes(verb, { X: 'x'.repeat(255) })).toEqual({ X: 'x'.repeat(255) })
    expect(refused(verb, { X: 'x'.repeat(256) }).field).toBe('attributes.X')
    expect(refused(verb, { X: '='.repeat(86) }).field).toBe('attributes.X')
  })

  test.each(verbs)('in %s with a name that is none, or twice', (verb) => {
    for (const name of ['', '1', 'A B', 'A=B', 'ä', 'A\r\n'])
      expect(refused(verb, { [name]: 'x' }).field).toBe('attributes')
    expect(refused(verb, { Helo: 'a', HELO: 'b' })).toMatchObject({
      field: 'attributes.HELO',
      problem: 'is given twice',
    })
  })

  test.each(verbs)('in %s where they are no texts, or none at all', (verb) => {
    for (const value of [null, true, {}, ['a']]) expect(refused(verb, { X: value }).field).toBe('attributes.X')
    for (const given of [{}, { NAME: undefined }, [], undefined, null, 'NAME=a']) {
      expect(thrownBy(() => forwardedAttributes(verb, given as XclientAttributes)).field).toBe('attributes')
    }
  })
})
