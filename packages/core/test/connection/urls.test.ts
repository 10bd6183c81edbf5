import {
  type ClientConnection,
  InvalidArgumentError,
  LocalProtocolError,
  NotSupportedError,
  type Output,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

const url = 'imap://ann@foo.example/outbox;uid=25;urlauth=submit+ann:internal:91354a473744909d'
const burl = { keywords: ['PIPELINING', 'BURL imap'] }

/** All that leaves for content in these parts, a URL where one has a colon behind its scheme. */
function sentAs(...parts: string[]): string {
  const connection = bdatOpened(burl)
  return (
    parts.map((part) => (part.startsWith('imap:') ? urlOver(connection, part) : handOver(connection, part))).join('') +
    finish(connection)
  )
}

function urlOver(connection: ClientConnection, part: string): string {
  connection.sendBodyUrl(part)
  return sentOctets(drain(connection))
}

describe('a URL in the place of a chunk', () => {
  test.each([
    ['alone', ['imap://x'], 'BURL imap://x LAST\r\n'],
    ['first', ['imap://x', 'a\n'], 'BURL imap://x\r\nBDAT 3 LAST\r\na\r\n'],
    ['amid', ['a\n', 'imap://x', 'b\n'], 'BDAT 3\r\na\r\nBURL imap://x\r\nBDAT 3 LAST\r\nb\r\n'],
    ['last', ['a\n', 'imap://x'], 'BDAT 3\r\na\r\nBURL imap://x LAST\r\n'],
    ['behind another', ['imap://x', 'imap://y'], 'BURL imap://x\r\nBURL imap://y LAST\r\n'],
    ['behind nothing', ['', 'imap://x', ''], 'BURL imap://x LAST\r\n'],
  ])('%s', (_, parts, wire) => {
    expect(sentAs(...parts)).toBe(wire)
  })

  test('comes behind the text before it, whose last line may go on in it', () => {
    expect(sentAs('a', 'imap://x', 'b')).toBe('BDAT 1\r\naBURL imap://x\r\nBDAT 3 LAST\r\nb\r\n')
  })

  test('is no part of a line ending: the CR before it and the LF behind it are two', () => {
    expect(sentAs('a\r', 'imap://x')).toBe('BDAT 3\r\na\r\nBURL imap://x LAST\r\n')
    expect(sentAs('\r', 'imap://x', '\n')).toBe('BDAT 2\r\n\r\nBURL imap://x\r\nBDAT 2 LAST\r\n\r\n')
    expect(sentAs('imap://x', '\r', 'imap://y')).toBe('BURL imap://x\r\nBDAT 2\r\n\r\nBURL imap://y LAST\r\n')
  })

  test('goes with binary content as well', () => {
    const connection = bdatOpened({
      binary: true,
      mail: { BODY: 'BINARYMIME' },
      keywords: ['BINARYMIME', 'BURL imap', 'PIPELINING'],
    })
    expect(handOver(connection, '\r') + urlOver(connection, 'imap://x') + finish(connection)).toBe(
      'BDAT 1\r\n\rBURL imap://x LAST\r\n',
    )
  })

  test('is answered like a chunk', () => {
    const connection = bdatOpened(burl)
    urlOver(connection, 'imap://x')
    handOver(connection, 'a\n')
    finish(connection)
    expect(feed(connection, '250 fetched', '250 queued')).toMatchObject([
      { exchange: 'CHUNK' },
      { exchange: 'CONTENT' },
    ])
    expect(connection.state).toBe('ready')
  })

  test('is refused like one', () => {
    const connection = bdatOpened({ keywords: ['BURL imap'] })
    urlOver(connection, 'imap://x')
    handOver(connection, 'a\n')
    expect(feed(connection, '554 5.7.0 no')).toMatchObject([{ exchange: 'CHUNK' }])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false })
  })

  test('waits for the reply to the chunk before, where there is no PIPELINING', () => {
    const connection = bdatOpened({ keywords: ['BURL imap'] })
    connection.sendBodyUrl('imap://x')
    connection.sendBodyUrl('imap://y')
    expect(sentOctets(drain(connection))).toBe('BURL imap://x\r\n')
    expect(() => connection.sendBodyUrl('imap://z')).toThrow(LocalProtocolError)
    feed(connection, '250 ok')
    expect(finish(connection)).toBe('BURL imap://y LAST\r\n')
  })
})

