import { CertificateError, TlsFailedError } from '@sansmtp/core'
import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { memoryTransport, type NetworkPlan, plainNetwork } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { ScriptedPeer, say, smallServer } from './scripted-peer.ts'

const options = { tls: 'off', clientName: 'client.example' } as const
const withTls = { clientName: 'client.example', tlsOptions: { serverName: 'small.example' } } as const
const delivery = { from: 'ann@bar.example', to: ['a@foo.example', 'b@foo.example'], message: 'Subject: hello\n\n.\n' }

describe('a client over a transport in memory', () => {
  test.each([
    ['whole', plainNetwork],
    ['octet by octet', planOf({ segmentLengths: [1] })],
    ['in odd pieces that take their turns', { ...planOf({ segmentLengths: [3, 1, 8] }), choices: [0, 3, 1] }],
  ])('delivers, the stream coming %s', async (_, plan) => {
    const server = smallServer()
    const client = await SmtpClient.over(memoryTransport(server, { plan }), options)
    const report = await client.deliver(delivery)
    await client.quit()
    expect(report.recipients.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
    expect(server.received).toContain('DATA\r\nSubject: hello\r\n\r\n..\r\n.\r\nQUIT\r\n')
    expect(server.inputs.filter((input) => input === '!end')).toHaveLength(1)
  })

  test('delivers over LMTP', async () => {
    const client = await LmtpClient.over(memoryTransport(smallServer([], 'lmtp')), options)
    expect((await client.deliver(delivery)).ok).toBe(true)
  })

  test('upgrades to TLS', async () => {
    const server = smallServer(['STARTTLS'])
    const transport = memoryTransport(server, { tlsInfo: { protocol: 'TLSv1.3' } })
    const client = await SmtpClient.over(transport, withTls)
    expect(client.tls).toEqual({ protocol: 'TLSv1.3' })
    expect(server.inputs).toEqual(['EHLO client.example\r\n', 'STARTTLS\r\n', '!tls', 'EHLO client.example\r\n'])
  })

  test.each([
    ['failed', TlsFailedError],
    ['certificateRefused', CertificateError],
  ] as const)('does not open where the handshake is %s', async (tls, error) => {
    const server = smallServer(['STARTTLS'])
    const opening = SmtpClient.over(memoryTransport(server, { plan: { ...plainNetwork, tls } }), withTls)
    await expect(opening).rejects.toThrow(error)
    expect(server.inputs.at(-1)).toBe('!end')
  })

  test('is told where TLS stands already, and what its own side is', async () => {
    const server = smallServer()
    const transport = memoryTransport(server, { tls: { protocol: 'TLSv1.2' }, local: { address: '192.0.2.7' } })
    const client = await SmtpClient.over(transport, { tls: 'implicit' })
    expect(client.tls).toEqual({ protocol: 'TLSv1.2' })
    expect(server.received).toBe('EHLO [192.0.2.7]\r\n')
  })
})

describe('a transport in memory', () => {
  const whole = '220 small.example\r\n'

  test.each([0, 1, 10, whole.length])('gives exactly %i octets before a cut, then the end', async (afterOctets) => {
    const transport = memoryTransport(smallServer(), { plan: planOf({ cut: { afterOctets, receiver: 'end' } }) })
    let read = ''
    for (let piece = await transport.read(); piece !== null; piece = await transport.read()) {
      read += new TextDecoder().decode(piece)
    }
    expect(read).toBe(whole.slice(0, afterOctets))
  })

  test('hands out what is there in pieces of the given lengths, joined where they are longer', async () => {
    const server = new ScriptedPeer((line) => (line === 'b' ? [say('1234')] : [say('12')]))
    const plan = planOf({ segmentLengths: [2, 7] })
    const transport = memoryTransport(server, { plan })
    await transport.write(new TextEncoder().encode('a\r\nb\r\n'))
    expect(server.inputs).toEqual(['a\r', '\nb\r\n'])
    expect([await transport.read(), await transport.read()].map((piece) => piece?.length)).toEqual([2, 7])
  })

  test('lets a read take its turns to settle', async () => {
    const order = async (choices: readonly number[]) => {
      const settled: string[] = []
      const read = memoryTransport(smallServer(), { plan: { ...plainNetwork, choices } }).read()
      const other = async () => {
        for (let turn = 0; turn < 5; turn += 1) await undefined
      }
      await Promise.all([read.then(() => settled.push('read')), other().then(() => settled.push('other'))])
      return settled
    }
    expect(await order([])).toEqual(['read', 'other'])
    expect(await order([9])).toEqual(['other', 'read'])
  })

  test('ends when the server closes, behind what it said', async () => {
    const transport = memoryTransport(new ScriptedPeer(undefined, [say('421 bye'), { type: 'CloseRequested' }]))
    expect(await transport.read()).toHaveLength(9)
    expect(await transport.read()).toBeNull()
  })

  test('fails the handshake where the client said more in clear behind STARTTLS', async () => {
    const server = smallServer(['STARTTLS'])
    const transport = memoryTransport(server, { plan: planOf({ segmentLengths: [10] }) })
    await transport.write(new TextEncoder().encode('STARTTLS\r\nNOOP\r\n'))
    for (let read = 0; read < 3; read += 1) await transport.read()
    await expect(transport.startTls({ serverName: 'x' })).rejects.toThrow(TlsFailedError)
    expect(server.inputs).toEqual(['STARTTLS\r\n', '!end'])
  })

  test('rejects a read where it is reset', async () => {
    const plan = planOf({ cut: { afterOctets: 3, receiver: 'reset' } })
    const transport = memoryTransport(smallServer(), { plan })
    expect(await transport.read()).toHaveLength(3)
    await expect(transport.read()).rejects.toThrow('reset')
  })

  test('gives the server exactly so many octets, and goes on reading', async () => {
    const server = new ScriptedPeer((line) => (line === 'NOOP' ? [say('250 ok')] : undefined))
    const cut = { afterOctets: 8, receiver: 'end' } as const
    const transport = memoryTransport(server, {
      plan: { ...plainNetwork, toServer: { ...plainNetwork.toServer, cut } },
    })
    const write = () => transport.write(new TextEncoder().encode('NOOP\r\n'))
    await write()
    await write()
    await write()
    expect(server.inputs).toEqual(['NOOP\r\n', 'NO', '!end'])
    expect(await transport.read()).toHaveLength(8)
  })

  test('rejects a write behind a cut where the sender is to know', async () => {
    const cut = { afterOctets: 2, receiver: 'end', senderLearnsAfter: 0 } as const
    const plan = { ...plainNetwork, toServer: { ...plainNetwork.toServer, cut } }
    const transport = memoryTransport(smallServer(), { plan })
    await transport.write(new Uint8Array(3))
    await expect(transport.write(new Uint8Array(1))).rejects.toThrow('reset')
  })

  test('wakes a read that is pending when the server has something to say', async () => {
    const server = new ScriptedPeer((line) => [say(line)])
    const transport = memoryTransport(server)
    const pending = async () => {
      const read = transport.read()
      for (let turn = 0; turn < 9; turn += 1) await undefined
      return { read }
    }
    const echoed = await pending()
    await transport.write(new TextEncoder().encode('a\r\n'))
    expect(await echoed.read).toHaveLength(3)
    const unasked = await pending()
    server.act(say('421 bye'))
    transport.wakeServer()
    expect(await unasked.read).toHaveLength(9)
  })

  test('ends a read that is pending when it is closed, and takes nothing more', async () => {
    const server = new ScriptedPeer((line) => (line === '!end' ? [{ type: 'CloseRequested' }] : undefined))
    const transport = memoryTransport(server)
    const read = transport.read()
    for (let turn = 0; turn < 9; turn += 1) await undefined
    await transport.close()
    await transport.close()
    expect(await read).toBeNull()
    expect(server.inputs).toEqual(['!end'])
    await expect(transport.write(new Uint8Array(1))).rejects.toThrow('closed')
  })

  test('refuses to begin TLS over octets that came in clear', async () => {
    const server = new ScriptedPeer(undefined, [{ type: 'StartTlsRequested' }, say('250 injected')])
    await expect(memoryTransport(server).startTls({ serverName: 'x' })).rejects.toThrow(TlsFailedError)
  })

  test('rejects calls before the last of their kind has settled', async () => {
    const transport = memoryTransport(new ScriptedPeer())
    const read = transport.read()
    await expect(transport.read()).rejects.toThrow('the last read')
    await expect(transport.startTls({ serverName: 'x' })).rejects.toThrow('the last read')
    const write = transport.write(new Uint8Array(1))
    await expect(transport.write(new Uint8Array(1))).rejects.toThrow('the last write')
    await write
    const late = transport.write(new Uint8Array(1))
    await expect(transport.startTls({ serverName: 'x' })).rejects.toThrow('amid a write')
    await late
    transport.close()
    expect(await read).toBeNull()
  })

  test('refuses TLS that the server has not asked for', async () => {
    await expect(memoryTransport(new ScriptedPeer()).startTls({ serverName: 'x' })).rejects.toThrow(TlsFailedError)
  })
})

function planOf(toClient: Partial<NetworkPlan['toClient']>): NetworkPlan {
  const lengths = toClient.segmentLengths ?? []
  return {
    ...plainNetwork,
    toServer: { ...plainNetwork.toServer, segmentLengths: lengths },
    toClient: { ...plainNetwork.toClient, ...toClient },
  }
}
