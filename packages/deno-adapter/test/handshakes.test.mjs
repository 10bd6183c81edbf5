// What is Deno's own in handshakes, and not in the suite of all adapters.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CertificateError,
  connect,
  InvalidArgumentError,
  NotConnectedError,
  SmtpClient,
  TimeoutError,
} from '@sansmtp/deno'
import { remoteServers, runCase, settingWith } from '@sansmtp/testkit/adapter-suite'
import { capabilities } from './capabilities.mjs'
import { startServers } from './start-servers.mjs'

const setting = await settingWith(remoteServers(await startServers()), connect, capabilities)
const reason = new Error('no more interest')

/** A case as the suite's are, which nothing of may outlast. */
function holds(name, run) {
  it(name, { timeout: 30_000 }, () => runCase({ name, run }, setting, 10_000))
}

/** A connection that a server leaves without an answer in the midst of the handshake. */
async function unanswered(stage) {
  const { transport, peer } = await stage.pair(false)
  const upgrading = transport.startTls(stage.trusted)
  upgrading.catch(() => {})
  await peer.readClientHello()
  return { transport, peer, upgrading }
}

describe('a handshake that is not answered', () => {
  holds('is rejected as soon as the transport is closed, and its socket goes with the server', async (stage) => {
    const { transport, peer, upgrading } = await unanswered(stage)
    await transport.close()
    await assert.rejects(upgrading, NotConnectedError)
    peer.end()
    await peer.hungUp()
  })

  holds('is rejected as soon as it is closed, though the server goes on with it', async (stage) => {
    const { transport, peer, upgrading } = await unanswered(stage)
    await transport.close()
    await assert.rejects(upgrading, NotConnectedError)
    await peer.startTls(stage.identity)
    assert.equal(String(await peer.readToEnd()), '')
  })

  holds('is rejected when the transport is closed before it has begun', async (stage) => {
    const { transport, peer } = await stage.pair(false)
    const refused = assert.rejects(transport.startTls(stage.trusted), NotConnectedError)
    await transport.close()
    await refused
    peer.destroy()
  })

  holds('is rejected with the reason of an abort', async (stage) => {
    const controller = new AbortController()
    const server = await stage.serve(async (peer) => {
      await peer.readClientHello()
      controller.abort(reason)
      await ended
      peer.destroy()
    })
    const attempt = stage.open(server, { tls: stage.trusted, signal: controller.signal })
    const ended = assert.rejects(attempt, (error) => error === reason)
    await ended
  })

  holds('ends with TimeoutError when it takes too long', async (stage) => {
    const server = await stage.serve(async (peer) => {
      await ended
      peer.destroy()
    })
    const attempt = SmtpClient.connect(`smtps://127.0.0.1:${server.port}`, { timeouts: { connect: 20 } })
    const ended = assert.rejects(attempt, TimeoutError)
    await ended
  })
})

describe('options of TLS', () => {
  const withoutCertificate = [
    ['an empty list', []],
    ['an empty text', ''],
    ['a text that is no PEM', ['no PEM', '']],
  ]
  for (const [what, ca] of withoutCertificate) {
    holds(`trust nobody where the authorities are ${what}, instead of Deno's own`, async (stage) => {
      const server = await stage.serve(async (peer) => assert.equal((await peer.readToEnd()).length, 0))
      const transport = await stage.open(server)
      await assert.rejects(transport.startTls({ serverName: 'localhost', ca }), (error) => {
        assert.ok(error instanceof CertificateError)
        assert.equal(error.code, 'CERTIFICATE_UNTRUSTED')
        return true
      })
      await transport.close()
      await server.finished()
    })
  }

  holds('with an authority that can not be read fail as TLS, and leave nothing open', async (stage) => {
    const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    const server = await stage.serve(async (peer) => assert.equal((await peer.readToEnd()).length, 0))
    await assert.rejects(stage.open(server, { tls: { serverName: 'localhost', ca } }), { code: 'TLS_FAILED' })
    await server.finished()
  })

  holds('with an empty name are refused, which Deno would take for a name of its own', async (stage) => {
    const server = await stage.serve(async (peer) => assert.equal((await peer.readToEnd()).length, 0))
    await assert.rejects(stage.open(server, { tls: { ...stage.trusted, serverName: '' } }), InvalidArgumentError)
    const transport = await stage.open(server)
    await assert.rejects(transport.startTls({ ...stage.trusted, serverName: '' }), InvalidArgumentError)
    await transport.close()
    await server.finished()
  })

  holds('are refused for a unix socket, over which Deno has no TLS', async (stage) => {
    const server = await stage.serve(async (peer) => assert.equal((await peer.readToEnd()).length, 0), { unix: true })
    const refused = (error) => error instanceof InvalidArgumentError && error.field === 'tls'
    await assert.rejects(stage.open(server, { tls: stage.trusted }), refused)
    const transport = await stage.open(server)
    await assert.rejects(transport.startTls(stage.trusted), refused)
    await transport.close()
    await server.finished()
  })
})

describe('the end of a TLS connection', () => {
  holds('is null without a last word of TLS too, again and again', async (stage) => {
    const { transport, peer } = await stage.pair(true)
    await peer.deliver(new TextEncoder().encode('221 bye\r\n'))
    await stage.stillness()
    peer.destroy()
    assert.equal(String.fromCharCode(...(await transport.read())), '221 bye\r\n')
    assert.equal(await transport.read(), null)
    assert.equal(await transport.read(), null)
  })
})
