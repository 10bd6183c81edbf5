import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Connect } from '@sansmtp/core/client'
import { type AdapterCase, everyCapability, prepare, runCase, type Stage } from '@sansmtp/testkit/adapter-suite'
import { describe, expect, it } from 'vitest'

/** An adapter of which the tests use nothing but that it connects and closes. */
const connect: Connect = async ({ target }) => {
  const socket = createConnection(target)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return {
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    startTls: () => Promise.reject(new Error('no TLS')),
    close: () => {
      socket.destroy()
    },
  }
}

const setting = await prepare(connect, everyCapability)

function run(play: (stage: Stage) => Promise<void>, patience: number = 10_000): Promise<void> {
  const each: AdapterCase = { name: 'a case', run: play }
  return runCase(each, setting, patience)
}

describe('a case of the adapter suite', () => {
  it('passes when nothing is left to be done', async () => {
    await run(async (stage) => {
      await stage.open(await stage.serve((peer) => peer.deliver(Buffer.from('220 ready\r\n'))))
    })
  })

  it('fails with its own claim', async () => {
    await expect(run(() => Promise.reject(new Error('not so')))).rejects.toThrow('not so')
  })

  it('fails as soon as the script of a server does', async () => {
    const failing = run(async (stage) => {
      const server = await stage.serve(() => Promise.reject(new Error('out of step')))
      await stage.open(server)
      await new Promise(() => {})
    })
    await expect(failing).rejects.toThrow('out of step')
  })

  it('fails when the script of a server has not run to its end', async () => {
    const failing = run(async (stage) => {
      await stage.open(await stage.serve((peer) => peer.readLine()))
    })
    await expect(failing).rejects.toThrow('the client hung up')
  })

  it('fails when the adapter leaves a connection open', async () => {
    const failing = run(async (stage) => {
      const server = await stage.serve()
      await connect({ target: { host: server.host, port: server.port }, signal: stage.signal })
      await server.accept()
    }, 100)
    await expect(failing).rejects.toThrow('still waiting after 100 ms')
  })

  it('fails when it is stuck', async () => {
    await expect(run(() => new Promise(() => {}), 100)).rejects.toThrow('still waiting after 100 ms')
  })
})
