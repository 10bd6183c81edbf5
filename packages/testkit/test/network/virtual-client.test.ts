import { AbortedError, CertificateError, open, TlsFailedError, transact, UnexpectedEofError } from '@sansmtp/core'
import {
  type HandshakePlan,
  type NetworkPlan,
  plainNetwork,
  roundTripOf,
  runFlow,
  VirtualClient,
} from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { ScriptedPeer, say, smallServer } from './scripted-peer.ts'
import { envelopeTo, message, oneMessage, opening } from './sessions.ts'

const plan = roundTripOf(100)

describe('a handshake', () => {
  const openWith = (tls: HandshakePlan) =>
    runFlow((connection) => open(connection, { ...opening, startTls: 'required' }), {
      server: smallServer(['STARTTLS']),
      plan: { ...plan, tls },
    })

  test('that the server refuses fails a round trip later', () => {
    const run = openWith('failed')
    expect(run.error).toBeInstanceOf(TlsFailedError)
    expect([run.flights, run.milliseconds]).toEqual([3, 50 + 3 * 100])
  })

  test('whose certificate the client refuses fails a round trip later', () => {
    const run = openWith('certificateRefused')
    expect(run.error).toBeInstanceOf(CertificateError)
    expect(run.milliseconds).toBe(50 + 3 * 100)
  })

  test('amid which plaintext comes fails', () => {
    const server = smallServer(['STARTTLS'])
    const client = new VirtualClient({ server, plan })
    client.network.time.lane().after(2.2 * 100, () => {
      server.act(say('250 injected'))
      client.network.wakeServer()
    })
    const run = client.run((connection) => open(connection, { ...opening, startTls: 'required' }))
    expect(run.error).toBeInstanceOf(TlsFailedError)
    expect(client.connection.secure).toBe(false)
  })
})

describe('a timeout', () => {
  test('fires at its virtual instant, counted from when the wait begins', () => {
    const server = new ScriptedPeer(
      (line) => (line.startsWith('EHLO') ? [say('250 small.example')] : undefined),
      [say('220 hi')],
    )
    const client = new VirtualClient({ server, plan, timeouts: { mail: 7000 } })
    client.run((connection) => open(connection, opening))
    const run = client.run((connection) => transact(connection, envelopeTo(1)))
    expect(run.result.error).toMatchObject({ code: 'TIMEOUT', phase: 'mail', milliseconds: 7000 })
    expect(run.milliseconds).toBe(7000)
    expect(run.result.outcomes).toEqual([{ status: 'notSent' }])
  })

  test('is not put off by half a reply', () => {
    const server = new ScriptedPeer()
    const client = new VirtualClient({ server, plan })
    client.network.time.lane().after(200_000, () => {
      server.act({ type: 'SendBytes', bytes: new TextEncoder().encode('220') })
      client.network.wakeServer()
    })
    const run = client.run((connection) => open(connection, opening))
    expect(run.error).toMatchObject({ code: 'TIMEOUT', phase: 'greeting', milliseconds: 300_000 })
    expect(run.milliseconds).toBe(300_000)
  })

  test('does not run while the message’s source is what is waited for', () => {
    const toServer = { ...plan.toServer, octetsPerMillisecond: 0.01 }
    const slow = { ...plan, toServer, content: { pieceLengths: [8], interval: 3_600_000 } }
    const run = runFlow((connection) => oneMessage(connection, 1), { server: smallServer(), plan: slow, message })
    expect(run.result.outcomes.map(({ status }) => status)).toEqual(['accepted'])
    expect(run.milliseconds).toBeGreaterThan(5 * 3_600_000)
  })

  test('ends content that the network does not take', () => {
    const slow = {
      ...plan,
      toServer: { latency: [50], segmentLengths: [], octetsPerMillisecond: 0.1 },
      content: { pieceLengths: [2500], interval: 0 },
    }
    const client = new VirtualClient({ server: smallServer(), plan: slow, timeouts: { content: 1000 } })
    client.run((connection) => open(connection, opening))
    const run = client.run((connection) => transact(connection, envelopeTo(1)), {
      message: new Uint8Array(5000).fill(120),
    })
    expect(run.result.error).toMatchObject({ code: 'TIMEOUT', phase: 'content', milliseconds: 1000 })
    expect(run.result.outcomes).toEqual([{ status: 'notSent' }])
  })
})

