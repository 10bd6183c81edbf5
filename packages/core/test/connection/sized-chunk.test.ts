import { defaultTimeouts, LocalProtocolError } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

function refusal(input: () => void): LocalProtocolError {
  try {
    input()
  } catch (error) {
    expect(error).toBeInstanceOf(LocalProtocolError)
    return error as LocalProtocolError
  }
  throw new Error('it was taken')
}

describe('content whose size is known', () => {
  test('goes in one chunk, whose line leaves at once', () => {
    const connection = connectionIn('rcpt')
    const id = connection.send({ verb: 'BDAT', size: 8 })
    const outputs = drain(connection)
    expect(sentOctets(outputs)).toBe('BDAT 8 LAST\r\n')
    expect(outputs.at(-1)).toEqual({ type: 'BodyRequested', id })
    expect(handOver(connection, 'one\n')).toBe('one\r\n')
    expect(handOver(connection, 'x')).toBe('x')
    expect(connection).toMatchObject({ bodyOpen: true, pendingCommands: 0 })
    expect(finish(connection)).toBe('\r\n')
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 1 })
    expect(feed(connection, '250 queued')).toMatchObject([{ type: 'ReplyReceived', id, exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('leaves with its envelope in one write where there is PIPELINING', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT', size: 4 })
    const outputs = drain(connection)
    expect(outputs.map(({ type }) => type)).toEqual(['SendBytes', 'BodyRequested'])
    expect(sentOctets(outputs)).toBe('MAIL FROM:<>\r\nRCPT TO:<b@foo.example>\r\nBDAT 4 LAST\r\n')
  })

  test('needs no reply between its pieces, with PIPELINING or without', () => {
    const connection = bdatOpened({ size: 9 })
    for (const piece of ['a\r\n', 'b\r\n']) {
      expect(handOver(connection, piece)).toBe(piece)
      expect(connection.bodyOpen).toBe(true)
    }
    expect(handOver(connection, 'c\r\n') + finish(connection)).toBe('c\r\n')
  })

  test('that is binary goes as it is', () => {
    const connection = bdatOpened({ size: 4, binary: true, mail: { BODY: 'BINARYMIME' }, keywords: ['BINARYMIME'] })
    expect(handOver(connection, 'a\r\0\n') + finish(connection)).toBe('a\r\0\n')
  })

  test('takes no URLs', () => {
    const connection = bdatOpened({ size: 4, keywords: ['BURL imap'] })
    expect(refusal(() => connection.sendBodyUrl('imap://foo.example/a'))).toMatchObject({
      command: 'sendBodyUrl',
      state: 'rcpt',
    })
    expect(connection.bodyOpen).toBe(true)
  })
})

describe('content that is longer than was announced', () => {
  test('is refused before any of the piece has left', () => {
    const connection = bdatOpened({ size: 5 })
    expect(handOver(connection, 'abc')).toBe('abc')
    expect(refusal(() => connection.sendBody(octets('def')))).toMatchObject({
      code: 'LOCAL_PROTOCOL',
      command: 'sendBody',
      message: 'sendBody: the content is longer than the 5 octets that BDAT announced',
    })
    expect(drain(connection)).toEqual([])
    connection.abort()
    expect(drain(connection).at(-1)).toMatchObject({ type: 'Failed', delivery: 'notSent' })
  })

  test('is refused by the octets that it has on the wire', () => {
    const connection = bdatOpened({ size: 4 })
    refusal(() => connection.sendBody(octets('a\nb\n')))
    expect(handOver(connection, 'ab\n') + finish(connection)).toBe('ab\r\n')
  })

  test('is refused at its end where the end of its last line was not counted', () => {
    const connection = bdatOpened({ size: 3 })
    handOver(connection, 'abc')
    expect(refusal(() => connection.endBody())).toMatchObject({ command: 'endBody' })
  })

  test('leaves the content as it was: what comes then is encoded as if nothing had been refused', () => {
    const connection = bdatOpened({ size: 4 })
    refusal(() => connection.sendBody(octets('too long\r')))
    expect(handOver(connection, '\n\n') + finish(connection)).toBe('\r\n\r\n')
  })
})

describe('content that is shorter than was announced', () => {
  test('is refused at its end, and can still be completed', () => {
    const connection = bdatOpened({ size: 6 })
    handOver(connection, 'abc')
    for (const _ of ['once', 'twice']) {
      expect(refusal(() => connection.endBody())).toMatchObject({
        command: 'endBody',
        message: 'endBody: the content lacks 1 of the 6 octets that BDAT announced',
      })
      expect(drain(connection)).toEqual([])
      expect(connection).toMatchObject({ bodyOpen: true, pendingCommands: 0 })
    }
    expect(handOver(connection, 'd') + finish(connection)).toBe('d\r\n')
  })

  test('ends by an abort, which the server sees as the end of the stream amid the chunk', () => {
    const connection = bdatOpened({ size: 6 })
    handOver(connection, 'abc')
    refusal(() => connection.endBody())
    connection.abort()
    expect(drain(connection)).toMatchObject([{ type: 'CloseRequested' }, { type: 'Failed', delivery: 'notSent' }])
  })
})

describe('content that is whole', () => {
  test('lacks the piece that completes it until its end is said: before, no server can accept it', () => {
    const connection = bdatOpened({ size: 8 })
    expect(handOver(connection, 'one\n')).toBe('one\r\n')
    expect(handOver(connection, 'x\n')).toBe('')
    expect(connection).toMatchObject({ bodyOpen: true, pendingCommands: 0 })
    expect(connection.timeout).toEqual({ phase: 'content', milliseconds: defaultTimeouts.content })
    expect(finish(connection)).toBe('x\r\n')
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 1 })
    expect(connection.timeout).toEqual({ phase: 'termination', milliseconds: defaultTimeouts.termination })
  })

  test('was not sent where the caller gives up instead of saying so', () => {
    const connection = bdatOpened({ size: 4 })
    handOver(connection, 'hi\r\n')
    connection.abort()
    expect(drain(connection)).toMatchObject([{ type: 'CloseRequested' }, { type: 'Failed', delivery: 'notSent' }])
  })

  test('lets nothing be queued before its end is said, and anything behind it', () => {
    const connection = bdatOpened({ size: 4, keywords: ['PIPELINING'] })
    handOver(connection, 'hi\r\n')
    expect(connection.can('RSET')).toBe(false)
    connection.endBody()
    connection.send({ verb: 'RSET' })
    expect(sentOctets(drain(connection))).toBe('hi\r\nRSET\r\n')
  })

  test('takes no more, but for what is nothing', () => {
    const connection = bdatOpened({ size: 4 })
    handOver(connection, 'hi\r')
    for (const more of ['x', '\r', '\n\n']) refusal(() => connection.sendBody(octets(more)))
    for (const nothing of ['', '\n', '']) expect(handOver(connection, nothing)).toBe('')
    refusal(() => connection.sendBody(octets('\n')))
    expect(finish(connection)).toBe('hi\r\n')
  })

  test('may be refused, and RSET is due then', () => {
    const connection = bdatOpened({ size: 4 })
    handOver(connection, 'hi\r\n')
    finish(connection)
    feed(connection, '554 spam')
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })

  test('is so at once where it is empty, and nothing leaves before its end is said', () => {
    const connection = connectionIn('rcpt')
    const id = connection.send({ verb: 'BDAT', size: 0 })
    expect(drain(connection)).toEqual([{ type: 'BodyRequested', id }])
    expect(handOver(connection, '')).toBe('')
    refusal(() => connection.sendBody(octets('x')))
    expect(finish(connection)).toBe('BDAT 0 LAST\r\n')
    expect(feed(connection, '250 queued')).toMatchObject([{ id, exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })
})

test('each block of it arms the timeout afresh', () => {
  const connection = bdatOpened({ size: 4 })
  const first = connection.timeout
  handOver(connection, 'h')
  expect(connection.timeout).toEqual(first)
  expect(connection.timeout).not.toBe(first)
})

describe('a reply ahead of the last octet', () => {
  test.each(['452 no room', '552 too much'])('that refuses is believed, and closes: %s', (reply) => {
    const connection = bdatOpened({ size: 10 })
    handOver(connection, 'abc')
    expect(feed(connection, reply)).toMatchObject([
      { type: 'ReplyReceived', exchange: 'CONTENT' },
      { type: 'CloseRequested' },
    ])
    expect(connection).toMatchObject({ state: 'closing', bodyOpen: false, timeout: undefined })
    expect(() => connection.send({ verb: 'RSET' })).toThrow(expect.objectContaining({ state: 'closing' }))
    connection.receiveEof()
    expect(drain(connection)).toEqual([{ type: 'Closed' }])
  })

  test('that accepts is fatal, and nobody knows what was accepted', () => {
    const connection = bdatOpened({ size: 10 })
    handOver(connection, 'abc')
    expect(feed(connection, '250 queued').at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })

  test.each(['354 go on', '353 wait', '350 what'])('that does neither is fatal: %s', (reply) => {
    const connection = bdatOpened({ size: 10, mail: { PRDR: true }, keywords: ['PRDR'] })
    handOver(connection, 'abc')
    expect(feed(connection, reply).at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'notSent',
    })
  })

  test('that is 421 is told with the content, and closes', () => {
    const connection = bdatOpened({ size: 10 })
    handOver(connection, 'abc')
    expect(feed(connection, '421 bye')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'CONTENT' },
      { type: 'ServerClosing', delivery: 'notSent' },
      { type: 'CloseRequested' },
    ])
  })

  test('answers the envelope first where that is still to be answered', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT', size: 10 })
    drain(connection)
    handOver(connection, 'abc')
    expect(feed(connection, '250 ok', '550 no', '503 no')).toMatchObject([
      { exchange: 'MAIL' },
      { exchange: 'RCPT' },
      { exchange: 'CONTENT' },
      { type: 'CloseRequested' },
    ])
  })
})
