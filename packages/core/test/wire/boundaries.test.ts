import { DataEncoder, defaultLimits, encodeCommand, parseForwardPath, ReplyDecoder } from '@sansmtp/core'
import { expect, test } from 'vitest'

const utf8 = new TextEncoder()

/** The last octet that is right and the first that is wrong, where a comparison could be off by one. */

test.each(['/50', ':50', '2/0', '2:0', '25/', '25:', '150', '199', '600', '050', '950', '2 0'])(
  '%j is no reply code',
  (code) => {
    const decoder = new ReplyDecoder(defaultLimits)
    decoder.push(utf8.encode(`${code} text\r\n`))
    expect(() => decoder.next()).toThrow(expect.objectContaining({ violation: 'REPLY_SYNTAX' }))
  },
)

test.each(['200', '209', '290', '599'])('%s is one', (code) => {
  const decoder = new ReplyDecoder(defaultLimits)
  decoder.push(utf8.encode(`${code} text\r\n`))
  expect(decoder.next()?.code).toBe(Number(code))
})

test.each([
  [['x', 'ab\r\n.c'], 'xab\r\n..c\r\n.\r\n'],
  [['x', 'ab\n.c'], 'xab\r\n..c\r\n.\r\n'],
  [['x', '.'], 'x.\r\n.\r\n'],
  [['x\r\n', 'y\n.'], 'x\r\ny\r\n..\r\n.\r\n'],
  [['x\r\n', 'y\nz.'], 'x\r\ny\r\nz.\r\n.\r\n'],
])('a dot is stuffed where a line starts, and only there: %j', (pieces, wire) => {
  const encoder = new DataEncoder()
  const encoded = [...pieces.map((piece) => encoder.encode(utf8.encode(piece))), encoder.finish()]
  expect(encoded.map((piece) => new TextDecoder().decode(piece)).join('')).toBe(wire)
})

test.each(['xpostmaster', 'postmasterx', '<xpostmaster>', 'a@[xIPv6::1]', 'a@[IPv6x::1]', '"a\x7f"@b', '"a\x1f"@b'])(
  '%j is no forward-path',
  (path) => {
    expect(() => parseForwardPath(path)).toThrow(expect.objectContaining({ field: 'to' }))
  },
)

test.each(['"~"@b', '" "@b', '"\\~"@b', '~@b', 'POSTMASTER', '<Postmaster>', 'a@[ipv6:::1]'])('%s is one', (path) => {
  expect(parseForwardPath(path).toString()).toBe(`<${path.replace(/^<|>$/g, '')}>`)
})

test('an argument of one character is one', () => {
  expect(encodeCommand({ verb: 'NOOP', argument: '~' }).line).toBe('NOOP ~')
})
