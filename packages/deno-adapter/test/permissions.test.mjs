// What a program that was not given every permission sees.
import assert from 'node:assert/strict'
import { ConnectionFailedError, connect } from '@sansmtp/deno'

const { signal } = new AbortController()

/** A server that takes a connection, and the connection. */
async function connected(use) {
  using listener = Deno.listen({ hostname: '127.0.0.1', port: 0 })
  const accepting = listener.accept()
  const transport = await connect({ target: { host: '127.0.0.1', port: listener.addr.port }, signal })
  using _peer = await accepting
  await use(transport)
  await transport.close()
}

function refused(attempt, reason) {
  return assert.rejects(attempt, (error) => {
    assert.ok(error instanceof ConnectionFailedError, String(error))
    assert.ok(error.cause instanceof Deno.errors.NotCapable)
    assert.match(error.message, reason)
    return true
  })
}

Deno.test(
  'the name of the host is told where the program may ask for it',
  { permissions: { net: true, sys: ['hostname'] } },
  () =>
    connected((transport) => assert.deepEqual(transport.local, { address: '127.0.0.1', hostName: Deno.hostname() })),
)

Deno.test('the name of the host is left out where the program may not ask for it', { permissions: { net: true } }, () =>
  connected((transport) => assert.deepEqual(transport.local, { address: '127.0.0.1' })),
)

Deno.test('a connection without leave for the network names the permission', { permissions: 'none' }, () =>
  refused(
    connect({ target: { host: 'mail.example', port: 25 }, signal }),
    /^could not connect to 'mail\.example' port 25: .* permission --allow-net$/,
  ),
)

Deno.test('a unix socket without leave for the path names the permission', { permissions: 'none' }, () =>
  refused(
    connect({ target: { path: '/run/lmtp\n' }, signal }),
    /^could not connect to '\/run\/lmtp\\n': .* permission --allow-(?:read|write)$/,
  ),
)
