import type { ClientConnection, Output } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed, openedConnection } from '../support/connections.ts'
import { octets, sentOctets } from './bdat-opened.ts'
import { readChunks } from './chunk-reader.ts'

interface Message {
  readonly pieces: readonly string[]
  readonly sized?: boolean
  readonly reset?: boolean
}

const opened = () => openedConnection(['PIPELINING', 'CHUNKING', 'STARTTLS', 'AUTH PLAIN', 'XCLIENT NAME'])

/** Sends a whole message and waits for nothing; returns what left and the ids of its commands. */
function sendWhole(connection: ClientConnection, { pieces, sized = true, reset = true }: Message) {
  const size = pieces.join('').length
  const ids = [
    ...(reset ? [connection.send({ verb: 'RSET' })] : []),
    connection.send({ verb: 'MAIL', from: 'a@bar.example' }),
    connection.send({ verb: 'RCPT', to: 'b@foo.example' }),
    connection.send({ verb: 'BDAT', ...(sized && { size }) }),
  ]
  const outputs = drain(connection)
  for (const piece of pieces) connection.sendBody(octets(piece))
  connection.endBody()
  return { ids, wire: sentOctets([...outputs, ...drain(connection)]) }
}

function answersOf(outputs: readonly Output[]): string[] {
  return outputs.map((output) =>
    output.type === 'ReplyReceived' ? `${output.exchange} ${output.reply.code}` : output.type,
  )
}

describe('whole messages behind one another', () => {
  test.each([true, false])('leave without a reply being waited for, their sizes known: %s', (sized) => {
    const connection = opened()
    const texts = ['one\r\n', 'two\r\n', 'three\r\n']
    const wire = texts.map((text) => sendWhole(connection, { pieces: [text], sized }).wire).join('')
    const { lines, messages } = readChunks(wire)
    expect(messages).toEqual(texts)
    expect(lines).toEqual(
      texts.flatMap((text) => [
        'RSET',
        'MAIL FROM:<a@bar.example>',
        'RCPT TO:<b@foo.example>',
        `BDAT ${text.length} LAST`,
      ]),
    )
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 12 })
  })

  test('have their replies told to the commands that they answer', () => {
    const connection = opened()
    const ids = [0, 1, 2].flatMap((i) => sendWhole(connection, { pieces: [`${i}\r\n`] }).ids)
    const replies = feed(connection, ...ids.map((_, i) => `250 ${i}`))
    expect(replies).toMatchObject(ids.map((id, i) => ({ type: 'ReplyReceived', id, reply: { text: `${i}` } })))
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0, timeout: undefined })
  })

  test('do not disturb each other where one is refused at MAIL, at RCPT or at its end', () => {
    const connection = opened()
    for (const i of [0, 1, 2, 3, 4]) sendWhole(connection, { pieces: [`${i}\r\n`] })
    const ok = ['250 ok', '250 ok', '250 ok', '250 ok']
    const told = feed(
      connection,
      ...ok,
      ...['250 ok', '550 mail', '503 rcpt', '503 bdat'],
      ...['250 ok', '250 ok', '550 rcpt', '554 bdat'],
      ...['250 ok', '250 ok', '250 ok', '552 too much'],
      ...ok,
    )
    expect(answersOf(told).filter((answer) => answer.startsWith('CONTENT'))).toEqual([
      'CONTENT 250',
      'CONTENT 503',
      'CONTENT 554',
      'CONTENT 552',
      'CONTENT 250',
    ])
    expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
  })

  test('go on where one is refused while the next is being handed over', () => {
    for (const sized of [true, false]) {
      const connection = opened()
      sendWhole(connection, { pieces: ['1\r\n', '2\r\n'], sized: false })
      for (const command of [{ verb: 'RSET' }, { verb: 'MAIL', from: '' }, { verb: 'RCPT', to: 'b@x' }] as const) {
        connection.send(command)
      }
      connection.send({ verb: 'BDAT', ...(sized && { size: 9 }) })
      let wire = sentOctets(drain(connection))
      const next = (piece: string) => {
        connection.sendBody(octets(piece))
        wire += sentOctets(drain(connection))
      }
      next('3\r\n')
      const told = feed(connection, '250 ok', '250 ok', '250 ok', '452 no room')
      expect(answersOf(told).at(-1)).toBe('CHUNK 452')
      expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: true })
      next('4\r\n')
      feed(connection, '503 no')
      next('5\r\n')
      connection.endBody()
      wire += sentOctets(drain(connection))
      expect(readChunks(wire).messages).toEqual(['3\r\n4\r\n5\r\n'])
      const replies = ['250 reset', '250 mail', '250 rcpt', ...(sized ? [] : ['250 3', '250 4']), '250 queued']
      expect(answersOf(feed(connection, ...replies)).at(-1)).toBe('CONTENT 250')
      expect(connection).toMatchObject({ state: 'ready', pendingCommands: 0 })
    }
  })

  test('end by themselves where their own chunk is refused, and those before are not all answered', () => {
    const connection = opened()
    sendWhole(connection, { pieces: ['1\r\n'] })
    for (const command of [{ verb: 'RSET' }, { verb: 'MAIL', from: '' }, { verb: 'RCPT', to: 'b@x' }] as const) {
      connection.send(command)
    }
    connection.send({ verb: 'BDAT' })
    drain(connection)
    connection.sendBody(octets('2\r\n'))
    connection.sendBody(octets('3\r\n'))
    drain(connection)
    const first = ['250 ok', '250 ok', '250 ok', '250 queued']
    feed(connection, ...first, '250 ok', '550 no', '503 no')
    expect(connection.bodyOpen).toBe(true)
    expect(answersOf(feed(connection, '503 no'))).toEqual(['CHUNK 503'])
    expect(connection).toMatchObject({ state: 'resetDue', bodyOpen: false, pendingCommands: 0 })
  })

  test('tell how long what is awaited may take, whatever has left since', () => {
    const connection = opened()
    sendWhole(connection, { pieces: ['1\r\n'] })
    const { timeout } = connection
    expect(timeout?.phase).toBe('command')
    sendWhole(connection, { pieces: ['2\r\n'] })
    expect(connection.timeout).toBe(timeout)
    const phases = ['mail', 'rcpt', 'termination', 'command', 'mail', 'rcpt', 'termination', undefined]
    for (const phase of phases) {
      feed(connection, '250 ok')
      expect(connection.timeout?.phase).toBe(phase)
    }
  })
})

