import { open, quit, transact } from '@sansmtp/core'
import { renderSegments, roundTripOf, runFlow, VirtualClient } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { smallServer } from './scripted-peer.ts'
import { envelopeTo, message, oneMessage, opening } from './sessions.ts'

const plan = roundTripOf(100)

/** Opens a session and sends one message; the time until its reply, without the way of the greeting. */
function sendOne(keywords: readonly string[], recipients: number, protocol: 'smtp' | 'lmtp' = 'smtp') {
  const client = new VirtualClient({ server: smallServer(keywords, protocol), protocol, plan })
  const opened = client.run((connection) => open(connection, opening))
  const sent = client.run((connection) => transact(connection, envelopeTo(recipients)), { message })
  return { client, opened, sent, statuses: sent.result.outcomes.map(({ status }) => status) }
}

describe.each([1, 2, 10])('one message to %i recipients on a new connection in clear', (recipients) => {
  test('costs three flights after the greeting with PIPELINING: EHLO, the envelope, the content', () => {
    const { client, opened, sent, statuses } = sendOne(['PIPELINING'], recipients)
    expect(statuses).toEqual(Array(recipients).fill('accepted'))
    expect([opened.flights, sent.flights, client.flights]).toEqual([1, 2, 3])
    expect(sent.milliseconds).toBe(200)
    expect(client.now).toBe(50 + 3 * 100)
  })

  test('costs a flight for each command without PIPELINING', () => {
    const { client } = sendOne([], recipients)
    expect(client.flights).toBe(3 + recipients + 1)
    expect(client.now).toBe(50 + client.flights * 100)
  })

  test('costs as many over LMTP, though each recipient is answered', () => {
    const { client, statuses } = sendOne(['PIPELINING'], recipients, 'lmtp')
    expect(statuses).toEqual(Array(recipients).fill('accepted'))
    expect(client.flights).toBe(3)
  })
})

test('a second message costs two flights, and QUIT one', () => {
  const { client } = sendOne(['PIPELINING'], 2)
  expect(client.run((connection) => transact(connection, envelopeTo(3)), { message }).flights).toBe(2)
  const end = client.run(quit)
  expect([end.flights, end.milliseconds]).toEqual([1, 100])
})

test('STARTTLS costs three flights more: the command, the handshake, EHLO again', () => {
  const flow = { server: smallServer(['PIPELINING', 'STARTTLS']), plan }
  const run = runFlow((connection) => open(connection, { ...opening, startTls: 'required' }), flow)
  expect(run.error).toBeUndefined()
  expect([run.flights, run.milliseconds]).toEqual([4, 50 + 4 * 100])
})

test('how segments are cut and how long the message takes to come makes no flight more', () => {
  const direction = { latency: [50], segmentLengths: [1, 7, 2] }
  const chopped = { ...plan, toServer: direction, toClient: direction, content: { pieceLengths: [3], interval: 20 } }
  const run = runFlow((connection) => oneMessage(connection, 3), { server: smallServer(), plan: chopped, message })
  expect(run.flights).toBe(4)
})

test('what was sent can be read', () => {
  const { sent } = sendOne(['PIPELINING'], 1)
  expect(renderSegments(sent.segments)).toEqual([
    String.raw`150 → 200 ms, flight 2, client: 'MAIL FROM:<ann@bar.example>\r\nRCPT TO:<r0@foo.example>\r\nDATA\r\n'`,
    String.raw`200 → 250 ms, flight 2, server: '250 ok\r\n250 ok\r\n354 go\r\n'`,
    String.raw`250 → 300 ms, flight 3, client: 'Subject: hello\r\n\r\n..a line\r\nand another\r\n.\r\n'`,
    String.raw`300 → 350 ms, flight 3, server: '250 stored\r\n'`,
  ])
})
