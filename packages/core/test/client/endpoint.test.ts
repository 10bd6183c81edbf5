import { inspect } from 'node:util'
import { InvalidArgumentError, isAscii, isDomain, isIpv6 } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Address, describeTarget, parseEndpoint } from '../../src/client/endpoint.ts'
import { thrownBy } from '../wire/thrown-by.ts'

const clear = { implicitTls: false, credentials: undefined }
const withTls = { implicitTls: true, credentials: undefined }
const at = (host: string, port: number) => ({ target: { host, port } })

describe('a URL', () => {
  test.each([
    ['smtp://mail.example', { ...at('mail.example', 25), ...clear }],
    ['SMTP://mail.example:2525/', { ...at('mail.example', 2525), ...clear }],
    ['smtp://mail.example:', { ...at('mail.example', 25), ...clear }],
    ['smtp://mail_host:2525', { ...at('mail_host', 2525), ...clear }],
    ['smtp://192.0.2.1:00025', { ...at('192.0.2.1', 25), ...clear }],
    ['smtp://[2001:db8::1]', { ...at('2001:db8::1', 25), ...clear }],
    ['smtp://[::1]:2525', { ...at('::1', 2525), ...clear }],
    ['smtps://mail.example', { ...at('mail.example', 465), ...withTls }],
    ['smtps://mail.example:1465', { ...at('mail.example', 1465), ...withTls }],
    ['submission://mail.example', { ...at('mail.example', 587), ...clear }],
    ['submission://mail.example:25', { ...at('mail.example', 25), ...clear }],
    ['submissions://mail.example', { ...at('mail.example', 465), ...withTls }],
    ['smtp://bücher.example', { ...at('xn--bcher-kva.example', 25), ...clear }],
    ['smtp://b%C3%BCcher.example', { ...at('xn--bcher-kva.example', 25), ...clear }],
    ['smtp://例え。テスト:587', { ...at('xn--r8jz45g.xn--zckzah', 587), ...clear }],
    [
      'submissions://ann%40example.org:s%2fcret@mail.example',
      { ...at('mail.example', 465), implicitTls: true, credentials: { user: 'ann@example.org', pass: 's/cret' } },
    ],
  ])('%s', (url, endpoint) => {
    expect(parseEndpoint(url, 'smtp')).toEqual(endpoint)
  })

  test.each([
    ['lmtp://mail.example', { ...at('mail.example', 2003), ...clear }],
    ['lmtp://mail.example:24', { ...at('mail.example', 24), ...clear }],
    ['lmtp+unix:///x', { target: { path: '/x' }, ...clear }],
    ['lmtp+unix:///run/dovecot/lmtp%20sock', { target: { path: '/run/dovecot/lmtp sock' }, ...clear }],
  ])('%s', (url, endpoint) => {
    expect(parseEndpoint(url, 'lmtp')).toEqual(endpoint)
  })

  test.each([
    ['http://mail.example', 'smtp'],
    ['lmtp://mail.example', 'smtp'],
    ['lmtp+unix:///run/lmtp', 'smtp'],
    ['smtp://mail.example', 'lmtp'],
    ['submission://mail.example', 'lmtp'],
    ['__proto__://mail.example', 'smtp'],
    ['smtp://', 'smtp'],
    ['://mail.example', 'smtp'],
    ['smtp://mail.example:bogus', 'smtp'],
    ['smtp://mail.example:0', 'smtp'],
    ['smtp://mail.example:65536', 'smtp'],
    ['smtp://mail.example:-1', 'smtp'],
    ['smtp://mail.example/path', 'smtp'],
    ['smtp://mail.example?tls=no', 'smtp'],
    ['smtp://mail.example#x', 'smtp'],
    ['smtp://mail!example', 'smtp'],
    ['smtp://mail.example.', 'smtp'],
    ['smtp://%5B192.0.2.1%5D', 'smtp'],
    ['smtp://１.２.３.４', 'smtp'],
    ['smtp://mail%0d%0a.example', 'smtp'],
    ['smtp://mail.example\r\n', 'smtp'],
    ['smtp://ma\til.example', 'smtp'],
    ['smtp://ann@mail.example', 'smtp'],
    ['smtp://:secret@mail.example', 'smtp'],
    ['lmtp://mail.example:25', 'lmtp'],
    ['lmtp+unix://host/path', 'lmtp'],
    ['lmtp+unix:///', 'lmtp'],
  ] as const)('%j is refused for %s', (url, protocol) => {
    expect(thrownBy(() => parseEndpoint(url, protocol)).field).toBe('url')
  })

  test.each([
    ['smtp://mail%zz.example', 'url host'],
    ['smtp://ann:%zz@mail.example', 'url password'],
    ['lmtp+unix:///run/%zz', 'url path'],
    ['lmtp+unix:///run/%00', 'url path'],
  ])('%s is refused for its %s', (url, field) => {
    expect(thrownBy(() => parseEndpoint(url, url.startsWith('smtp') ? 'smtp' : 'lmtp')).field).toBe(field)
  })

  test('that is refused tells what its port may be, and which schemes there are', () => {
    expect(thrownBy(() => parseEndpoint('smtp://mail.example:bogus', 'smtp')).message).toContain('from 1 to 65535')
    expect(thrownBy(() => parseEndpoint('x://mail.example', 'smtp')).message).toContain(
      "smtp://, smtps://, submission://, submissions://: 'x://…'",
    )
    expect(thrownBy(() => parseEndpoint('x://mail.example', 'lmtp')).message).toContain('lmtp://, lmtp+unix://')
  })
})

