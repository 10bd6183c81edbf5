import { arbitraries, chunkings, type ReceivedProxyHeader, ServerConnection } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drain, octets, sent } from './support/conversation.ts'

/** A server that was told that, and all that it has said. */
function greetedWith(...pieces: readonly Uint8Array[]) {
  const server = new ServerConnection({ expectsProxy: true })
  const outputs = drain(server)
  for (const piece of pieces) {
    server.receiveBytes(piece)
    outputs.push(...drain(server))
  }
  return { server, said: sent(outputs), types: outputs.map(({ type }) => type) }
}

const signature = '\r\n\r\n\0\r\nQUIT\n'
const binary = (command: number, family: number, block: string) =>
  octets(signature + String.fromCharCode(command, family, block.length >> 8, block.length & 255) + block)

const tcp4 = '\xc0\0\x02\x07\xc0\0\x02\x19\xdc\x04\0\x19'
const v6 = '\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0'
const ends4 = { source: { address: '192.0.2.7', port: 56_324 }, destination: { address: '192.0.2.25', port: 25 } }
const ends6 = {
  source: { address: '2001:db8:0:0:0:0:0:1', port: 65_535 },
  destination: { address: '2001:db8:0:0:0:0:c000:219', port: 0 },
}
const unixPath = (path: string) => path.padEnd(108, '\0')

const headers: Readonly<Record<string, readonly [Uint8Array, Omit<ReceivedProxyHeader, 'version'>]>> = {
  'a line for IPv4': [
    octets('PROXY TCP4 192.0.2.7 192.0.2.25 56324 25\r\n'),
    { command: 'PROXY', transport: 'TCP4', ...ends4 },
  ],
  'a line for IPv6': [
    octets('PROXY TCP6 2001:DB8::1 2001:db8::192.0.2.25 65535 0\r\n'),
    { command: 'PROXY', transport: 'TCP6', ...ends6 },
  ],
  'a line for IPv6 in full': [
    octets('PROXY TCP6 1:02:003:0004:5:6:7:fFfF 1:2:3:4:5:6:255.255.255.255 1 10\r\n'),
    {
      command: 'PROXY',
      transport: 'TCP6',
      source: { address: '1:2:3:4:5:6:7:ffff', port: 1 },
      destination: { address: '1:2:3:4:5:6:ffff:ffff', port: 10 },
    },
  ],
  'a line for IPv6 with one zero left out': [
    octets('PROXY TCP6 1:2:3:4:5:6::8 ::2:3:4:5:6:7 0 0\r\n'),
    {
      command: 'PROXY',
      transport: 'TCP6',
      source: { address: '1:2:3:4:5:6:0:8', port: 0 },
      destination: { address: '0:0:2:3:4:5:6:7', port: 0 },
    },
  ],
  'a line for what is not known': [octets('PROXY UNKNOWN\r\n'), { command: 'PROXY', transport: 'UNKNOWN' }],
  'a line for what is not known, with anything behind': [
    octets(`PROXY UNKNOWN ${'\xff'.repeat(107 - 16)}\r\n`),
    { command: 'PROXY', transport: 'UNKNOWN' },
  ],
  'binary for IPv4': [binary(0x21, 0x11, tcp4), { command: 'PROXY', transport: 'TCP4', ...ends4 }],
  'binary for IPv4, with more behind': [
    binary(0x21, 0x12, `${tcp4}\x04\0\x01x`),
    { command: 'PROXY', transport: 'UDP4', ...ends4 },
  ],
  'binary for IPv6': [
    binary(0x21, 0x21, `${v6}\x01${v6.slice(0, 12)}\xc0\0\x02\x19\xff\xff\0\0`),
    { command: 'PROXY', transport: 'TCP6', ...ends6 },
  ],
  'binary for IPv6 by UDP': [
    binary(0x21, 0x22, `${v6}\x01${v6.slice(0, 12)}\xc0\0\x02\x19\xff\xff\0\0`),
    { command: 'PROXY', transport: 'UDP6', ...ends6 },
  ],
  'binary for IPv4, with very much behind': [
    binary(0x21, 0x11, tcp4 + 'x'.repeat(500)),
    { command: 'PROXY', transport: 'TCP4', ...ends4 },
  ],
  'binary for sockets with a path, by datagrams': [
    binary(0x21, 0x32, unixPath('') + unixPath('x'.repeat(108))),
    { command: 'PROXY', transport: 'UNIX', source: { address: '' }, destination: { address: 'x'.repeat(108) } },
  ],
  'binary for sockets with a path': [
    binary(0x21, 0x31, unixPath('/run/a') + unixPath('/run/b')),
    { command: 'PROXY', transport: 'UNIX', source: { address: '/run/a' }, destination: { address: '/run/b' } },
  ],
  'binary for what is not known': [binary(0x21, 0, 'anything'), { command: 'PROXY', transport: 'UNKNOWN' }],
  'binary for what a proxy can’t say': [binary(0x21, 0x10, ''), { command: 'PROXY', transport: 'UNKNOWN' }],
  'binary for the proxy itself': [binary(0x20, 0xff, tcp4), { command: 'LOCAL', transport: 'UNKNOWN' }],
}