describe('a transaction with a URL', () => {
  test('is answered before anything leaves behind it (RFC 4468 §3.2)', () => {
    const connection = bdatOpened(burl)
    connection.sendBody(octets('a\n'))
    connection.sendBodyUrl('imap://x')
    connection.sendBody(octets('b\n'))
    connection.endBody()
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '' })
    expect(sentOctets(drain(connection))).toMatch(/LAST\r\nb\r\n$/)
    expect(sentOctets(feed(connection, '250 ok', '250 ok'))).toBe('')
    expect(sentOctets(feed(connection, '250 queued'))).toBe('RSET\r\nMAIL FROM:<>\r\n')
  })

  test('leaves as one flight all the same', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING', 'BURL imap'])
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.sendBodyUrl('imap://x')
    connection.endBody()
    expect(sentOctets(drain(connection))).toBe('BURL imap://x LAST\r\n')
    expect(connection.pendingCommands).toBe(3)
  })
})

describe('a URL is refused', () => {
  test('where the server does not offer BURL', () => {
    const connection = bdatOpened()
    expect(() => connection.sendBodyUrl('imap://x')).toThrow(NotSupportedError)
    expect(() => connection.sendBodyUrl('imap://x')).toThrow(expect.objectContaining({ extension: 'BURL' }))
    expect(finish(connection)).toBe('BDAT 0 LAST\r\n')
  })

  test.each(['rcpt', 'data', 'dataSent', 'ready'] as const)(
    'where no content goes by BDAT, as in state %s',
    (state) => {
      const connection = connectionIn(state)
      expect(() => connection.sendBodyUrl('imap://x')).toThrow(
        expect.objectContaining({ code: state === 'data' ? 'NOT_SUPPORTED' : 'LOCAL_PROTOCOL' }),
      )
    },
  )

  test('in content that goes by DATA, whatever the server offers', () => {
    const connection = openedConnection(['BURL imap'])
    for (const command of [
      { verb: 'MAIL', from: '' },
      { verb: 'RCPT', to: 'b@foo.example' },
      { verb: 'DATA' },
    ] as const) {
      connection.send(command)
      drain(connection)
      feed(connection, command.verb === 'DATA' ? '354 go' : '250 ok')
    }
    expect(() => connection.sendBodyUrl('imap://x')).toThrow('DATA takes no URLs')
    expect(finish(connection)).toBe('.\r\n')
  })

  test.each([
    '',
    'x',
    '/path',
    'LAST',
    'imap:',
    '1imap://x',
    'imap://x y',
    'imap://x\r\nRSET',
    'imap://ü',
    'imap://x\t',
  ])('where it is none: %j', (text) => {
    const connection = bdatOpened(burl)
    handOver(connection, 'a\r')
    expect(() => connection.sendBodyUrl(text)).toThrow(expect.objectContaining({ field: 'url' }))
    expect(handOver(connection, '\nb\n') + finish(connection)).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
  })

  test('where its line is longer than any may be, with LAST or without', () => {
    const connection = bdatOpened(burl)
    const fits = `imap://${'x'.repeat(512 - 'BURL imap:// LAST\r\n'.length)}`
    expect(() => connection.sendBodyUrl(`${fits}x`)).toThrow(InvalidArgumentError)
    connection.sendBodyUrl(fits)
    expect(finish(connection)).toHaveLength(512)
  })
})

describe('a URL, with which anybody may be let read the message', () => {
  test('leaves in a SendBytes of its own, marked and with something to show instead', () => {
    const connection = bdatOpened(burl)
    connection.sendBodyUrl(url)
    connection.sendBodyUrl(url)
    connection.endBody()
    expect(drain(connection)).toEqual<Output[]>(
      ['', ' LAST'].map((end) => ({
        type: 'SendBytes',
        bytes: octets(`BURL ${url}${end}\r\n`),
        content: false,
        sensitive: true,
        redacted: `BURL [url]${end}`,
      })),
    )
  })

  test.each([`${url} `, `${url}${'x'.repeat(500)}`])('is in no error that refuses it', (refused) => {
    const connection = bdatOpened(burl)
    expect(() => connection.sendBodyUrl(refused)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('urlauth') }),
    )
  })
})
