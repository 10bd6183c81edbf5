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

const openStates = fc.constantFrom(
  'greeting',
  'refused',
  'greeted',
  'ready',
  'mail',
  'rcpt',
  'data',
  'dataSent',
  'auth',
)

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
    fc.property(openStates, arbitraries.chunked(fromServer), (state, { bytes, chunks }) => {
      const whole = told(connectionIn(state), [bytes])
      const ends = whole.filter(({ type }) => type === 'Failed' || type === 'Closed')
      expect(ends).toHaveLength(1)
      expect(whole.at(-1)).toBe(ends[0])
      expect(told(connectionIn(state), chunks).map(renderOutput)).toEqual(whole.map(renderOutput))
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

/** A caller who tries anything, and a server that answers anything. */
const moves = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: arbitraries.command().map((command) => ({ command })) },
    { weight: 1, arbitrary: fc.constantFrom('body', 'end', 'tls', 'timeout', 'abort').map((input) => ({ input })) },
    { weight: 4, arbitrary: arbitraries.reply({ maxLines: 2 }).map(({ bytes }) => ({ bytes })) },
  ),
  { maxLength: 20 },
)

const inputs: Readonly<Record<string, (connection: ClientConnection) => void>> = {
  body: (connection) => connection.sendBody(new TextEncoder().encode('x\r\n')),
  end: (connection) => connection.endBody(),
  tls: (connection) => connection.tlsEstablished(),
  timeout: (connection) => connection.handleTimeout(),
  abort: (connection) => connection.abort(),
}

test('a refused input leaves the connection as it was, and no input throws anything else', () => {
  fc.assert(
    fc.property(openStates, moves, (state, moves) => {
      const connection = connectionIn(state)
      for (const move of moves) {
        const { pendingCommands, timeout, bufferedBytes, state } = connection
        try {
          if ('command' in move) connection.send(move.command as Command)
          else if ('bytes' in move) connection.receiveBytes(move.bytes)
          else inputs[move.input]?.(connection)
        } catch (error) {
          expect(error instanceof LocalProtocolError || error instanceof NotSupportedError, String(error)).toBe(true)
          expect(connection).toMatchObject({ pendingCommands, bufferedBytes, state })
          expect(connection.timeout).toBe(timeout)
          expect(drain(connection)).toEqual([])
        }
        drain(connection)
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