describe('what rides behind content by BDAT without RSET', () => {
  test.each([
    ['a server that has cleared the transaction away', ['250 mail', '250 rcpt'], 'rcpt'],
    ['one that has not', ['503 nested MAIL', '503 no'], 'resetDue'],
  ])('and is refused, is answered by %s', (_, replies, state) => {
    const connection = opened()
    sendWhole(connection, { pieces: ['1\r\n'], reset: false })
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RCPT', to: 'b@foo.example' })
    drain(connection)
    feed(connection, '250 ok', '250 ok', '554 spam')
    expect(connection.state).toBe('resetDue')
    feed(connection, ...replies)
    expect(connection).toMatchObject({ state, pendingCommands: 0 })
  })

  test('gets into no other transaction: a recipient accepted behind a refused MAIL is fatal', () => {
    const connection = opened()
    sendWhole(connection, { pieces: ['1\r\n'], reset: false })
    sendWhole(connection, { pieces: ['2\r\n'], reset: false })
    const told = feed(connection, '250 ok', '250 ok', '554 spam', '503 nested MAIL', '250 rcpt')
    expect(told.at(-1)).toMatchObject({
      type: 'Failed',
      error: { violation: 'UNEXPECTED_REPLY' },
      delivery: 'unknown',
    })
  })

  test.each([
    [{ verb: 'STARTTLS' }, '220 go', 'startTls'],
    [{ verb: 'STARTTLS' }, '454 no', 'resetDue'],
    [{ verb: 'AUTH', mechanism: 'PLAIN' }, '235 ok', 'ready'],
    [{ verb: 'AUTH', mechanism: 'PLAIN' }, '334 ', 'auth'],
    [{ verb: 'AUTH', mechanism: 'PLAIN' }, '503 amid a transaction', 'resetDue'],
    [{ verb: 'XCLIENT', attributes: { NAME: 'x' } }, '220 hi', 'greeted'],
    [{ verb: 'XCLIENT', attributes: { NAME: 'x' } }, '503 amid a transaction', 'resetDue'],
    [{ verb: 'NOOP' }, '250 ok', 'resetDue'],
    [{ verb: 'EHLO', domain: 'bar.example' }, '250 ok', 'ready'],
    [{ verb: 'QUIT' }, '221 bye', 'closing'],
  ] as const)('is %j: answered %s where the content was refused, it leads to %s', (command, reply, state) => {
    const connection = opened()
    sendWhole(connection, { pieces: ['1\r\n'], reset: false })
    connection.send(command)
    drain(connection)
    feed(connection, '250 ok', '250 ok', '554 spam', reply)
    expect(connection.state).toBe(state)
  })

  test('is skipped where it could not leave yet and RSET is due', () => {
    const connection = openedConnection(['CHUNKING'])
    for (const command of [
      { verb: 'MAIL', from: '' },
      { verb: 'RCPT', to: 'b@x' },
    ] as const) {
      connection.send(command)
      drain(connection)
      feed(connection, '250 ok')
    }
    connection.send({ verb: 'BDAT', size: 0 })
    drain(connection)
    connection.endBody()
    drain(connection)
    connection.send({ verb: 'MAIL', from: '' })
    connection.send({ verb: 'RSET' })
    connection.send({ verb: 'MAIL', from: 'c@bar.example' })
    const outputs = feed(connection, '554 spam')
    expect(outputs).toMatchObject([
      { type: 'ReplyReceived', exchange: 'CONTENT' },
      { type: 'CommandSkipped', exchange: 'MAIL' },
      { type: 'SendBytes', bytes: octets('RSET\r\n') },
    ])
    expect(sentOctets(feed(connection, '250 ok'))).toBe('MAIL FROM:<c@bar.example>\r\n')
  })
})
