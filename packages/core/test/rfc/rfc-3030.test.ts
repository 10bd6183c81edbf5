import {
  type ClientConnection,
  type Command,
  LocalProtocolError,
  NotSupportedError,
  type Output,
  parseForwardPath,
  parseReversePath,
  transact,
} from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { type BdatSetting, bdatOpened, finish, handOver, octets, sentOctets } from '../connection/bdat-opened.ts'
import { readChunks } from '../connection/chunk-reader.ts'
import { connectionIn, drain, feed, openedConnection } from '../support/connections.ts'

const chunking = ['PIPELINING', 'CHUNKING']
const rcpt: Command = { verb: 'RCPT', to: 'b@foo.example' }

function sentInPieces(pieces: readonly string[], setting: BdatSetting = { keywords: ['PIPELINING'] }): string {
  const connection = bdatOpened(setting)
  return pieces.map((piece) => handOver(connection, piece)).join('') + finish(connection)
}

describe('BDAT (§2)', () => {
  test('is sent only to a server that has offered CHUNKING', () => {
    const connection = openedConnection(['PIPELINING', 'BINARYMIME'])
    for (const command of [{ verb: 'MAIL', from: '' } as const, rcpt]) connection.send(command)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(NotSupportedError)
    expect(sentOctets(drain(connection))).not.toContain('BDAT')
  })

  test('is sent once all replies to MAIL and RCPT are there, where a message is sent by itself', () => {
    const connection = openedConnection(chunking)
    const to = ['b@foo.example', 'c@foo.example'].map((path) => parseForwardPath(path))
    const flow = transact(connection, { from: parseReversePath('a@bar.example'), to, size: 4 })
    flow.next()
    let demand: unknown
    const resume = (outputs: readonly Output[]) => {
      for (const output of outputs) if (output.type !== 'SendBytes') demand = flow.next(output as never).value
      return sentOctets(outputs)
    }
    expect(resume(drain(connection))).toBe(
      'MAIL FROM:<a@bar.example>\r\nRCPT TO:<b@foo.example>\r\nRCPT TO:<c@foo.example>\r\n',
    )
    expect(resume(feed(connection, '250 ok', '250 ok'))).toBe('')
    resume(feed(connection, '550 no'))
    expect(resume(drain(connection))).toBe('BDAT 4 LAST\r\n')
    expect(demand).toBe('sendContent')
  })

  test('has the number of octets behind its line, which follow at once, and LAST with the last of them', () => {
    expect(sentInPieces(['one\r\n', 'two\r\n', '3'])).toBe('BDAT 5\r\none\r\nBDAT 5\r\ntwo\r\nBDAT 3 LAST\r\n3\r\n')
    expect(sentInPieces(['one\r\n'], { size: 5 })).toBe('one\r\n')
    expect(sentOctets(drainedAtBdat(5))).toBe('BDAT 5 LAST\r\n')
  })

  test('counts octets, not characters', () => {
    const connection = bdatOpened()
    connection.sendBody(new TextEncoder().encode('ü€\r\n'))
    connection.endBody()
    expect(sentOctets(drain(connection))).toBe('BDAT 7 LAST\r\n\xc3\xbc\xe2\x82\xac\r\n')
  })

  test('is not sent with a number that its octets are not: longer and shorter content is refused', () => {
    const connection = bdatOpened({ size: 5 })
    expect(() => connection.sendBody(octets('longer'))).toThrow(LocalProtocolError)
    handOver(connection, 'a')
    expect(() => connection.endBody()).toThrow(LocalProtocolError)
    expect(drain(connection)).toEqual([])
  })

  test('may have no octets when it is the last', () => {
    expect(sentInPieces([])).toBe('BDAT 0 LAST\r\n')
  })

  test('is not sent behind the one with LAST', () => {
    const connection = bdatOpened({ keywords: ['PIPELINING'] })
    finish(connection)
    expect(connection.can('BDAT')).toBe(false)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(LocalProtocolError)
  })

  test('has a reply for each: 250 to one that is not the last leaves the transaction open', () => {
    const connection = bdatOpened()
    handOver(connection, 'a\n')
    handOver(connection, 'b\n')
    feed(connection, '250 ok')
    expect(connection).toMatchObject({ state: 'rcpt', bodyOpen: true })
  })
})

function drainedAtBdat(size: number): Output[] {
  const connection = connectionIn('rcpt')
  connection.send({ verb: 'BDAT', size })
  return drain(connection)
}

/** A connection where a chunk has been refused, and of several in flight the others are still to be answered. */
function refused(reply: string, keywords: readonly string[] = []): ClientConnection {
  const connection = bdatOpened({ keywords })
  handOver(connection, 'a\n')
  handOver(connection, 'b\n')
  feed(connection, reply)
  return connection
}