describe('a text without a scheme', () => {
  test.each([
    ['mail.example', at('mail.example', 25)],
    ['localhost', at('localhost', 25)],
    ['mail.example:587', at('mail.example', 587)],
    ['192.0.2.1', at('192.0.2.1', 25)],
    ['192.0.2.1:2525', at('192.0.2.1', 2525)],
    ['[::1]:2525', at('::1', 2525)],
    ['[::1]', at('::1', 25)],
    ['::1', at('::1', 25)],
    ['2001:db8::25', at('2001:db8::25', 25)],
    ['::ffff:192.0.2.1', at('::ffff:192.0.2.1', 25)],
    ['bücher.example:25', at('xn--bcher-kva.example', 25)],
    ['mail.example:65535', at('mail.example', 65_535)],
    ['mail.example:1', at('mail.example', 1)],
  ])('%j is a host', (address, endpoint) => {
    expect(parseEndpoint(address, 'smtp')).toEqual({ ...endpoint, ...clear })
  })

  test.each([
    ['mail.example', at('mail.example', 2003)],
    ['[::1]:24', at('::1', 24)],
    ['/run/lmtp', { target: { path: '/run/lmtp' } }],
    ['/run/a b://c:25@d', { target: { path: '/run/a b://c:25@d' } }],
  ])('%j is a place for LMTP', (address, endpoint) => {
    expect(parseEndpoint(address, 'lmtp')).toEqual({ ...endpoint, ...clear })
  })

  test.each([
    ['mail.example:bogus', 'port'],
    ['mail.example:', 'port'],
    ['mail.example:0', 'port'],
    ['mail.example:65536', 'port'],
    ['mail.example:100000', 'port'],
    ['mail.example:-1', 'port'],
    ['mail.example:+25', 'port'],
    ['mail.example: 25', 'port'],
    ['mail.example:2e1', 'port'],
    ['mail.example:25:25', 'port'],
    ['mail.example:２５', 'port'],
    ['[::1]:x', 'port'],
    ['smtp:mail.example', 'port'],
    ['', 'IP address'],
    [' ', 'IP address'],
    [':25', 'IP address'],
    ['[::1]25', 'IP address'],
    ['[::1', 'IP address'],
    ['::g', 'IP address'],
    ['[]', 'IP address'],
    ['[]:25', 'IP address'],
    ['[mail.example]:25', 'IP address'],
    ['[192.0.2.1]', 'IP address'],
    ['mail!example', 'IP address'],
    ['mail.example.', 'IP address'],
    ['mail.example/path', 'IP address'],
    ['mail example', 'IP address'],
    ['/run/lmtp', 'IP address'],
    ['１２７.１', 'IP address'],
    ['mail.example\r\n', 'control'],
    ['mail.example:25\n', 'control'],
    ['mail\0.example', 'control'],
    ['ann:secret@mail.example', 'URL'],
  ])('%j is refused', (address, problem) => {
    const error = thrownBy(() => parseEndpoint(address, 'smtp'))
    expect(error.field).toBe('address')
    expect(error.problem).toContain(problem)
    expect(error.message).not.toMatch(/\p{Cc}/u)
  })

  test.each(['mail.example:25', '[::1]:25', '/', '/run\0'])('%j is no place for LMTP', (address) => {
    expect(thrownBy(() => parseEndpoint(address, 'lmtp')).field).toBe('address')
  })
})

