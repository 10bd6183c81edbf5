import { ClientConnection, type Output } from '@sansmtp/core'
import { describe, expect, test } from 'vitest'
import { drain, feed } from '../support/connections.ts'
import { type BdatSetting, bdatOpened, octets } from './bdat-opened.ts'

/** Ways in which a connection comes to its end. */
const ends: Readonly<Record<string, (connection: ClientConnection) => void>> = {
  'the end of the stream': (connection) => connection.receiveEof(),
  'an abort': (connection) => connection.abort(),
  'a timeout': (connection) => connection.handleTimeout(),
  'a reply that is none': (connection) => connection.receiveBytes(octets('hello\r\n')),
  '421': (connection) => connection.receiveBytes(octets('421 bye\r\n')),
}

function fateOf(outputs: readonly Output[]): string | undefined {
  const end = outputs.find((output) => output.type === 'Failed' || output.type === 'ServerClosing')
  return end?.type === 'Failed' || end?.type === 'ServerClosing' ? end.delivery : undefined
}

interface Moment {
  readonly setting?: BdatSetting
  readonly reach: (connection: ClientConnection) => void
  readonly fate: 'notSent' | 'unknown'
  /** What 421 makes of it, if something else: it answers what is awaited. */
  readonly after421?: 'notSent'
}

const handedOut = (connection: ClientConnection, ...pieces: string[]) => {
  for (const piece of pieces) connection.sendBody(octets(piece))
  drain(connection)
}
const pipelining = { keywords: ['PIPELINING'] }

/** RFC 3030 §2: only LAST lets the server take a message. */
const moments: Readonly<Record<string, Moment>> = {
  'before anything of it is handed over': { reach: () => {}, fate: 'notSent' },
  'while its first piece is held back': { reach: (connection) => handedOut(connection, 'a\n'), fate: 'notSent' },
  'behind a chunk that is not the last': {
    reach: (connection) => handedOut(connection, 'a\n', 'b\n'),
    fate: 'notSent',
  },
  'between a chunk and the next': {
    reach: (connection) => {
      handedOut(connection, 'a\n', 'b\n')
      feed(connection, '250 ok')
    },
    fate: 'notSent',
  },
  'behind all of it': {
    reach: (connection) => {
      connection.sendBody(octets('a\n'))
      connection.endBody()
      drain(connection)
    },
    fate: 'unknown',
    after421: 'notSent',
  },
  'behind all of it, a chunk before still being answered': {
    setting: pipelining,
    reach: (connection) => {
      handedOut(connection, 'a\n', 'b\n')
      connection.endBody()
      drain(connection)
    },
    fate: 'unknown',
  },
  'behind all of it, a chunk before being refused': {
    setting: pipelining,
    reach: (connection) => {
      handedOut(connection, 'a\n', 'b\n')
      connection.endBody()
      drain(connection)
      feed(connection, '452 no')
    },
    fate: 'unknown',
    after421: 'notSent',
  },
  'amid a chunk of known size': {
    setting: { size: 10 },
    reach: (connection) => handedOut(connection, 'abc'),
    fate: 'notSent',
  },
  'all of a chunk of known size being handed over, but not its end': {
    setting: { size: 4 },
    reach: (connection) => handedOut(connection, 'ab\n'),
    fate: 'notSent',
  },
  'behind a chunk of known size': {
    setting: { size: 4 },
    reach: (connection) => {
      handedOut(connection, 'ab\n')
      connection.endBody()
      drain(connection)
    },
    fate: 'unknown',
    after421: 'notSent',
  },
  'behind an empty chunk': {
    setting: { size: 0 },
    reach: (connection) => {
      connection.endBody()
      drain(connection)
    },
    fate: 'unknown',
    after421: 'notSent',
  },
  'when it is answered': {
    setting: { size: 0, ...pipelining },
    reach: (connection) => {
      connection.endBody()
      drain(connection)
      feed(connection, '250 queued')
      connection.send({ verb: 'RSET' })
      drain(connection)
    },
    fate: 'notSent',
  },
  'when it is answered, another message having left behind it': {
    setting: { size: 0, ...pipelining },
    reach: (connection) => {
      connection.endBody()
      connection.send({ verb: 'MAIL', from: '' })
      connection.send({ verb: 'RCPT', to: 'b@foo.example' })
      connection.send({ verb: 'BDAT', size: 0 })
      drain(connection)
      connection.endBody()
      drain(connection)
      feed(connection, '250 queued')
    },
    fate: 'unknown',
  },
}

describe.each(Object.entries(moments))('content by BDAT, %s', (_, { setting, reach, fate, after421 = fate }) => {
  test.each(Object.entries(ends))(`and then %s: ${fate}`, (name, end) => {
    const connection = bdatOpened(setting)
    reach(connection)
    end(connection)
    expect(fateOf(drain(connection))).toBe(name === '421' ? after421 : fate)
    expect(connection.bodyOpen).toBe(false)
  })
})

describe('content that was handed over and has not left', () => {
  const all = (connection: ClientConnection) => {
    connection.sendBody(octets('ab\r\n'))
    connection.endBody()
  }
  const settings: Readonly<Record<string, () => ClientConnection>> = {
    'by BDAT': () => bdatOpened(),
    'by BDAT with its size': () => bdatOpened({ size: 4 }),
    'by DATA': () => {
      const connection = bdatOpened()
      connection.endBody()
      drain(connection)
      feed(connection, '250 queued')
      connection.send({ verb: 'MAIL', from: '' })
      drain(connection)
      feed(connection, '250 ok')
      connection.send({ verb: 'RCPT', to: 'b@foo.example' })
      drain(connection)
      feed(connection, '250 ok')
      connection.send({ verb: 'DATA' })
      drain(connection)
      feed(connection, '354 go')
      return connection
    },
  }

  test.each(Object.entries(settings))('%s counts as due, and was not sent if the connection ends now', (_, open) => {
    for (const end of ['the end of the stream', 'an abort', 'a timeout'] as const) {
      const connection = open()
      all(connection)
      expect(connection.pendingCommands).toBe(1)
      ends[end]?.(connection)
      const outputs = drain(connection)
      expect(
        outputs.some(({ type }) => type === 'SendBytes'),
        end,
      ).toBe(false)
      expect(fateOf(outputs), end).toBe('notSent')
      expect(connection.pendingCommands, end).toBe(0)
    }
  })
})

test('421 that refuses the content is no reason to know nothing of it', () => {
  const connection = bdatOpened()
  connection.endBody()
  drain(connection)
  expect(feed(connection, '421 no')).toMatchObject([
    { type: 'ReplyReceived', exchange: 'CONTENT', reply: { code: 421 } },
    { type: 'ServerClosing', delivery: 'notSent' },
    { type: 'CloseRequested' },
  ])
})

test('a fresh connection has nothing in flight', () => {
  const connection = new ClientConnection()
  connection.abort()
  expect(fateOf(drain(connection))).toBe('notSent')
})
