import { type DirectionPlan, type NetworkPlan, plainNetwork, roundTripOf, VirtualNetwork } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { ScriptedPeer, say } from './scripted-peer.ts'

const close = { type: 'CloseRequested' }

/** A network from a client that says what is given to a server that answers each line with `ok`. */
function networkOf(plan: NetworkPlan, ...lines: string[]) {
  const server = new ScriptedPeer((line) => (line.startsWith('!') ? undefined : [say('ok')]))
  const client = new ScriptedPeer()
  const network = new VirtualNetwork({ client, server, plan })
  for (const line of lines) {
    client.act(say(line))
    network.wakeClient()
    network.run(0)
  }
  return { network, client, server }
}

function toServer(direction: Partial<DirectionPlan>): NetworkPlan {
  return { ...plainNetwork, toServer: { ...plainNetwork.toServer, ...direction } }
}

function toClient(direction: Partial<DirectionPlan>): NetworkPlan {
  return { ...plainNetwork, toClient: { ...plainNetwork.toClient, ...direction } }
}

describe('a virtual network', () => {
  test('without a plan takes no time', () => {
    const { network, client, server } = networkOf(plainNetwork, 'a')
    network.run()
    expect(server.received).toBe('a\r\n')
    expect(client.received).toBe('ok\r\n')
    expect(network.time.now).toBe(0)
  })

  test('takes half of the round trip each way', () => {
    const { network } = networkOf(roundTripOf(100), 'a')
    network.run()
    expect(network.segments).toMatchObject([
      { from: 'client', sentAt: 0, arrivesAt: 50, depth: 1 },
      { from: 'server', sentAt: 50, arrivesAt: 100, depth: 1 },
    ])
    expect(network.time.now).toBe(100)
  })

  test('stops at the time that is asked for', () => {
    const { network, client, server } = networkOf(roundTripOf(100), 'a')
    network.run(99)
    expect([server.received, client.received]).toEqual(['a\r\n', ''])
    network.run(100)
    expect(client.received).toBe('ok\r\n')
  })

  test('keeps order where a later segment has less latency', () => {
    const { network, server } = networkOf(toServer({ latency: [30, 10], segmentLengths: [2] }), 'abc')
    network.run()
    expect(server.inputs).toEqual(['ab', 'c\r', '\n'])
    expect(network.segments.filter(({ from }) => from === 'client').map(({ arrivesAt }) => arrivesAt)).toEqual([
      30, 30, 30,
    ])
  })

  test('cuts segments at the given lengths, in turn', () => {
    const { network, server } = networkOf(toServer({ segmentLengths: [1, 3] }), 'abcdef')
    network.run()
    expect(server.inputs).toEqual(['a', 'bcd', 'e', 'f\r\n'])
  })

  test('takes as long as bandwidth needs, also for what is written later', () => {
    const { network, client } = networkOf(toServer({ latency: [5], octetsPerMillisecond: 0.5 }), '12345678')
    network.run(10)
    client.act(say('ab'))
    network.wakeClient()
    network.run()
    const sent = network.segments.filter(({ from }) => from === 'client')
    expect(sent.map(({ sentAt, arrivesAt }) => [sentAt, arrivesAt])).toEqual([
      [0, 25],
      [10, 33],
    ])
  })

  test.each([0, 1, 2, 3, 4])('delivers exactly %i octets before a cut, then the end', (afterOctets) => {
    const { network, server, client } = networkOf(toServer({ cut: { afterOctets, receiver: 'end' } }), 'ab', 'cd')
    network.run()
    expect(server.received).toBe('ab\r\ncd\r\n'.slice(0, afterOctets))
    expect(server.inputs.at(-1)).toBe('!end')
    // The sender has not learned of it.
    expect(client.inputs).toEqual(afterOctets === 4 ? ['ok\r\n'] : [])
  })

  test('ends at once where it is cut before the first octet', () => {
    const { network, server } = networkOf(toServer({ cut: { afterOctets: 0, receiver: 'end' } }))
    network.run()
    expect(server.inputs).toEqual(['!end'])
  })

  test('ends right behind the last octet, though nothing more is sent', () => {
    const { network, server } = networkOf(toServer({ cut: { afterOctets: 4, receiver: 'reset' } }), 'ab')
    network.run()
    expect(server.inputs).toEqual(['ab\r\n', '!reset'])
  })

  test('tells the sender of a cut when the plan says so', () => {
    const cut = { afterOctets: 1, receiver: 'silence', senderLearnsAfter: 70 } as const
    const { network, server, client } = networkOf(toServer({ cut }), 'ab')
    network.run(69)
    expect([server.inputs, client.inputs]).toEqual([['a'], []])
    network.run(70)
    expect(client.inputs).toEqual(['!reset'])
  })

  test('goes on one way when it is closed the other', () => {
    const { network, client } = networkOf(toServer({ cut: { afterOctets: 3, receiver: 'end' } }), 'a', 'b')
    network.run()
    expect(client.received).toBe('ok\r\n')
  })

  test('cuts what comes from the server at its octets', () => {
    const { network, client, server } = networkOf(toClient({ cut: { afterOctets: 5, receiver: 'end' } }), 'a', 'b')
    network.run()
    expect(client.inputs).toEqual(['ok\r\n', 'o', '!end'])
    expect(server.received).toBe('a\r\nb\r\n')
  })

  test('flushes before it closes, and tells both', () => {
    const client = new ScriptedPeer(undefined, [say('a'), close])
    const server = new ScriptedPeer((line) => (line === 'a' ? [say('ok')] : undefined))
    new VirtualNetwork({ client, server }).run()
    expect(server.inputs).toEqual(['a\r\n', '!end'])
    // What comes after it has closed is not read any more.
    expect(client.inputs).toEqual(['!end'])
  })

  test('lets a machine see what has come in before its own next write, or after, as chosen', () => {
    const order = (choices: readonly number[]) => {
      const { network, client } = networkOf({ ...roundTripOf(100), choices }, 'a')
      network.run(99)
      client.act(say('b'))
      // Two things are due at 100 ms now: the server's `ok`, and what the client has to say.
      network.time.lane().after(1, () => network.wakeClient())
      network.run()
      return network.segments.filter(({ from }) => from === 'client').map(({ depth }) => depth)
    }
    expect(order([])).toEqual([1, 2])
    expect(order([0, 1, 0])).toEqual([1, 1])
  })

  test('finds out when time does not go on', () => {
    const client = new ScriptedPeer(() => [say('again')], [say('and')])
    const server = new ScriptedPeer(() => [say('again')])
    expect(() => new VirtualNetwork({ client, server }).run()).toThrow('no end to what happens at 0 ms')
  })
})