describe.each(Object.entries(headers))('%s', (_, [bytes, header]) => {
  const version = bytes[0] === 0x0d ? 2 : 1

  test('is read, and greeted', () => {
    const { server, said } = greetedWith(bytes)
    expect(server.proxied).toEqual({ version, ...header })
    expect(said).toBe('220 server.example ESMTP ready\r\n')
    expect(server.violations).toEqual([])
  })

  test('is read in any pieces, and nothing is said before it is whole', () => {
    for (const pieces of chunkings(bytes)) expect(greetedWith(...pieces).server.proxied).toEqual({ version, ...header })
    for (let length = 0; length < bytes.length; length += 1)
      expect(greetedWith(bytes.subarray(0, length)).types).toEqual([])
  })

  test('that does not end is held against the client', () => {
    const { server } = greetedWith(bytes.subarray(0, -1))
    server.receiveEof()
    expect(drain(server).map(({ type }) => type)).toEqual(['ViolationFound', 'CloseRequested', 'Closed'])
    expect(server.violations).toMatchObject([{ code: 'UNFINISHED' }])
  })
})

test.each([
  ...['EHLO client.example\r\n', 'proxy TCP4 192.0.2.7 192.0.2.25 1 2\r\n', 'PROXY  UNKNOWN\r\n', '\r\n\r\n\r\n'],
  ...['PROXY TCP4 192.0.2.7 192.0.2.25 1\r\n', 'PROXY TCP4 192.0.2.7 192.0.2.25 1 2 \r\n', 'PROXY UNKNOWNS\r\n'],
  ...['PROXY xPROXY UNKNOWN\r\n', 'PROXY TCP4 192.0.2.7 192.0.2.25 1 2x\r\n', 'PROXY TCP4 192.0.2.7 x 1 2\r\n'],
  ...['PROXY TCP6 ::1 192.0.2.25 1 2\r\n', 'PROXY TCP4 x192.0.2.7 192.0.2.25 1 2\r\n', 'PROXY TCP5 ::1 ::1 1 2\r\n'],
  ...['PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n', 'PROXY TCP6 1.2.3.4:: ::1 1 2\r\n', 'PROXY TCP6 x::1 ::1 1 2\r\n'],
  ...['PROXY TCP4 192.0.2.07 192.0.2.25 1 2\r\n', 'PROXY TCP4 192.0.2.256 192.0.2.25 1 2\r\n', 'PROXY UDP4 x\r\n'],
  ...['PROXY TCP4 192.0.2.7 192.0.2.25 01 2\r\n', 'PROXY TCP4 192.0.2.7 192.0.2.25 1 65536\r\n', 'PROXY \r\n'],
  ...['PROXY TCP4 ::1 ::1 1 2\r\n', 'PROXY TCP6 192.0.2.7 192.0.2.25 1 2\r\n', 'PROXY TCP6 1::2::3 ::1 1 2\r\n'],
  ...['PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n', 'PROXY TCP6 1:2:3:4:5:6:7::8 ::1 1 2\r\n', 'PROXY TCP6 :1 ::1 1 2\r\n'],
  ...['PROXY TCP6 12345::1 ::1 1 2\r\n', 'PROXY TCP6 ::1.2.3.4:5 ::1 1 2\r\n', `PROXY UNKNOWN ${'x'.repeat(93)}`],
])('%j closes without a word', (text) => {
  const { server, said, types } = greetedWith(octets(text))
  expect([said, types]).toEqual(['', ['ViolationFound', 'CloseRequested']])
  expect(server.violations).toMatchObject([{ code: 'PROXY_HEADER', position: 0 }])
  expect(server.proxied).toBeUndefined()
})

test.each([
  ['version 1', binary(0x11, 0x11, tcp4)],
  ['version 3', binary(0x31, 0x11, tcp4)],
  ['a command that there is not', binary(0x22, 0x11, tcp4)],
  ['a family that there is not', binary(0x21, 0x41, tcp4)],
  ['a transport that there is not', binary(0x21, 0x13, tcp4)],
  ['too little for IPv4', binary(0x21, 0x11, tcp4.slice(1))],
  ['too little for IPv6', binary(0x21, 0x21, tcp4)],
  ['a signature that breaks off', octets(`${signature.slice(0, -1)}x`)],
])('binary with %s closes without a word', (_, bytes) => {
  const { said, types } = greetedWith(bytes)
  expect([said, types]).toEqual(['', ['ViolationFound', 'CloseRequested']])
})

test('any octets are a header, no header, or the start of one', () => {
  const starts = fc.constantFrom('', 'PROXY ', 'PROXY TCP4 192.0.2.7 ', 'PROXY TCP6 ', 'PROXY UNKNOWN', signature)
  const examples = fc
    .tuple(starts, fc.uint8Array({ maxLength: 120 }))
    .map(([start, rest]) => ({ bytes: Uint8Array.from([...octets(start), ...rest]) }))
  fc.assert(
    fc.property(arbitraries.chunked(examples), ({ bytes, chunks }) => {
      const [whole, cut] = [greetedWith(bytes), greetedWith(...chunks)]
      expect([cut.server.proxied, cut.server.state === 'closing']).toEqual([
        whole.server.proxied,
        whole.server.state === 'closing',
      ])
      expect(whole.server.proxied !== undefined).toBe(whole.said !== '')
    }),
  )
})

test('what rides behind the header comes before the greeting, and positions count from the header on', () => {
  const { server, said } = greetedWith(octets('PROXY UNKNOWN\r\nEHLO client.example\r\n'))
  expect(said).toContain('250-server.example')
  expect(server.violations).toMatchObject([{ code: 'BEFORE_GREETING', position: 15 }])
  expect(server.commands).toMatchObject([{ verb: 'EHLO', position: 15 }])
})

test('without expectsProxy a header is a command like any other', () => {
  const server = new ServerConnection()
  expect(server.state).toBe('greeting')
  drain(server)
  server.receiveBytes(octets('PROXY UNKNOWN\r\n'))
  expect(sent(drain(server))).toMatch(/^500 /)
  expect(server.proxied).toBeUndefined()
})
