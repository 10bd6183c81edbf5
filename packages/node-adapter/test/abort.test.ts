import dns from 'node:dns'
import { Socket } from 'node:net'
import { AbortedError, connect, SmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it, vi } from 'vitest'
import { type Peer, serve, settle, until } from './scripted-server.ts'

const authority = await createCertificateAuthority()
const identity = await authority.issue()
const tlsOptions = { ca: authority.certificate }
const reason = new Error('no more interest')

describe('an abort while', () => {
  it('the connection is being made rejects with the reason', async () => {
    await using server = await serve((peer) => peer.hungUp())
    const controller = new AbortController()
    const connecting = connect({ target: { host: '127.0.0.1', port: server.port }, signal: controller.signal })
    controller.abort(reason)
    await expect(connecting).rejects.toBe(reason)
    await settle()
    await server.finished()
  })

  it('the connection has just been made closes it', async () => {
    await using server = await serve((peer) => peer.hungUp())
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

  it('a handshake is not answered rejects with the reason', async () => {
    const controller = new AbortController()
    await using server = await serve(async (peer) => {
      await peer.read()
      controller.abort(reason)
      await peer.hungUp()
    })
    const target = { host: '127.0.0.1', port: server.port }
    const connecting = connect({ target, tls: { serverName: 'localhost' }, signal: controller.signal })
    await expect(connecting).rejects.toBe(reason)
    await server.finished()
  })

  it('a name is being looked up rejects with the reason', async () => {
    using lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {})
    const controller = new AbortController()
    const connecting = connect({ target: { host: 'mail.example.test', port: 25 }, signal: controller.signal })
    expect(lookup).toHaveBeenCalledOnce()
    controller.abort(reason)
    await expect(connecting).rejects.toBe(reason)
  })

  it('nothing has begun opens nothing', async () => {
    await using server = await serve((peer) => peer.hungUp())
    const target = { host: '127.0.0.1', port: server.port }
    await expect(connect({ target, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await settle()
    expect(server.peers).toHaveLength(0)
  })

  it('the implicit TLS handshake is not answered closes the connection', async () => {
    const controller = new AbortController()
    await using server = await serve(async (peer) => {
      await peer.read()
      controller.abort(reason)
      await peer.hungUp()
    })
    const connecting = SmtpClient.connect(`smtps://127.0.0.1:${server.port}`, { signal: controller.signal })
    await expect(connecting).rejects.toBeInstanceOf(AbortedError)
    await expect(connecting).rejects.toMatchObject({ cause: reason })
    await server.finished()
  })

  it('the STARTTLS handshake is not answered closes the connection', async () => {
    const controller = new AbortController()
    await using server = await serve(async (peer) => {
      peer.send('220 ready\r\n')
      await peer.answer('EHLO', '250-hello\r\n250 STARTTLS')
      await peer.answer('STARTTLS', '220 go')
      await peer.read()
      controller.abort(reason)
      await peer.hungUp()
    })
    const connecting = SmtpClient.connect(`smtp://127.0.0.1:${server.port}`, { signal: controller.signal })
    await expect(connecting).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
    await server.finished()
  })

  it('a reply is waited for closes the connection', async () => {
    const controller = new AbortController()
    await using server = await serve(async (peer) => {
      peer.send('220 ready\r\n')
      await peer.readLine()
      controller.abort(reason)
      await peer.hungUp()
    })
    const url = `smtp://127.0.0.1:${server.port}`
    const connecting = SmtpClient.connect(url, { tls: 'off', signal: controller.signal })
    await expect(connecting).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
    await server.finished()
  })

  it.each([
    ['in clear', 'smtp'],
    ['over TLS', 'smtps'],
  ])('content is going out %s, and nobody takes it, is told in the report', async (_, scheme) => {
    const controller = new AbortController()
    await using server = await serve(async (peer) => {
      if (scheme === 'smtps') await peer.startTls(identity)
      await takeEnvelope(peer)
      await settle()
      controller.abort(reason)
      await peer.hungUp()
    })
    const url = `${scheme}://127.0.0.1:${server.port}`
    const tls = scheme === 'smtps' ? { tlsOptions } : { tls: 'off' as const }
    const client = await SmtpClient.connect(url, tls)
    const delivery = { from: 'ann@example.org', to: 'bob@example.net', message: Buffer.alloc(24_000_000, 'hello\r\n') }
    const report = await client.deliver(delivery, { signal: controller.signal })
    expect(report).toMatchObject({
      ok: false,
      recipients: [{ status: 'notSent' }],
      error: { code: 'ABORTED', cause: reason },
    })
    expect(client.connected).toBe(false)
    await server.finished()
  })
})

async function takeEnvelope(peer: Peer): Promise<void> {
  peer.send('220 ready\r\n')
  await peer.answer('EHLO', '250 hello')
  await peer.answer('MAIL', '250 ok')
  await peer.answer('RCPT', '250 ok')
  await peer.answer('DATA', '354 go')
}