describe('an object', () => {
  test.each([
    [{ host: 'mail.example' }, at('mail.example', 25)],
    [{ host: 'mail.example', port: 587 }, at('mail.example', 587)],
    [{ host: 'mail.example', port: undefined }, at('mail.example', 25)],
    [{ host: '::1', port: 2525 }, at('::1', 2525)],
    [{ host: '[::1]', port: 1 }, at('::1', 1)],
    [{ host: 'bücher.example' }, at('xn--bcher-kva.example', 25)],
    [{ path: '/run/smtp' }, { target: { path: '/run/smtp' } }],
  ])('%j says where', (address, endpoint) => {
    expect(parseEndpoint(address, 'smtp')).toEqual({ ...endpoint, ...clear })
  })

  test('for LMTP has its default port', () => {
    expect(parseEndpoint({ host: 'mail.example' }, 'lmtp').target).toEqual({ host: 'mail.example', port: 2003 })
    expect(parseEndpoint({ path: 'lmtp' }, 'lmtp').target).toEqual({ path: 'lmtp' })
  })

  test.each([
    [{}, 'host'],
    [{ host: 25 }, 'host'],
    [{ host: '' }, 'host'],
    [{ host: 'mail.example:25' }, 'host'],
    [{ host: 'smtp://mail.example' }, 'host'],
    [{ host: 'mail.example\r\n' }, 'host'],
    [{ host: 'a@b' }, 'host'],
    [{ host: '[192.0.2.1]' }, 'host'],
    [{ host: 'x[::1]' }, 'host'],
    [{ host: '[::1]x' }, 'host'],
    [{ host: 'mail.example', port: 0 }, 'port'],
    [{ host: 'mail.example', port: -1 }, 'port'],
    [{ host: 'mail.example', port: 65_536 }, 'port'],
    [{ host: 'mail.example', port: 25.5 }, 'port'],
    [{ host: 'mail.example', port: Number.NaN }, 'port'],
    [{ host: 'mail.example', port: '25' }, 'port'],
    [{ host: 'mail.example', port: null }, 'port'],
    [{ host: 'mail.example', prot: 25 }, 'prot'],
    [{ path: '' }, 'path'],
    [{ path: '/run/\0' }, 'path'],
    [{ path: 7 }, 'path'],
    [{ path: '/run/lmtp', host: 'mail.example' }, 'host'],
    [{ path: '/run/lmtp', port: 25 }, 'port'],
    [undefined, 'address'],
    [null, 'address'],
    [25, 'address'],
    [['mail.example'], 'address'],
    [new URL('smtp://mail.example'), 'port'],
  ])('%j is refused', (address, field) => {
    expect(thrownBy(() => parseEndpoint(address as Address, 'smtp')).field).toBe(field)
  })

  test('must not name port 25 for LMTP', () => {
    expect(thrownBy(() => parseEndpoint({ host: 'mail.example', port: 25 }, 'lmtp')).field).toBe('port')
  })
})

