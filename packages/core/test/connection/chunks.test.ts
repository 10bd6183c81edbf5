import { defaultTimeouts, InvalidArgumentError, LocalProtocolError, NotSupportedError, type Verb } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { connectionIn, drain, feed, openedConnection } from '../support/connections.ts'
import { bdatOpened, finish, handOver, octets, sentOctets } from './bdat-opened.ts'

const pipelining = { keywords: ['PIPELINING'] }

/** All that leaves for a message in these pieces, with PIPELINING. */
function sentAs(...pieces: string[]): string {
  const connection = bdatOpened(pipelining)
  return pieces.map((piece) => handOver(connection, piece)).join('') + finish(connection)
}

describe('BDAT', () => {
  test('needs CHUNKING', () => {
    const connection = openedConnection(['PIPELINING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    expect(connection.can('BDAT')).toBe(false)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(NotSupportedError)
    expect(() => connection.send({ verb: 'BDAT' })).toThrow(expect.objectContaining({ extension: 'CHUNKING' }))
  })

  test('asks for the content at once, and is nothing on the wire by itself', () => {
    const connection = connectionIn('rcpt')
    const id = connection.send({ verb: 'BDAT' })
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 1 })
    expect(drain(connection)).toEqual([{ type: 'BodyRequested', id }])
    expect(connection).toMatchObject({ state: 'rcpt', bodyOpen: true, pendingCommands: 0 })
  })

  test('leaves with the envelope where there is PIPELINING, and the content may follow', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    const id = connection.send({ verb: 'BDAT' })
    const outputs = drain(connection)
    expect(sentOctets(outputs)).toBe('MAIL FROM:<a@bar.example>\r\nRCPT TO:<b@foo.example>\r\n')
    expect(outputs.at(-1)).toEqual({ type: 'BodyRequested', id })
    expect(connection).toMatchObject({ state: 'ready', bodyOpen: true })
  })

  test('waits for the replies to the envelope where there is none', () => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    expect(feed(connection, '250 ok').map(({ type }) => type)).toEqual(['ReplyReceived', 'SendBytes'])
    expect(connection.bodyOpen).toBe(false)
    expect(feed(connection, '250 ok').map(({ type }) => type)).toEqual(['ReplyReceived', 'BodyRequested'])
  })

  test.each([
    ['MAIL', ['550 no']],
    ['every RCPT', ['250 ok', '550 no']],
  ])('is skipped where %s was refused before it could leave', (_, replies) => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    const id = connection.send({ verb: 'BDAT', size: 5 })
    drain(connection)
    const outputs = replies.flatMap((reply) => feed(connection, reply))
    expect(outputs.at(-1)).toEqual({ type: 'CommandSkipped', id, exchange: 'BDAT' })
    expect(connection).toMatchObject({ bodyOpen: false, pendingCommands: 0 })
    expect(() => connection.sendBody(octets('x'))).toThrow(LocalProtocolError)
  })

  test('that will be skipped stands in nobody’s way once the refusal is told', () => {
    const connection = openedConnection(['CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.receiveBytes(octets('550 no\r\n'))
    expect([connection.can('MAIL'), connection.can('RSET')]).toEqual([false, false])
    expect(connection.nextOutput()).toMatchObject({ type: 'ReplyReceived', exchange: 'MAIL' })
    expect([connection.can('MAIL'), connection.can('RSET')]).toEqual([true, true])
  })

  test('is skipped with its MAIL where the transaction before could not be reset', () => {
    const connection = connectionIn('rcpt')
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'c@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    expect(feed(connection, '500 what')).toMatchObject([
      { type: 'ReplyReceived', exchange: 'RSET' },
      { type: 'CommandSkipped', exchange: 'MAIL' },
      { type: 'CommandSkipped', exchange: 'RCPT' },
      { type: 'CommandSkipped', exchange: 'BDAT' },
    ])
    expect(connection).toMatchObject({ state: 'rcpt', bodyOpen: false })
  })

  test('lets no command be queued while its content is not all there', () => {
    const connection = bdatOpened(pipelining)
    handOver(connection, 'x')
    for (const verb of ['RSET', 'MAIL', 'DATA', 'BDAT', 'QUIT', 'NOOP', 'EHLO'] satisfies Verb[]) {
      expect(connection.can(verb), verb).toBe(false)
    }
    finish(connection)
    expect(connection.can('MAIL')).toBe(true)
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', null, 5n])('has no size %s', (size) => {
    const connection = connectionIn('rcpt')
    const send = () => connection.send({ verb: 'BDAT', size: size as number })
    expect(send).toThrow(InvalidArgumentError)
    expect(send).toThrow(expect.objectContaining({ field: 'size' }))
    expect(connection.pendingCommands).toBe(0)
    expect(connection.can('BDAT')).toBe(true)
  })
})

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

