import {
  ClientConnection,
  encodeUtf8,
  type FlowEvent,
  parseForwardPath,
  parseReversePath,
  surveyContent,
  type TransactionResult,
  transact,
} from '@sansmtp/core'
import { expect, test } from 'vitest'
import { drain, feed, sentText } from '../support/connections.ts'

const content = encodeUtf8('x\r\n')

function connected(...keywords: readonly string[]): ClientConnection {
  const connection = new ClientConnection()
  drain(connection)
  feed(connection, '220 hi')
  connection.send({ verb: 'EHLO', domain: 'bar.example' })
  drain(connection)
  feed(connection, ...['hi', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
  return connection
}

/** One transaction, whose replies come as they are given: each once something was sent since the one before. */
function transaction(connection: ClientConnection, ...replies: readonly (readonly string[])[]) {
  const to = [parseForwardPath('a@foo.example')]
  const flow = transact(connection, { from: parseReversePath('ann@bar.example'), to, ...surveyContent(content) })
  const left = [...replies]
  let sent = ''
  let result: TransactionResult | undefined
  const take = (step: ReturnType<typeof flow.next>) => {
    if (step.done) result = step.value
    if (step.done || step.value !== 'sendContent') return
    connection.sendBody(content)
    connection.endBody()
    take(flow.next({ type: 'ContentSent' }))
  }
  take(flow.next())
  while (result === undefined) {
    const output = connection.nextOutput()
    if (output?.type === 'SendBytes') sent += sentText([output])
    else if (output?.type === 'CloseRequested') connection.receiveEof()
    else if (output !== undefined) take(flow.next(output as FlowEvent))
    else connection.receiveBytes(encodeUtf8((left.shift() ?? ['421 no more']).map((line) => `${line}\r\n`).join('')))
  }
  return { sent, result, statuses: result.outcomes.map(({ status }) => status) }
}

test('a refused DATA leaves a transaction open, which RSET closes in the flight of the next', () => {
  const connection = connected('PIPELINING')
  expect(transaction(connection, ['250 ok', '250 ok', '451 not now']).statuses).toEqual(['deferred'])
  const next = transaction(connection, ['250 reset', '250 ok', '250 ok', '354 go'], ['250 taken'])
  expect(next.sent).toMatch(/^RSET\r\nMAIL.*\r\nRCPT.*\r\nDATA\r\nx\r\n\.\r\n$/)
  expect(next.statuses).toEqual(['accepted'])
})

test('where that RSET is refused and content is asked for all the same, no empty message goes to whom it was open for', () => {
  const connection = connected('PIPELINING')
  transaction(connection, ['250 ok', '250 ok', '451 not now'])
  const next = transaction(connection, ['451 not now either', '503 nested', '550 no', '354 go'])
  expect(next.sent).not.toContain('\r\n.\r\n')
  expect([next.statuses, next.result.error?.code]).toEqual([['rejected'], 'REMOTE_PROTOCOL'])
})

test('RSET that is refused behind a refused chunk ends the connection: what was answered may be a line of the content', () => {
  const connection = connected('PIPELINING', 'CHUNKING')
  const first = transaction(connection, ['250 ok', '250 ok'], ['554 not liked'])
  expect([first.statuses, connection.state]).toEqual([['rejected'], 'resetDue'])
  // One line of content was executed; had its reply been believed, the reply to RCPT would be that to the content.
  const next = transaction(connection, ['500 x?', '250 reset', '250 ok', '250 ok'])
  expect([next.statuses, next.result.error?.code]).toEqual([['notSent'], 'REMOTE_PROTOCOL'])
})

test('an end that is no fault, and one that is, are told', () => {
  const connection = connected('PIPELINING')
  const closing = transaction(connection, ['250 ok', '421 closing'])
  expect([closing.statuses, closing.result.error]).toEqual([['deferred'], undefined])
  const other = connected('PIPELINING')
  other.receiveEof()
  const ended = transaction(other)
  expect([ended.statuses, ended.result.error?.code]).toEqual([['notSent'], 'UNEXPECTED_EOF'])
})
