import {
  ClientConnection,
  type Command,
  defaultLimits,
  LocalProtocolError,
  NotSupportedError,
  type Output,
} from '@sansmtp/core'
import { arbitraries, renderOutput } from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { connectionIn, drain, sentText } from '../support/connections.ts'
import { bdatOpened, octets } from './bdat-opened.ts'
import { chunkAwaitedIn } from './chunk-awaited.ts'

/** Connections that have not ended, each time made anew. */
const openings: Readonly<Record<string, () => ClientConnection>> = {
  ...Object.fromEntries(
    (['greeting', 'refused', 'greeted', 'ready', 'mail', 'rcpt', 'data', 'dataSent', 'resetDue', 'auth'] as const).map(
      (state) => [state, () => connectionIn(state)],
    ),
  ),
  'before the first chunk': () => bdatOpened({ keywords: ['PIPELINING', 'BURL'] }),
  'between chunks': () => {
    const connection = bdatOpened({ keywords: ['PIPELINING', 'BURL'] })
    for (const piece of ['a\n', 'b\r']) connection.sendBody(octets(piece))
    return connection
  },
  'amid a chunk of known size': () => bdatOpened({ size: 9 }),
  'behind a chunk of known size': () => {
    const connection = bdatOpened({ size: 0 })
    connection.endBody()
    return connection
  },
  'behind chunks over LMTP': () => {
    const connection = bdatOpened({ protocol: 'lmtp', keywords: ['PIPELINING'], rcpts: ['250 ok', '250 ok'] })
    for (const piece of ['a\n', 'b\n']) connection.sendBody(octets(piece))
    connection.endBody()
    return connection
  },
  'behind content with PRDR': () => {
    const connection = bdatOpened({ keywords: ['PRDR'], mail: { PRDR: true }, rcpts: ['250 ok', '250 ok'] })
    connection.endBody()
    return connection
  },
  ...Object.fromEntries(
    (['ready', 'mail', 'rcpt', 'resetDue'] as const).flatMap((state) =>
      (['CHUNK', 'CONTENT'] as const).map((name) => [`${name} in ${state}`, () => chunkAwaitedIn(state, name)]),
    ),
  ),
}
const opening = fc
  .constantFrom(...Object.keys(openings))
  .map((name) => ({ name, open: openings[name] as () => ClientConnection }))

/** Octets as a broken or hostile server might send them: noise, replies, and replies cut short. */
const fromServer = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      arbitraries.reply().map(({ bytes }) => bytes),
      arbitraries.brokenReply().map(({ bytes }) => bytes),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => ({ bytes: Uint8Array.from(pieces.flatMap((piece) => [...piece])) }))

function told(connection: ClientConnection, chunks: Iterable<Uint8Array>): Output[] {
  const outputs: Output[] = drain(connection)
  for (const chunk of chunks) {
    connection.receiveBytes(chunk)
    outputs.push(...drain(connection))
  }
  connection.receiveEof()
  return [...outputs, ...drain(connection)]
}

test('whatever a server sends, in whatever pieces, gives outputs that end once, and the same ones', () => {
  fc.assert(
    fc.property(opening, arbitraries.chunked(fromServer), ({ open }, { bytes, chunks }) => {
      const whole = told(open(), [bytes])
      const ends = whole.filter(({ type }) => type === 'Failed' || type === 'Closed')
      expect(ends).toHaveLength(1)
      expect(whole.at(-1)).toBe(ends[0])
      expect(told(open(), chunks).map(renderOutput)).toEqual(whole.map(renderOutput))
    }),
  )
})

test('what is kept of a server’s bytes stays below the limits', () => {
  const limits = { ...defaultLimits, maxLineLength: 60, maxReplyLength: 200, maxBufferedBytes: 300 }
  fc.assert(
    fc.property(arbitraries.chunked(fromServer), ({ chunks }) => {
      const connection = new ClientConnection({ limits })
      for (const chunk of chunks) {
        connection.receiveBytes(chunk)
        expect(connection.bufferedBytes).toBeLessThanOrEqual(limits.maxBufferedBytes)
        drain(connection)
      }
    }),
  )
})