describe('a refused chunk', () => {
  test.each(['452 no room', '552 too much'])('ends the content, and RSET is due: %s', (reply) => {
    const connection = bdatOpened()
    handOver(connection, 'one\r\n')
    handOver(connection, 'two\r\n')
    expect(feed(connection, reply)).toMatchObject([{ type: 'ReplyReceived', exchange: 'CHUNK' }])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, pendingCommands: 0, timeout: undefined })
    expect(() => connection.sendBody(octets('x'))).toThrow(LocalProtocolError)
    expect(() => connection.endBody()).toThrow(expect.objectContaining({ state: 'resetDue', command: 'endBody' }))
    expect(drain(connection)).toEqual([])
  })

  test('leaves nothing legal but RSET, EHLO, HELO and QUIT', () => {
    const connection = connectionIn('resetDue')
    const verbs = [
      'RSET',
      'EHLO',
      'HELO',
      'QUIT',
      'MAIL',
      'RCPT',
      'DATA',
      'BDAT',
      'NOOP',
      'VRFY',
      'STARTTLS',
      'AUTH',
      'XCLIENT',
    ]
    expect(verbs.filter((verb) => connection.can(verb as Verb))).toEqual(['RSET', 'EHLO', 'HELO', 'QUIT'])
  })

  test.each([
    [{ verb: 'RSET' }, '250 ok', 'ready'],
    [{ verb: 'RSET' }, '500 what', 'resetDue'],
    [{ verb: 'EHLO', domain: 'bar.example' }, '250 ok', 'ready'],
    [{ verb: 'EHLO', domain: 'bar.example' }, '500 what', 'resetDue'],
    [{ verb: 'QUIT' }, '221 bye', 'closing'],
  ] as const)('is followed by %j, answered %s', (command, reply, state) => {
    const connection = connectionIn('resetDue')
    connection.send(command)
    drain(connection)
    feed(connection, reply)
    expect(connection.state).toBe(state)
  })

  test('has the chunks in flight behind it answered, and none of those that are not', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n', '3\n']) handOver(connection, piece)
    expect(feed(connection, '452 no room')).toMatchObject([{ exchange: 'CHUNK', reply: { code: 452 } }])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, pendingCommands: 1 })
    expect(connection.timeout).toEqual({ phase: 'termination', milliseconds: defaultTimeouts.termination })
    connection.send({ verb: 'RSET' })
    expect(sentOctets(drain(connection))).toBe('RSET\r\n')
    expect(feed(connection, '503 no', '250 ok')).toMatchObject([{ exchange: 'CHUNK' }, { exchange: 'RSET' }])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('may have the last one in flight behind it, which is refused as well', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n']) handOver(connection, piece)
    finish(connection)
    expect(feed(connection, '452 no', '503 no')).toMatchObject([{ exchange: 'CHUNK' }, { exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })

  test('whose last one is accepted all the same leaves nobody knowing what was taken', () => {
    const connection = bdatOpened(pipelining)
    for (const piece of ['1\n', '2\n']) handOver(connection, piece)
    finish(connection)
    expect(feed(connection, '452 no', '250 queued').at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })

  test('that is the last one makes RSET due as well', () => {
    const connection = bdatOpened()
    handOver(connection, 'one\r\n')
    finish(connection)
    expect(feed(connection, '554 spam')).toMatchObject([{ type: 'ReplyReceived', exchange: 'CONTENT' }])
    expect(connection).toMatchObject({ state: 'resetDue', pendingCommands: 0 })
  })
})

describe('time', () => {
  const content = { phase: 'content', milliseconds: defaultTimeouts.content }
  const termination = { phase: 'termination', milliseconds: defaultTimeouts.termination }

  test('runs for content from BodyRequested, and for a chunk from when it has left', () => {
    const connection = bdatOpened()
    expect(connection.timeout).toEqual(content)
    connection.sendBody(octets('one\r\n'))
    connection.sendBody(octets('two\r\n'))
    expect(connection.timeout).toEqual(content)
    drain(connection)
    expect(connection.timeout).toEqual(termination)
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(content)
    finish(connection)
    expect(connection.timeout).toEqual(termination)
    feed(connection, '250 queued')
    expect(connection.timeout).toBeUndefined()
  })

  test('is armed afresh by each reply, and by no further chunk', () => {
    const connection = bdatOpened(pipelining)
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    const first = connection.timeout
    handOver(connection, '3\n')
    expect(connection.timeout).toBe(first)
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(first)
    expect(connection.timeout).not.toBe(first)
  })

  test('that has run out while a chunk was not answered ends it, and nothing of the message was taken', () => {
    const connection = bdatOpened()
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    connection.handleTimeout()
    expect(drain(connection).at(-1)).toMatchObject({
      type: 'Failed',
      error: { code: 'TIMEOUT', phase: 'termination' },
      delivery: 'notSent',
    })
    expect(connection.bodyOpen).toBe(false)
  })

  test('of the envelope’s replies is kept while content goes out behind it', () => {
    const connection = openedConnection(['PIPELINING', 'CHUNKING'])
    connection.send({ verb: 'MAIL', from: 'a@bar.example' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    connection.send({ verb: 'BDAT' })
    drain(connection)
    const { timeout } = connection
    expect(timeout).toMatchObject({ phase: 'mail' })
    handOver(connection, '1\n')
    handOver(connection, '2\n')
    expect(connection.timeout).toBe(timeout)
    feed(connection, '250 ok')
    expect(connection.timeout).toMatchObject({ phase: 'rcpt' })
    feed(connection, '250 ok')
    expect(connection.timeout).toEqual(termination)
  })
})