describe('TLS from the first byte, asked for,', () => {
  test.each([
    ['smtp://mail.example', 465],
    ['smtp://mail.example:25', 25],
    ['smtps://mail.example', 465],
    ['submission://mail.example', 465],
    ['submission://mail.example:587', 587],
    ['submissions://mail.example', 465],
    ['mail.example', 465],
    ['mail.example:25', 25],
    [{ host: 'mail.example' }, 465],
    [{ host: 'mail.example', port: 587 }, 587],
  ])('makes of %j port %d', (address, port) => {
    expect(parseEndpoint(address, 'smtp', true)).toEqual({ ...at('mail.example', port), ...withTls })
  })

  test('leaves LMTP its port', () => {
    for (const address of ['lmtp://mail.example', 'mail.example', { host: 'mail.example' }]) {
      expect(parseEndpoint(address, 'lmtp', true)).toEqual({ ...at('mail.example', 2003), ...withTls })
    }
    expect(parseEndpoint({ path: '/run/lmtp' }, 'lmtp', true)).toEqual({ target: { path: '/run/lmtp' }, ...withTls })
  })
})

test.each([
  [{ path: "/run/it's" }, "'/run/it\\'s'"],
  [{ host: '::1', port: 2003 }, '[::1]:2003'],
  [{ host: 'mail.example', port: 24 }, 'mail.example:24'],
])('%j is shown as %s', (target, shown) => {
  expect(describeTarget(target)).toBe(shown)
  if ('host' in target) expect(parseEndpoint(shown, 'lmtp').target).toEqual(target)
})

test('every host and port is read as it was written, in each way to write it', () => {
  const host = fc.oneof(arbitraries.domain(), arbitraries.ipv4(), arbitraries.ipv6())
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
      const written = isIpv6(host) ? `[${host}]` : host
      for (const address of [`${written}:${port}`, { host, port }]) {
        expect(parseEndpoint(address, 'smtp').target).toEqual({ host, port })
      }
      expect(parseEndpoint(`smtp://${written}:${port}`, 'smtp').target).toMatchObject({ port })
      for (const address of [host, written, { host }]) {
        expect(parseEndpoint(address, 'smtp').target).toEqual({ host, port: 25 })
      }
    }),
  )
})

test('any text is refused, or a place that is one', () => {
  const character = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...'ab12.:-[]/@%?#\\_é１。 ') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  )
  const text = fc
    .tuple(fc.constantFrom('', '', 'smtp://', 'lmtp://', '['), fc.string({ unit: character, maxLength: 10 }))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), fc.constantFrom('smtp', 'lmtp'), (text, protocol) => {
      for (const address of [text, { host: text }]) {
        try {
          const { target } = parseEndpoint(address, protocol)
          if ('path' in target) {
            expect(target.path).toBe(text)
          } else {
            expect(isIpv6(target.host) || (isAscii(target.host) && isDomain(target.host.replaceAll('_', 'x')))).toBe(
              true,
            )
            expect(target.port >= 1 && target.port <= 65_535).toBe(true)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError)
        }
      }
    }),
  )
})

test('no error shows the password of a URL, wherever a character left unescaped has put it', () => {
  const secret = 'QXZJV'
  const odd = fc.constantFrom('/', '?', '#', '@', ':', '%', '%zz', '\\', ' ', '\r\n', '[', ']', '.', 'é', '０', '')
  const scheme = fc.constantFrom('smtp://', 'smtps://', 'htp://', 'lmtp+unix://', 'lmtp://', '')
  const tail = fc.constantFrom(
    'mail.example',
    'mail.example:x',
    'mail_example',
    '[::1',
    '',
    'mail.example:0',
    '１２７.1',
  )
  fc.assert(
    fc.property(scheme, odd, odd, tail, fc.constantFrom('smtp', 'lmtp'), (scheme, before, behind, tail, protocol) => {
      try {
        parseEndpoint(`${scheme}ann:${before}${secret}${behind}@${tail}`, protocol)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgumentError)
        expect(inspect(error, { depth: 9, showHidden: true }).toUpperCase()).not.toContain(secret)
      }
    }),
  )
})
