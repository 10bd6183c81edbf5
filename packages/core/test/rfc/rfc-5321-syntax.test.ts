import {
  encodeCommand,
  InvalidArgumentError,
  NotSupportedError,
  parseForwardPath,
  parseReversePath,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, sentText } from '../support/connections.ts'
import { connectedClient, delivery } from './connected-client.ts'

describe('a path', () => {
  const everywhere = [parseReversePath, parseForwardPath]

  function refused(text: string): void {
    for (const parse of everywhere) expect(() => parse(text), text).toThrow(InvalidArgumentError)
  }

  test('keeps its local part as it was given: case, tags, quotes', () => {
    for (const local of ['Smith', 'SMITH', 'smith+tag', '"smith"']) {
      expect(encodeCommand({ verb: 'RCPT', to: `${local}@foo.example` }).line).toBe(`RCPT TO:<${local}@foo.example>`)
    }
  })

  test('has no source route, valid or not', () => {
    refused('@one.example,@two.example:joe@three.example')
    refused('<@one.example:joe@three.example>')
    refused('@one.example joe@three.example')
    refused('joe%three.example@one.example@two.example')
  })

  test('has a local part of the grammar', () => {
    for (const local of ['', '.a', 'a.', 'a..b', 'a b', 'a,b', '"a', 'a"b"', 'a(b)']) refused(`${local}@foo.example`)
    for (const local of ['a', 'a.b', "!#$%&'*+-/=?^_`{|}~", '"a b"', '"\\""']) {
      expect(parseForwardPath(`${local}@foo.example`).localPart).toBe(local)
    }
  })

  test('has no control character', () => {
    for (let code = 0; code < 0x20; code += 1) refused(`"a${String.fromCharCode(code)}"@foo.example`)
    refused('"a\u007f"@foo.example')
  })

  test('beyond US-ASCII goes out only with SMTPUTF8', async () => {
    const connection = connectionIn('ready')
    expect(() => connection.send({ verb: 'MAIL', from: 'jürgen@bar.example' })).toThrow(InvalidArgumentError)
    const { client } = await connectedClient({ keywords: ['8BITMIME'] })
    await expect(client.deliver({ ...delivery, to: 'jürgen@foo.example' })).rejects.toThrow(NotSupportedError)
  })

  test('has letters, digits and hyphens in its labels, and no underscore', () => {
    for (const domain of ['foo_bar.example', 'foo!.example', '-foo.example', 'foo-.example']) refused(`a@${domain}`)
    expect(parseForwardPath('a@foo-1.example').domain).toBe('foo-1.example')
  })

  test('has a literal only of IPv4 or IPv6', () => {
    for (const literal of ['[X-Tag:abc]', '[2001:db8::1]', '[192.0.2]', '[]']) refused(`a@${literal}`)
    expect(parseForwardPath('a@[192.0.2.1]').domain).toBe('[192.0.2.1]')
    expect(parseForwardPath('a@[IPv6:2001:db8::1]').domain).toBe('[IPv6:2001:db8::1]')
  })

  test('has no host number behind #', () => {
    refused('a@#3221225985')
  })

  test('of a notification is the null one', async () => {
    const { client, server } = await connectedClient({ keywords: [] })
    expect(await client.deliver({ ...delivery, from: '' })).toMatchObject({ ok: true })
    expect(server.lines).toContain('MAIL FROM:<>')
  })

  test('of Postmaster needs no domain', () => {
    expect(encodeCommand({ verb: 'RCPT', to: 'Postmaster' }).line).toBe('RCPT TO:<Postmaster>')
  })
})

describe('the name in EHLO', () => {
  test.each(['bücher.example', 'foo bar', '[X:1]', ''])('is never %j', (domain) => {
    expect(() => encodeCommand({ verb: 'EHLO', domain })).toThrow(InvalidArgumentError)
  })
})

describe('a command line', () => {
  test('ends with CRLF and holds no other control', () => {
    const connection = connectionIn('ready')
    expect(() => connection.send({ verb: 'NOOP', argument: 'a\nRSET' })).toThrow(InvalidArgumentError)
    expect(() => connection.send({ verb: 'NOOP', argument: 'a\rRSET' })).toThrow(InvalidArgumentError)
    connection.send({ verb: 'NOOP', argument: 'a' })
    expect(sentText(drain(connection))).toBe('NOOP a\r\n')
  })
})

describe('the size', () => {
  const x = (length: number) => 'x'.repeat(length)
  /** A domain of that many octets. */
  const domainOf = (length: number) => `${`${x(62)}.`.repeat(4)}${x(63)}`.slice(-length)

  test('of a local part is 64 octets at most', () => {
    expect(parseForwardPath(`${x(64)}@foo.example`).localPart).toHaveLength(64)
    expect(() => parseForwardPath(`${x(65)}@foo.example`)).toThrow(/64/)
  })

  test('of a domain is 255 octets at most', () => {
    expect(encodeCommand({ verb: 'EHLO', domain: domainOf(255) }).line).toHaveLength(260)
    expect(() => encodeCommand({ verb: 'EHLO', domain: `x${domainOf(255)}` })).toThrow(/255/)
  })

  test('of a path is 256 octets at most, brackets counted', () => {
    expect(String(parseForwardPath(`a@${domainOf(252)}`))).toHaveLength(256)
    expect(() => parseForwardPath(`ab@${domainOf(252)}`)).toThrow(/256/)
  })

  test('of a command line is 512 octets at most, CRLF counted, where no extension makes it longer', () => {
    expect(encodeCommand({ verb: 'NOOP', argument: x(505) }).line).toHaveLength(510)
    expect(() => encodeCommand({ verb: 'NOOP', argument: x(506) })).toThrow(/512/)
  })
})
