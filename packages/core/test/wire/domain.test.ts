import { checkDomain, isDomain, isIpv6 } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

describe('a domain', () => {
  test.each([
    'localhost',
    'a',
    '1',
    'example.org',
    'EXAMPLE.ORG',
    'a-b.c--d',
    '123.456',
    '192.0.2.1',
    'xn--bcher-kva.example',
    'bücher.example',
    'मेल.example',
    'm\u0308.x',
    'عينة\u200cعينة.example',
  ])('may be %j', (domain) => {
    expect(() => checkDomain('domain', domain)).not.toThrow()
    expect(isDomain(domain)).toBe(true)
  })

  test.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a_b',
    'a b',
    'a\n',
    '\na',
    'a\0',
    'a\x7f',
    'a\x85b',
    'a@b',
    'a/b',
    'a:25',
    'a,b',
    'a。b',
    '🙂.example',
    'a\u2028',
    '\u0308a',
    '\ud83d',
    '*',
  ])('may not be %j', (domain) => {
    expect(thrownBy(() => checkDomain('clientName', domain)).field).toBe('clientName')
    expect(isDomain(domain)).toBe(false)
  })

  test('has labels of at most 63 octets and at most 255 octets in all', () => {
    const longest = Array(4).fill('x'.repeat(63)).join('.')
    expect(longest).toHaveLength(255)
    expect([longest, 'x'.repeat(63)].map(isDomain)).toEqual([true, true])
    expect([`${longest.slice(1)}.y`, 'x'.repeat(64), `${'é.'.repeat(85)}x`].map(isDomain)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('that is empty is missed by name', () => {
    expect(thrownBy(() => checkDomain('domain', '')).problem).toBe('needs a domain')
  })

  test('is taken whenever it is valid', () => {
    holds(fc.property(arbitraries.domain({ utf8: true }), (domain) => checkDomain('domain', domain)))
  })

  test('is refused with a control anywhere', () => {
    holds(
      fc.property(
        arbitraries.injected(fc.oneof(arbitraries.domain({ utf8: true }), arbitraries.addressLiteral())),
        (text) => {
          thrownBy(() => checkDomain('domain', text))
        },
      ),
    )
  })

  test('of any text that is taken has only letters, digits, hyphens and dots, or is a literal', () => {
    const character = fc.oneof(
      fc.constantFrom(...'a1.-[]:IPv6'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    holds(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (text) => {
        if (isDomain(text)) expect(text).toMatch(/^(?:[\p{L}\p{M}\p{N}\p{Join_C}·・.-]+|\[[0-9A-Fa-f:.IPv]+\])$/u)
      }),
    )
  })
})

describe('an address literal', () => {
  test('is taken whenever it is valid', () => {
    holds(fc.property(arbitraries.addressLiteral(), (literal) => checkDomain('domain', literal)))
  })

  test.each(['[0.0.0.0]', '[255.255.255.255]', '[9.10.99.100]', '[249.250.199.200]', '[ipv6:::1]', '[IPV6:::1]'])(
    'may be %s',
    (literal) => {
      expect(() => checkDomain('domain', literal)).not.toThrow()
    },
  )

  test.each([
    '[256.0.0.0]',
    '[260.0.0.0]',
    '[300.0.0.0]',
    '[1000.0.0.0]',
    '[0.0.0.256]',
    '[1.2.3]',
    '[1.2.3.4.]',
    '[.1.2.3]',
    '[1.2.3.4\n]',
    '[1.2.3.45',
    '[IPv6:::11',
    '[a.b.c.d]',
    '[-1.2.3.4]',
  ])('may not be %j', (literal) => {
    thrownBy(() => checkDomain('domain', literal))
  })

  test.each(['[01.2.3.4]', '[001.2.3.4]', '[1.2.3.04]', '[010.0.0.1]'])(
    'may not be %s: some read octets with a leading zero as octal',
    (literal) => {
      thrownBy(() => checkDomain('domain', literal))
    },
  )
})

describe('an IPv6 address', () => {
  test.each([
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    'ABCD:ef01::',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:192.0.2.1',
  ])('may be %s', (address) => {
    expect(isIpv6(address)).toBe(true)
  })

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
    '::1%lo',
    '[::1]',
    '::1]',
    '::1/64',
    ' ::1',
    '::1\n',
    '192.0.2.1',
    '::192.0.2',
    '::192.0.2.256',
    '::192.0.2.1:1',
    '::ffff:0192.0.2.1',
    '::１',
  ])('may not be %j', (address) => {
    expect(isIpv6(address)).toBe(false)
  })

  test('is known whenever it is valid', () => {
    holds(
      fc.property(arbitraries.ipv6(), (address) => {
        expect(isIpv6(address)).toBe(true)
      }),
    )
  })
})
