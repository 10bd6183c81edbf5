import assert from 'node:assert/strict'
import { ConnectionFailedError } from '@sansmtp/core'
import type { Target } from '@sansmtp/core/client'
import type { AdapterCaseGroup } from '../adapter-case.ts'
import { readText } from '../octets.ts'
import type { Stage } from '../stage.ts'

/** A label has 63 octets at most (RFC 1035 §2.3.4), so nobody need be asked about this name. */
const impossibleName = `${'x'.repeat(64)}.invalid`

async function failsToConnect(stage: Stage, target: Target, localAddress?: string): Promise<void> {
  const request = { target, signal: stage.signal, ...(localAddress !== undefined && { localAddress }) }
  await assert.rejects(stage.connect(request), (error) => {
    assert.ok(error instanceof ConnectionFailedError, String(error))
    assert.notEqual(error.cause, undefined, "the runtime's error is missing")
    return true
  })
}

export const connecting: AdapterCaseGroup = {
  name: 'connecting',
  cases: [
    {
      name: 'carries octets both ways',
      run: async (stage) => {
        const { transport, peer } = await stage.pair(false)
        peer.send('220 ready\r\n')
        await readText(transport, '220 ready\r\n')
        await transport.write(Buffer.from('NOOP\r\n'))
        assert.equal(await peer.readLine(), 'NOOP')
        assert.equal(transport.tls, undefined)
      },
    },
    {
      name: 'reaches a name of which only one address listens',
      run: async (stage) => {
        const server = await stage.serve()
        await stage.open(server, { target: { host: 'localhost', port: server.port } })
        await server.accept()
      },
    },
    {
      name: 'reaches an IPv6 address, and fails with ConnectionFailedError where there are none',
      run: async (stage) => {
        const host = '::1'
        const server = await stage.serve(undefined, { host }).catch(() => undefined)
        if (server === undefined) return failsToConnect(stage, { host, port: await stage.unusedPort() })
        await stage.open(server)
        assert.equal((await server.accept()).remoteAddress, host)
      },
    },
    {
      name: 'makes connections that know nothing of each other',
      run: async (stage) => {
        const server = await stage.serve(async (peer) => peer.send(await peer.readLine()))
        const transports = await Promise.all([0, 1, 2].map(() => stage.open(server)))
        const echoes = transports.map(async (transport, i) => {
          await transport.write(Buffer.from(`${i}\r\n`))
          await readText(transport, String(i))
        })
        await Promise.all(echoes)
      },
    },
    {
      name: 'tells the address of its own side',
      needs: ['ownAddress'],
      run: async (stage) => {
        const { transport } = await stage.pair(false)
        assert.equal(transport.local?.address, '127.0.0.1')
      },
    },
    {
      name: 'connects from the local address that was asked for',
      needs: ['localAddress'],
      run: async (stage) => {
        const server = await stage.serve()
        await stage.open(server, { localAddress: '127.0.0.2' })
        assert.equal((await server.accept()).remoteAddress, '127.0.0.2')
      },
    },
    {
      name: 'connects to a unix socket',
      needs: ['unixSockets'],
      run: async (stage) => {
        const server = await stage.serve(undefined, { unix: true })
        const transport = await stage.open(server)
        const peer = await server.accept()
        await transport.write(Buffer.from('NOOP\r\n'))
        assert.equal(await peer.readLine(), 'NOOP')
        assert.equal(transport.local?.address, undefined)
      },
    },
    {
      name: 'fails with ConnectionFailedError where nobody listens',
      run: async (stage) => failsToConnect(stage, { host: '127.0.0.1', port: await stage.unusedPort() }),
    },
    {
      name: 'fails with ConnectionFailedError where a name is not found',
      run: (stage) => failsToConnect(stage, { host: impossibleName, port: 25 }),
    },
    {
      name: 'fails with ConnectionFailedError where there is no unix socket',
      needs: ['unixSockets'],
      run: async (stage) => failsToConnect(stage, { path: await stage.unusedPath() }),
    },
    {
      name: 'fails with ConnectionFailedError where the local address is not available',
      needs: ['localAddress'],
      run: async (stage) => {
        const { host, port } = await stage.serve()
        await failsToConnect(stage, { host, port }, '203.0.113.1')
      },
    },
    {
      name: 'is told by a client as CONNECTION_FAILED where nobody listens',
      run: async (stage) => {
        const url = `smtp://127.0.0.1:${await stage.unusedPort()}`
        await assert.rejects(stage.smtp(url), { code: 'CONNECTION_FAILED' })
      },
    },
    {
      name: 'is told by a client as UNEXPECTED_EOF where the server hangs up at once',
      run: async (stage) => {
        const server = await stage.serve(async (peer) => peer.end())
        await assert.rejects(stage.smtp(`smtp://127.0.0.1:${server.port}`), { code: 'UNEXPECTED_EOF' })
        await server.finished()
      },
    },
  ],
}