describe('a chunk that is refused (§2)', () => {
  test.each(['452 no room', '552 too much', '503 what', '421 bye'])('is followed by no other: %s', (reply) => {
    const connection = refused(reply, ['PIPELINING'])
    expect(connection.bodyOpen).toBe(false)
    expect(() => connection.sendBody(octets('c\n'))).toThrow(LocalProtocolError)
    expect(() => connection.endBody()).toThrow(LocalProtocolError)
    expect(connection.can('BDAT')).toBe(false)
    expect(sentOctets(drain(connection))).toBe('')
  })

  test('is followed by RSET before any other command of a transaction', () => {
    for (const connection of [refused('452 no room'), connectionIn('resetDue')]) {
      for (const verb of ['MAIL', 'RCPT', 'DATA', 'BDAT', 'NOOP', 'VRFY'] as const)
        expect(connection.can(verb)).toBe(false)
      connection.send({ verb: 'RSET' })
      drain(connection)
      expect(connection.can('MAIL')).toBe(true)
      feed(connection, '250 ok')
      expect(connection.state).toBe('ready')
    }
  })

  test('may be followed by EHLO or QUIT instead', () => {
    const connection = connectionIn('resetDue')
    expect([connection.can('EHLO'), connection.can('QUIT')]).toEqual([true, true])
  })

  test('has failed, whatever is said of those in flight behind it', () => {
    const connection = bdatOpened({ keywords: ['PIPELINING'] })
    for (const piece of ['a\n', 'b\n', 'c\n']) handOver(connection, piece)
    feed(connection, '452 no room', '250 ok')
    expect(connection.state).toBe('resetDue')
  })
})

test('a message may be given up between two chunks, by RSET (§2)', () => {
  const connection = bdatOpened()
  handOver(connection, 'a\n')
  handOver(connection, 'b\n')
  feed(connection, '250 ok')
  connection.abandonBody()
  connection.send({ verb: 'RSET' })
  expect(sentOctets(drain(connection))).toBe('RSET\r\n')
  feed(connection, '250 ok')
  expect(connection).toMatchObject({ state: 'ready', bodyOpen: false })
})

describe('DATA and BDAT (§2)', () => {
  test('are never in the same transaction', () => {
    const connection = bdatOpened()
    handOver(connection, 'a\n')
    expect(connection.can('DATA')).toBe(false)
    handOver(connection, 'b\n')
    feed(connection, '250 ok')
    expect(connection.can('DATA')).toBe(false)
    expect(connectionIn('data').can('BDAT')).toBe(false)
    expect(connectionIn('dataSent').can('BDAT')).toBe(false)
  })

  test('may be in the same session', () => {
    const connection = bdatOpened()
    finish(connection)
    feed(connection, '250 queued')
    for (const [command, reply] of [
      [{ verb: 'MAIL', from: '' }, '250 ok'],
      [rcpt, '250 ok'],
      [{ verb: 'DATA' }, '354 go'],
    ] as const) {
      connection.send(command)
      drain(connection)
      feed(connection, reply)
    }
    expect(connection.state).toBe('data')
  })
})

describe('text in chunks (§2)', () => {
  test('has CRLF at the end of each line, wherever the message was cut', () => {
    for (const pieces of [['a\nb\rc\r\nd'], ['a', '\nb\r', 'c\r', '\n', 'd'], Array.from('a\nb\rc\r\nd')]) {
      expect(readChunks(sentInPieces(pieces)).messages).toEqual(['a\r\nb\r\nc\r\nd\r\n'])
    }
  })

  test('goes with 7BIT, 8BITMIME and BINARYMIME alike', () => {
    for (const BODY of ['7BIT', '8BITMIME', 'BINARYMIME']) {
      const setting = { keywords: ['8BITMIME', 'BINARYMIME'], mail: { BODY } }
      expect(sentInPieces(['a\n'], setting)).toBe('BDAT 3 LAST\r\na\r\n')
    }
  })
})

describe('BINARYMIME (§3)', () => {
  const offered = [...chunking, 'BINARYMIME']
  const mail = { verb: 'MAIL', from: '', parameters: { BODY: 'BINARYMIME' } } as const

  test('is asked for only where it was offered', () => {
    expect(() => openedConnection(chunking).send(mail)).toThrow(expect.objectContaining({ extension: 'BINARYMIME' }))
    expect(() => openedConnection([...chunking, '8BITMIME']).send(mail)).toThrow(NotSupportedError)
    expect(openedConnection(offered).send(mail)).toBeGreaterThan(0)
  })

  test('is not asked for where there is no CHUNKING to bring it', () => {
    const connection = openedConnection(['PIPELINING', 'BINARYMIME'])
    const to = [parseForwardPath('b@foo.example')]
    const flow = transact(connection, { from: parseReversePath(''), to, options: { body: 'BINARYMIME' }, octets: 3 })
    expect(() => flow.next()).toThrow(NotSupportedError)
    expect(connection.pendingCommands).toBe(0)
  })

  test('does not go by DATA', () => {
    const connection = openedConnection(offered)
    connection.send(mail)
    connection.send(rcpt)
    expect(connection.can('DATA')).toBe(false)
    expect(() => connection.send({ verb: 'DATA' })).toThrow(LocalProtocolError)
  })

  test('is on MAIL of every message that is sent as it is', () => {
    const connection = openedConnection(offered)
    connection.send({ verb: 'MAIL', from: '' })
    connection.send(rcpt)
    expect(() => connection.send({ verb: 'BDAT', binary: true })).toThrow(expect.objectContaining({ field: 'binary' }))
  })

  test('preserves every octet', () => {
    const message = Uint8Array.from({ length: 512 }, (_, i) => i % 256)
    const text = Array.from(message, (octet) => String.fromCharCode(octet)).join('')
    const setting = { keywords: ['BINARYMIME', 'PIPELINING'], mail: { BODY: 'BINARYMIME' }, binary: true }
    expect(readChunks(sentInPieces([text.slice(0, 100), text.slice(100)], setting)).messages).toEqual([text])
  })
})
