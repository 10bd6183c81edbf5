// What is Deno's own in connecting, and not in the suite of all adapters.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionFailedError, connect, InvalidArgumentError } from '@sansmtp/deno'

const { signal } = new AbortController()

describe('connecting', () => {
  it('sends without the delay of Nagle', async () => {
    using listener = Deno.listen({ hostname: '127.0.0.1', port: 0 })
    const { port } = listener.addr
    using probe = await Deno.connect({ port })
    const prototype = Object.getPrototypeOf(probe)
    const { setNoDelay } = prototype
    const calls = []
    prototype.setNoDelay = function (on = true) {
      calls.push([this.remoteAddr.port, on])
      return setNoDelay.call(this, on)
    }
    try {
      await (await connect({ target: { host: '127.0.0.1', port }, signal })).close()
    } finally {
      prototype.setNoDelay = setNoDelay
    }
    assert.deepEqual(calls, [[port, true]])
  })

  it('gives up at once when it is aborted before the server has answered', async () => {
    // Nobody accepts: the system answers two, and leaves the others without an answer.
    using listener = Deno.listen({ hostname: '127.0.0.1', port: 0, tcpBacklog: 1 })
    const controller = new AbortController()
    const reason = new Error('no more interest')
    const request = { target: { host: '127.0.0.1', port: listener.addr.port }, signal: controller.signal }
    const attempts = Array.from({ length: 6 }, () => connect(request))
    const settled = Promise.allSettled(attempts)
    await Promise.any(attempts)
    controller.abort(reason)
    const outcomes = await settled
    await Promise.all(outcomes.map(({ value }) => value?.close()))
    const refusals = outcomes.filter(({ status }) => status === 'rejected')
    assert.ok(refusals.length > 0)
    for (const refusal of refusals) assert.equal(refusal.reason, reason)
  })

  it('leaves alone what a read gave when the next one gives more', async () => {
    using listener = Deno.listen({ hostname: '127.0.0.1', port: 0 })
    const transport = await connect({ target: { host: '127.0.0.1', port: listener.addr.port }, signal })
    using peer = await listener.accept()
    await peer.write(Uint8Array.of(1, 2, 3))
    const first = await transport.read()
    await peer.write(Uint8Array.of(4, 5, 6))
    const second = await transport.read()
    await transport.close()
    assert.deepEqual([...first, ...second], [1, 2, 3, 4, 5, 6])
  })

  it('refuses a local address, and shows it in escapes', async () => {
    await assert.rejects(
      connect({ target: { host: '127.0.0.1', port: 1 }, localAddress: '::1\n', signal }),
      (error) => {
        assert.ok(error instanceof InvalidArgumentError)
        assert.match(error.message, /^localAddress .*: '::1\\n'$/)
        return true
      },
    )
  })

  const failures = [
    [{ host: '127.0.0.1', port: 1 }, "could not connect to '127.0.0.1' port 1: ECONNREFUSED"],
    [{ path: '/nowhere\n/lmtp' }, "could not connect to '/nowhere\\n/lmtp': ENOENT"],
  ]
  for (const [target, message] of failures) {
    it(`has the code of Deno's error in "${message}"`, async () => {
      await assert.rejects(connect({ target, signal }), (error) => {
        assert.ok(error instanceof ConnectionFailedError)
        assert.equal(error.message, message)
        assert.ok(error.cause instanceof Error)
        return true
      })
    })
  }

  it("has Deno's message in escapes where there is no code", async () => {
    await assert.rejects(connect({ target: { host: 'a\nb', port: 1 }, signal }), (error) => {
      assert.ok(error instanceof ConnectionFailedError)
      assert.match(error.message, /^could not connect to 'a\\nb' port 1: '[^\n]+'$/)
      return true
    })
  })
})
