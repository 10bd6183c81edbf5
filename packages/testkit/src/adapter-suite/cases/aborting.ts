import assert from 'node:assert/strict'
import { AbortedError, TimeoutError } from '@sansmtp/core'
import type { ConnectOptions } from '@sansmtp/core/client'
import type { AdapterCase, AdapterCaseGroup } from '../adapter-case.ts'
import { inBackground } from '../in-background.ts'
import type { Script } from '../server/staged-server.ts'
import { greet, greetForStartTls, takeEnvelope } from '../session-script.ts'
import type { Stage } from '../stage.ts'

const reason = new Error('no more interest')

function isAborted(error: unknown): true {
  assert.ok(error instanceof AbortedError, String(error))
  assert.equal(error.cause, reason)
  return true
}

/** A client is aborted by the server's script, and the server sees it hang up. */
async function abortsConnecting(
  stage: Stage,
  scheme: string,
  options: ConnectOptions,
  script: (...args: [...Parameters<Script>, abort: () => void]) => Promise<void>,
): Promise<void> {
  const controller = new AbortController()
  const server = await stage.serve((peer) => script(peer, () => controller.abort(reason)))
  const url = `${scheme}://127.0.0.1:${server.port}`
  await assert.rejects(stage.smtp(url, { ...options, signal: controller.signal }), isAborted)
  await stage.hungUp(server)
}

const content: readonly AdapterCase[] = [false, true].map((secure) => ({
  name: `while content goes out ${secure ? 'over TLS' : 'in clear'} is told in the report`,
  needs: secure ? ['implicitTls'] : [],
  run: async (stage) => {
    const controller = new AbortController()
    const server = await stage.serve(async (peer) => {
      if (secure) await peer.startTls(stage.identity)
      await greet(peer)
      await takeEnvelope(peer, 'ann@example.org', ['bob@example.net'])
      await peer.readExactly(100_000)
      controller.abort(reason)
    })
    const client = await stage.smtp(
      `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${server.port}`,
      secure ? { tlsOptions: stage.trusted } : { tls: 'off' },
    )
    const delivery = { from: 'ann@example.org', to: 'bob@example.net', message: Buffer.alloc(24_000_000, 'hello\r\n') }
    const report = await client.deliver(delivery, { signal: controller.signal })
    assert.deepEqual(report.recipients, [{ address: 'bob@example.net', status: 'notSent' }])
    isAborted(report.error)
    assert.equal(client.connected, false)
    await server.finished()
  },
}))

export const aborting: AdapterCaseGroup = {
  name: 'an abort',
  cases: [
    {
      name: 'before it begins opens nothing',
      run: async (stage) => {
        const server = await stage.serve()
        await assert.rejects(stage.open(server, { signal: AbortSignal.abort(reason) }))
        await stage.stillness()
        await server.finished()
      },
    },
    {
      name: 'while the connection is made rejects, and leaves nothing open',
      run: async (stage) => {
        const server = await stage.serve()
        const controller = new AbortController()
        const refused = inBackground(assert.rejects(stage.open(server, { signal: controller.signal })))
        controller.abort(reason)
        await refused
        await stage.stillness()
        await server.finished()
      },
    },
    {
      name: 'while a handshake is not answered rejects, and leaves nothing open',
      needs: ['implicitTls', 'abandonsHandshakes'],
      run: async (stage) => {
        const controller = new AbortController()
        const server = await stage.serve(async (peer) => {
          await peer.readClientHello()
          controller.abort(reason)
        })
        await assert.rejects(stage.open(server, { tls: stage.trusted, signal: controller.signal }))
        await server.finished()
      },
    },
    {
      name: 'while a handshake is not answered rejects at once',
      needs: ['implicitTls'],
      run: async (stage) => {
        const controller = new AbortController()
        const server = await stage.serve(async (peer) => {
          await peer.readClientHello()
          controller.abort(reason)
        })
        await assert.rejects(stage.open(server, { tls: stage.trusted, signal: controller.signal }))
        await stage.hungUp(server)
      },
    },
    {
      name: 'after the connection was made means nothing to it',
      run: async (stage) => {
        const controller = new AbortController()
        const server = await stage.serve((peer) => peer.answer('NOOP', '250 ok'))
        const transport = await stage.open(server, { signal: controller.signal })
        controller.abort(reason)
        await transport.write(Buffer.from('NOOP\r\n'))
        assert.notEqual(await transport.read(), null)
      },
    },
    {
      name: 'in the implicit TLS handshake ends the attempt with AbortedError',
      needs: ['implicitTls'],
      run: (stage) =>
        abortsConnecting(stage, 'smtps', {}, async (peer, abort) => {
          await peer.readClientHello()
          abort()
        }),
    },
    {
      name: 'in the STARTTLS handshake ends the attempt with AbortedError',
      needs: ['startTls'],
      run: (stage) =>
        abortsConnecting(stage, 'smtp', {}, async (peer, abort) => {
          await greetForStartTls(peer)
          peer.send('220 go\r\n')
          await peer.readClientHello()
          abort()
        }),
    },
    {
      name: 'while a reply is waited for ends the attempt with AbortedError',
      run: (stage) =>
        abortsConnecting(stage, 'smtp', { tls: 'off' }, async (peer, abort) => {
          peer.send('220 ready\r\n')
          await peer.readLine()
          abort()
        }),
    },
    ...content,
    {
      name: 'for lack of time to connect is told as TimeoutError',
      needs: ['implicitTls'],
      run: async (stage) => {
        const server = await stage.serve(() => Promise.resolve())
        const url = `smtps://127.0.0.1:${server.port}`
        await assert.rejects(stage.smtp(url, { timeouts: { connect: 20 } }), (error) => {
          assert.ok(error instanceof TimeoutError, String(error))
          assert.equal(error.phase, 'connect')
          return true
        })
        await stage.hungUp(server)
      },
    },
  ],
}
