import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

const pipelining = { keywords: ['PIPELINING'] }

/** All that leaves for a message in these pieces, with PIPELINING. */
function sentAs(...pieces: string[]): string {
  const connection = bdatOpened(pipelining)
  return pieces.map((piece) => handOver(connection, piece)).join('') + finish(connection)
}

describe('content without a size', () => {
  test('leaves when its end is known, so that its only chunk can say that it is the last', () => {
    const connection = bdatOpened()
    expect(handOver(connection, 'hi\r\n')).toBe('')
    expect(finish(connection)).toBe('BDAT 4 LAST\r\nhi\r\n')
    expect(connection).toMatchObject({ pendingCommands: 1, bodyOpen: false, state: 'rcpt' })
  })

  test('goes in a chunk for each piece, the last one held back', () => {
    const connection = bdatOpened(pipelining)
    expect(handOver(connection, 'one\r\n')).toBe('')
    expect(handOver(connection, 'second\r\n')).toBe('BDAT 5\r\none\r\n')
    expect(handOver(connection, '3\r\n')).toBe('BDAT 8\r\nsecond\r\n')
    expect(finish(connection)).toBe('BDAT 3 LAST\r\n3\r\n')
  })

  test('that is empty is a last chunk of no octets', () => {
    expect(sentAs()).toBe('BDAT 0 LAST\r\n')
    expect(sentAs('', '')).toBe('BDAT 0 LAST\r\n')
  })

  test('has no empty chunk but for that', () => {
    expect(sentAs('', 'a\r\n', '', 'b\r\n', '')).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
  })

  test('is text, with every line ending CRLF, also where one falls between two pieces', () => {
    expect(sentAs('a\r', '\nb\n')).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
    expect(sentAs('a\r', 'b\n')).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
    expect(sentAs('a\r', '', '\n', 'b')).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
    expect(sentAs('\r', '\n')).toBe('BDAT 2 LAST\r\n\r\n')
  })

  test('has its last line ended, within the last chunk', () => {
    expect(sentAs('a')).toBe('BDAT 3 LAST\r\na\r\n')
    expect(sentAs('a\r')).toBe('BDAT 3 LAST\r\na\r\n')
    expect(sentAs('\r')).toBe('BDAT 2 LAST\r\n\r\n')
    expect(sentAs('a\n', 'b')).toBe('BDAT 3\r\na\r\nBDAT 3 LAST\r\nb\r\n')
  })

  test('has no dots stuffed: none ends it', () => {
    expect(sentAs('.\r\n..\r\n')).toBe('BDAT 7 LAST\r\n.\r\n..\r\n')
  })

  test('that is binary goes as it is', () => {
    const binary = { mail: { BODY: 'binarymime' }, keywords: ['PIPELINING', 'BINARYMIME'], binary: true }
    const connection = bdatOpened(binary)
    expect(handOver(connection, 'a\rb\n\r')).toBe('')
    expect(handOver(connection, '\n\0\xff')).toBe('BDAT 5\r\na\rb\n\r')
    expect(finish(connection)).toBe('BDAT 3 LAST\r\n\n\0\xff')
    expect(finish(bdatOpened(binary))).toBe('BDAT 0 LAST\r\n')
  })

  test('leaves its lines as commands and its octets as content, none of them copied', () => {
    const connection = bdatOpened(pipelining)
    const large = octets(`${'x'.repeat(98)}\r\n`.repeat(1000))
    connection.sendBody(large)
    connection.endBody()
    const [line, content, ...more] = drain(connection)
    expect(line).toEqual({ type: 'SendBytes', bytes: octets('BDAT 100000 LAST\r\n'), content: false, sensitive: false })
    expect(content).toMatchObject({ type: 'SendBytes', content: true })
    expect(content?.type === 'SendBytes' && content.bytes).toBe(large)
    expect(more).toEqual([])
  })

  test('may be followed by commands at once', () => {
    const connection = bdatOpened(pipelining)
    connection.sendBody(octets('hi\r\n'))
    connection.endBody()
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '' })
    expect(sentOctets(drain(connection))).toBe('BDAT 4 LAST\r\nhi\r\nRSET\r\nMAIL FROM:<>\r\n')
  })
})

describe('the replies to chunks', () => {
  test('carry the id of the BDAT, and tell the last chunk from the others', () => {
    const connection = connectionIn('rcpt')
    const id = connection.send({ verb: 'BDAT' })
    drain(connection)
    handOver(connection, 'one\r\n')
    expect(handOver(connection, 'two\r\n')).toBe('BDAT 5\r\none\r\n')
    expect(feed(connection, '250 got it')).toMatchObject([{ type: 'ReplyReceived', id, exchange: 'CHUNK' }])
    expect(connection.state).toBe('rcpt')
    finish(connection)
    expect(feed(connection, '250 queued')).toMatchObject([{ type: 'ReplyReceived', id, exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('are waited for one by one where there is no PIPELINING', () => {
    const connection = bdatOpened()
    connection.sendBody(octets('one\r\n'))
    expect(connection.bodyOpen).toBe(true)
    connection.sendBody(octets('two\r\n'))
    for (const before of ['handed out', 'answered']) {
      expect(connection.bodyOpen, before).toBe(false)
      expect(() => connection.sendBody(octets('x'))).toThrow('without PIPELINING')
      expect(() => connection.sendBodyUrl('imap://x')).toThrow('without PIPELINING')
      expect(() => connection.endBody()).toThrow(
        expect.objectContaining({ code: 'LOCAL_PROTOCOL', state: 'rcpt', command: 'endBody' }),
      )
      drain(connection)
    }
    feed(connection, '250 ok')
    expect(connection.bodyOpen).toBe(true)
    expect(finish(connection)).toBe('BDAT 5 LAST\r\ntwo\r\n')
  })

  test('are not waited for with PIPELINING', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n', '3\n', '4\n']) {
      handOver(connection, piece)
      expect(connection.bodyOpen).toBe(true)
    }
    finish(connection)
    const replies = feed(connection, '250 1', '250 2', '250 3', '250 4')
    expect(replies.map((output) => 'exchange' in output && output.exchange)).toEqual([
      'CHUNK',
      'CHUNK',
      'CHUNK',
      'CONTENT',
    ])
  })

  test.each(['354 go on', '353 wait', '334 ', '350 what'])('are never %s', (reply) => {
    const connection = bdatOpened(pipelining)
    handOver(connection, 'one\r\n')
    handOver(connection, 'two\r\n')
    expect(feed(connection, reply).at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'notSent',
    })
  })

  test.each(['250 too many', '552 too much', '354 what'])(
    'that nothing asked for are fatal between chunks: %s',
    (reply) => {
      const connection = bdatOpened(pipelining)
      handOver(connection, 'one\r\n')
      handOver(connection, 'two\r\n')
      feed(connection, '250 ok')
      expect(feed(connection, reply)).toMatchObject([
        { type: 'CloseRequested' },
        { type: 'Failed', error: { violation: 'UNSOLICITED_REPLY' }, delivery: 'notSent' },
      ])
      expect(connection.bodyOpen).toBe(false)
    },
  )

  test('421 between chunks is told alone', () => {
    const connection = bdatOpened(pipelining)
    handOver(connection, 'one\r\n')
    expect(feed(connection, '421 bye')).toMatchObject([
      { type: 'ServerClosing', delivery: 'notSent' },
      { type: 'CloseRequested' },
    ])
    expect(connection.bodyOpen).toBe(false)
  })
})