const usual: Readonly<Record<string, Command>> = {
  RSET: { verb: 'RSET' },
  MAIL: { verb: 'MAIL', from: '' },
  RCPT: { verb: 'RCPT', to: 'b@foo.example' },
}

/** A caller who tries anything, and a server that answers anything. */
const moves = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: arbitraries.command().map((command) => ({ command })) },
    {
      weight: 2,
      arbitrary: fc
        .record({ verb: fc.constant('BDAT' as const), size: fc.nat(9) }, { requiredKeys: ['verb'] })
        .map((command) => ({ command })),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('RSET', 'RCPT', 'MAIL').map((verb) => ({ command: usual[verb] as Command })),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom('body', 'cr', 'url', 'end', 'tls', 'timeout', 'abort').map((input) => ({ input })),
    },
    { weight: 4, arbitrary: arbitraries.reply({ maxLines: 2 }).map(({ bytes }) => ({ bytes })) },
  ),
  { maxLength: 20 },
)

const inputs: Readonly<Record<string, (connection: ClientConnection) => void>> = {
  body: (connection) => connection.sendBody(new TextEncoder().encode('x\r\n')),
  cr: (connection) => connection.sendBody(new TextEncoder().encode('\r')),
  url: (connection) => connection.sendBodyUrl('imap://foo.example/x'),
  end: (connection) => connection.endBody(),
  tls: (connection) => connection.tlsEstablished(),
  timeout: (connection) => connection.handleTimeout(),
  abort: (connection) => connection.abort(),
}

test('a refused input leaves the connection as it was, and no input throws anything else', () => {
  fc.assert(
    fc.property(opening, moves, ({ open }, moves) => {
      const connection = open()
      drain(connection)
      for (const move of moves) {
        const { pendingCommands, timeout, bufferedBytes, state, bodyOpen } = connection
        try {
          if ('command' in move) connection.send(move.command as Command)
          else if ('bytes' in move) connection.receiveBytes(move.bytes)
          else inputs[move.input]?.(connection)
        } catch (error) {
          expect(error instanceof LocalProtocolError || error instanceof NotSupportedError, String(error)).toBe(true)
          expect(connection).toMatchObject({ pendingCommands, bufferedBytes, state, bodyOpen })
          expect(connection.timeout).toBe(timeout)
          expect(drain(connection)).toEqual([])
        }
        drain(connection)
      }
    }),
  )
})

test('a timeout is armed exactly while something is waited for', () => {
  fc.assert(
    fc.property(opening, moves, ({ open }, moves) => {
      const connection = open()
      drain(connection)
      for (const move of moves) {
        try {
          if ('command' in move) connection.send(move.command as Command)
          else if ('bytes' in move) connection.receiveBytes(move.bytes)
          else inputs[move.input]?.(connection)
        } catch {
          // Not this one.
        }
        drain(connection)
        const ended = ['closing', 'closed', 'failed'].includes(connection.state)
        // Where all that is pending has left, or waits for a reply itself.
        const waiting = connection.pendingCommands > 0 || connection.bodyOpen || connection.state === 'startTls'
        expect(connection.timeout !== undefined, connection.state).toBe(waiting && !ended)
      }
    }),
  )
})

test('what leaves is whole lines without control characters', () => {
  fc.assert(
    fc.property(fc.array(arbitraries.command(), { maxLength: 10 }), (commands) => {
      const connection = connectionIn('ready')
      let taken = 0
      for (const command of commands) {
        try {
          connection.send(command)
          taken += 1
        } catch {
          // Not this one.
        }
      }
      let sent = ''
      for (let round = 0; round <= taken && connection.state !== 'closing'; round += 1) {
        sent += sentText(drain(connection))
        if (connection.pendingCommands > 0) connection.receiveBytes(new TextEncoder().encode('550 no\r\n'))
      }
      expect(sent).toMatch(/^(?:[^\p{Cc}]+\r\n)*$/u)
    }),
  )
})