test('an abort comes at its virtual instant', () => {
  const run = runFlow((connection) => open(connection, opening), { server: new ScriptedPeer(), plan, abortAfter: 1234 })
  expect(run.error).toBeInstanceOf(AbortedError)
  expect(run.milliseconds).toBe(1234)
  expect(() => run.result).toThrow(AbortedError)
})

test('an abort that comes too late changes nothing', () => {
  const client = new VirtualClient({ server: smallServer(), plan })
  expect(client.run((connection) => open(connection, opening), { abortAfter: 160 }).error).toBeUndefined()
  const run = client.run((connection) => transact(connection, envelopeTo(1)), { message })
  expect(run.result.outcomes.map(({ status }) => status)).toEqual(['accepted'])
})

test('a cut is learned of when its end arrives', () => {
  const cut = { afterOctets: 10, receiver: 'end' } as const
  const run = runFlow((connection) => open(connection, opening), {
    server: smallServer(),
    plan: { ...plan, toClient: { ...plan.toClient, cut } },
  })
  expect(run.error).toBeInstanceOf(UnexpectedEofError)
  expect(run.milliseconds).toBe(50)
})

test('a reset hands over its error', () => {
  const cut = { afterOctets: 10, receiver: 'reset' } as const
  const run = runFlow((connection) => open(connection, opening), {
    server: smallServer(),
    plan: { ...plainNetwork, toClient: { ...plainNetwork.toClient, cut } },
  })
  expect(run.error).toMatchObject({ cause: { message: 'the connection was reset' } })
})

test('a flow that waits for ever is found out', () => {
  const client = new VirtualClient({ server: smallServer(), plan })
  client.run((connection) => open(connection, opening))
  const waiting = () =>
    client.run(function* () {
      yield 'nextEvent'
    })
  expect(waiting).toThrow('the flow waits at 150 ms in state ready, and nothing will ever happen')
})

test('a flow has no more than the patience that it is given, from its start', () => {
  const client = new VirtualClient({ server: smallServer(), plan })
  client.run((connection) => open(connection, opening))
  const send = (patience: number) =>
    client.run((connection) => transact(connection, envelopeTo(1)), { message, patience }).result.outcomes[0]?.status
  expect(send(200)).toBe('accepted')
  expect(() => send(199)).toThrow('the next thing happens at 550 ms')
})

test('a message is not read on when the server has refused it', () => {
  const refuse = (line: string) => (line === 'Subject: hello' ? [say('552 5.3.4 too much')] : undefined)
  const server = smallServer(['PIPELINING'], 'smtp', refuse)
  const client = new VirtualClient({ server, plan: { ...plan, content: { pieceLengths: [15], interval: 99 } } })
  client.run((connection) => open(connection, opening))
  const run = client.run((connection) => transact(connection, envelopeTo(1)), { message })
  expect(run.result.outcomes.map(({ status }) => status)).toEqual(['rejected'])
  client.network.run()
  expect(server.received).not.toContain('another')
})

test('the message is handed over in the planned pieces, and from its start for each transaction', () => {
  const plan: NetworkPlan = { ...plainNetwork, content: { pieceLengths: [20, 1], interval: 10 } }
  const server = smallServer()
  const client = new VirtualClient({ server, plan })
  client.run((connection) => open(connection, opening))
  for (const beginning of [0, 40]) {
    const run = client.run((connection) => transact(connection, envelopeTo(1)), { message })
    const sentAt = run.segments.filter(({ from }) => from === 'client').map((segment) => segment.sentAt - beginning)
    expect(sentAt).toEqual([0, 10, 20, 30, 40])
  }
  const content = 'Subject: hello\r\n\r\n..a line\r\nand another\r\n.\r\n'
  expect(server.received.split(content)).toHaveLength(3)
})
