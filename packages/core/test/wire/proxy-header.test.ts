import { encodeProxyHeader, type ProxyHeader } from '@sansmtp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodedProxyHeader } from './decoded-proxy-header.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'
import { writtenIpv4, writtenIpv6 } from './written-addresses.ts'

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const hexadecimal = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const signature = '0d0a0d0a000d0a515549540a'

const source = { host: '192.0.2.7', port: 56_324 }
const destination = { host: '192.0.2.25', port: 25 }
const source6 = { host: '2001:db8::7', port: 56_324 }
const destination6 = { host: '2001:DB8:0:0::19', port: 25 }

describe('a PROXY header of version 1', () => {
  test('is a line of text, and the one that is sent where no version is asked for', () => {
    expect(latin1(encodeProxyHeader({ source, destination }))).toBe('PROXY TCP4 192.0.2.7 192.0.2.25 56324 25\r\n')
    expect(encodeProxyHeader({ version: 1, source, destination })).toEqual(encodeProxyHeader({ source, destination }))
  })

  test('writes IPv6 addresses in their canonical form', () => {
    expect(latin1(encodeProxyHeader({ source: source6, destination: destination6 }))).toBe(
      'PROXY TCP6 2001:db8::7 2001:db8::19 56324 25\r\n',
    )
  })

  test('says UNKNOWN of a connection on one’s own behalf', () => {
    expect(latin1(encodeProxyHeader({ version: 1, local: true }))).toBe('PROXY UNKNOWN\r\n')
    expect(latin1(encodeProxyHeader({ local: true }))).toBe('PROXY UNKNOWN\r\n')
  })
})

describe('a PROXY header of version 2', () => {
  test('has addresses and ports in network order behind the signature', () => {
    expect(hexadecimal(encodeProxyHeader({ version: 2, source, destination }))).toBe(
      `${signature}2111000cc0000207c0000219dc040019`,
    )
    expect(hexadecimal(encodeProxyHeader({ version: 2, source: source6, destination: destination6 }))).toBe(
      `${signature}2121002420010db800000000000000000000000720010db8000000000000000000000019dc040019`,
    )
  })

  test('says LOCAL of a connection on one’s own behalf', () => {
    expect(hexadecimal(encodeProxyHeader({ version: 2, local: true }))).toBe(`${signature}20000000`)
  })
})

describe('any PROXY header', () => {
  const port = fc.nat(65_535)
  const version = fc.constantFrom(1, 2)

  test('tells a receiver what it was made of', () => {
    const both = <T>(address: fc.Arbitrary<T>) => fc.tuple(address, port, address, port)
    const ends = fc.oneof(both(writtenIpv4), both(writtenIpv6))
    holds(
      fc.property(version, ends, (version, [from, fromPort, to, toPort]) => {
        const header = encodeProxyHeader({
          version,
          source: { host: from.text, port: fromPort },
          destination: { host: to.text, port: toPort },
        })
        expect(decodedProxyHeader(header)).toEqual({
          version,
          ends: {
            family: from.octets.length === 4 ? 4 : 6,
            source: [from.octets, fromPort],
            destination: [to.octets, toPort],
          },
        })
      }),
    )
  })

  test('takes an IPv4-mapped address for the IPv4 address that it stands for', () => {
    holds(
      fc.property(version, writtenIpv4, writtenIpv4, fc.boolean(), (version, from, to, isUpper) => {
        const mapped = `::${isUpper ? 'FFFF' : 'ffff'}:${from.text}`
        const header = { version, source: { host: mapped, port: 1 }, destination: { host: to.text, port: 2 } }
        expect(decodedProxyHeader(encodeProxyHeader(header)).ends).toEqual({
          family: 4,
          source: [from.octets, 1],
          destination: [to.octets, 2],
        })
      }),
    )
  })

  test('is not made of addresses of two families', () => {
    holds(
      fc.property(version, writtenIpv4, writtenIpv6, fc.boolean(), (version, four, six, sixFirst) => {
        const [from, to] = sixFirst ? [six, four] : [four, six]
        const header = { version, source: { host: from.text, port: 1 }, destination: { host: to.text, port: 2 } }
        expect(thrownBy(() => encodeProxyHeader(header))).toMatchObject({
          field: 'proxy.destination.host',
          problem: "must be of the source's family",
        })
      }),
    )
  })
})

describe('what is no PROXY header is refused', () => {
  test.each([
    'mail.example',
    '',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.07',
    '192.0.2.7.',
    '[192.0.2.7]',
    '[2001:db8::7]',
    'IPv6:2001:db8::7',
    '2001:db8::7%eth0',
    '2001:db8::7::',
    '2001:db8:7',
    '192.0.2.7 192.0.2.8',
    '192.0.2.7\r\nEHLO',
    7,
    null,
    undefined,
  ])('with the address %j', (host) => {
    for (const version of [1, 2] as const) {
      const end = { host: host as string, port: 25 }
      const field = (header: ProxyHeader) => thrownBy(() => encodeProxyHeader(header)).field
      expect(field({ version, source: end, destination })).toBe('proxy.source.host')
      expect(field({ version, source, destination: end })).toBe('proxy.destination.host')
    }
  })

  test.each([-1, 65_536, 25.5, Number.NaN, '25', undefined])('with the port %j', (port) => {
    const end = { host: '192.0.2.7', port: port as number }
    expect(thrownBy(() => encodeProxyHeader({ source: end, destination })).field).toBe('proxy.source.port')
    expect(thrownBy(() => encodeProxyHeader({ source, destination: end })).field).toBe('proxy.destination.port')
  })

  test.each([0, 3, '1', null])('with the version %j', (version) => {
    expect(thrownBy(() => encodeProxyHeader({ version: version as 1, local: true })).field).toBe('proxy.version')
  })

  test.each<[string, object]>([
    ['both local and not', { local: true, source, destination }],
    ['local, with a source', { local: true, source }],
    ['local, with a destination', { local: true, destination }],
    ['local or not', { local: false, source, destination }],
  ])('that is %s', (_, header) => {
    expect(thrownBy(() => encodeProxyHeader(header as ProxyHeader)).field).toBe('proxy.local')
  })

  test('without its ends', () => {
    expect(thrownBy(() => encodeProxyHeader({} as ProxyHeader)).field).toBe('proxy.source.host')
    expect(thrownBy(() => encodeProxyHeader({ source } as ProxyHeader)).field).toBe('proxy.destination.host')
  })

  test('and what was wrong is shown on one line', () => {
    const error = thrownBy(() => encodeProxyHeader({ source: { host: '192.0.2.7\r\nRSET', port: 1 }, destination }))
    expect(error.message).not.toMatch(/[\r\n]/)
    expect(error.message).toContain("'192.0.2.7\\r\\nRSET'")
  })
})
