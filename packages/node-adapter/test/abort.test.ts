import dns from 'node:dns'
import { Socket } from 'node:net'
import { connect } from '@sansmtp/node'
import { ScriptedServer } from '@sansmtp/testkit/adapter-suite'
import { expect, it, vi } from 'vitest'
import { until } from './turns.ts'

const reason = new Error('no more interest')

it('an abort while the connection is being made rejects with the reason', async () => {
  await using server = await ScriptedServer.listen()
  const controller = new AbortController()
  const connecting = connect({ target: { host: '127.0.0.1', port: server.port }, signal: controller.signal })
  controller.abort(reason)
  await expect(connecting).rejects.toBe(reason)
})

it('an abort when the connection has just been made closes it', async () => {
  await using server = await ScriptedServer.listen()
  const controller = new AbortController()
  using _ = vi.spyOn(Socket.prototype, 'setNoDelay').mockImplementation(function (this: Socket) {
    controller.abort(reason)
    return this
  })
  const connecting = connect({ target: { host: '127.0.0.1', port: server.port }, signal: controller.signal })
  await expect(connecting).rejects.toBe(reason)
  await until(() => server.peers.length > 0)
  await server.finished()
})

it('an abort while a handshake is not answered rejects with the reason', async () => {
  const controller = new AbortController()
  await using server = await ScriptedServer.listen(async (peer) => {
    await peer.readClientHello()
    controller.abort(reason)
  })
  const target = { host: '127.0.0.1', port: server.port }
  const connecting = connect({ target, tls: { serverName: 'localhost' }, signal: controller.signal })
  await expect(connecting).rejects.toBe(reason)
  await server.finished()
})

it('an abort while a name is being looked up rejects with the reason', async () => {
  using lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {})
  const controller = new AbortController()
  const connecting = connect({ target: { host: 'mail.example.test', port: 25 }, signal: controller.signal })
  expect(lookup).toHaveBeenCalledOnce()
  controller.abort(reason)
  await expect(connecting).rejects.toBe(reason)
})

it('an abort before anything has begun rejects with the reason', async () => {
  const target = { host: '127.0.0.1', port: 25 }
  await expect(connect({ target, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
