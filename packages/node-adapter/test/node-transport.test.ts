import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { NotConnectedError } from '@sansmtp/core'
import { type Peer, ScriptedServer, Stillness } from '@sansmtp/testkit/adapter-suite'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NodeTransport } from '../src/node-transport.ts'
import { settle, until } from './turns.ts'

const authority = await createCertificateAuthority()
const identity = await authority.issue()
const tlsOptions = { serverName: 'localhost', ca: authority.certificate }
const MiB = 1_048_576

interface Connected extends AsyncDisposable {
  readonly transport: NodeTransport
  /** The socket in clear beneath it. */
  readonly socket: Socket
  readonly peer: Peer
}

let stillness: Stillness
beforeAll(async () => {
  stillness = await Stillness.begin()
})
afterAll(() => stillness.end())

/** A transport and the other end of its connection. */
async function connected({ secure = false } = {}): Promise<Connected> {
  const server = await ScriptedServer.listen()
  const socket = createConnection({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  socket.setNoDelay()
  const transport = new NodeTransport(socket)
  const peer = await server.accept()
  if (secure) await Promise.all([peer.startTls(identity), transport.startTls(tlsOptions)])
  return {
    transport,
    socket,
    peer,
    async [Symbol.asyncDispose]() {
      await transport.close()
      await server.close()
    },
  }
}

/** Octets of which no two stretches are alike, so that what is lost, doubled or out of order shows. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(i, i)
  return bytes
}

async function readToEnd(transport: NodeTransport): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe.each([
  ['in clear', false],
  ['over TLS', true],
])('a transport %s', (_, secure) => {
  it('has handed on what it has taken: the caller may use the memory again', async () => {
    await using pair = await connected({ secure })
    const { transport, peer } = pair
    const chunk = Buffer.alloc(8_192)
    const writing = (async () => {
      for (let i = 1; i <= 1_000; i += 1) {
        chunk.fill(i & 0xff)
        await transport.write(chunk)
        chunk.fill(0)
      }
    })()
    await stillness.reached()
    const received = await peer.readExactly(8_192_000)
    await writing
    for (let i = 1; i <= 1_000; i += 1) {
      const expected = Buffer.alloc(8_192, i & 0xff)
      if (!received.subarray((i - 1) * 8_192, i * 8_192).equals(expected)) expect.fail(`chunk ${i} has changed`)
    }
  })

  it('takes little in while nobody reads, and loses nothing of it', async () => {
    await using pair = await connected({ secure })
    const { transport, socket, peer } = pair
    const sent = pattern(24 * MiB)
    const sending = peer.deliver(sent)
    await stillness.reached(() => peer.delivered)
    expect(socket.bytesRead).toBeLessThan(MiB)
    const received = readToEnd(transport)
    await sending
    peer.end()
    expect((await received).equals(sent)).toBe(true)
  })

  it('gives out what arrived before a reset, then rejects', async () => {
    await using pair = await connected({ secure })
    const { transport, socket, peer } = pair
    peer.send('421 going down\r\n')
    await until(() => socket.bytesRead > 0)
    await stillness.reached()
    pair.peer.reset()
    await until(() => socket.destroyed)
    expect(String(await transport.read())).toBe('421 going down\r\n')
    await expect(transport.read()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(transport.read()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(transport.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(transport.startTls(tlsOptions)).rejects.toMatchObject({ code: 'TLS_FAILED' })
  })

  it('gives out what arrives together with a reset, then ends', async () => {
    await using pair = await connected({ secure })
    const { transport, peer } = pair
    const waiting = transport.read()
    peer.send('421 going down\r\n')
    // Only as far as the server's own socket: over TLS there is a relay behind it.
    if (secure) await settle(10)
    peer.reset()
    expect(String(await waiting)).toBe('421 going down\r\n')
    // Node takes a reset right behind data for an end on some systems.
    const then = await transport.read().catch((error) => error.code)
    expect([null, 'ECONNRESET']).toContain(then)
  })

  it('rejects a read and a write that wait when the connection is reset', async () => {
    await using pair = await connected({ secure })
    const { transport } = pair
    const reading = transport.read()
    const writing = transport.write(pattern(24 * MiB))
    reading.catch(() => {})
    writing?.catch(() => {})
    await stillness.reached()
    pair.peer.reset()
    await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) })
    await expect(writing).rejects.toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) })
  })

  it('rejects a write that fails after the end of the other side', async () => {
    await using pair = await connected({ secure })
    const { transport, peer } = pair
    peer.end()
    expect(await transport.read()).toBeNull()
    peer.reset()
    await stillness.reached()
    const code = expect.stringMatching(/^(ECONNRESET|EPIPE)$/)
    await expect(transport.write(pattern(MiB))).rejects.toMatchObject({ code })
    await expect(transport.write(pattern(MiB))).rejects.toMatchObject({ code })
    expect(await transport.read()).toBeNull()
  })

  it('adds no listeners over thousands of reads and writes', async () => {
    const warnings: unknown[] = []
    const warned = (warning: unknown) => warnings.push(warning)
    process.on('warning', warned)
    await using pair = await connected({ secure })
    const { transport, peer } = pair
    const echoing = (async () => {
      for (let i = 0; i < 3_000; i += 1) peer.send(await peer.read())
    })()
    for (let i = 0; i < 3_000; i += 1) {
      await transport.write(Buffer.from('NOOP\r\n'))
      await transport.read()
    }
    await echoing
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('lets the event loop turn while everything is taken at once', async () => {
    await using pair = await connected({ secure })
    let turned = false
    setImmediate(() => {
      turned = true
    })
    for (let i = 0; i < 128; i += 1) await pair.transport.write(Buffer.alloc(1_024))
    expect(turned).toBe(true)
  })

  it('sends on closing what was written, and then the end', async () => {
    await using pair = await connected({ secure })
    const { transport, socket, peer } = pair
    await transport.write(Buffer.from('QUIT\r\n'))
    const closing = transport.close()
    expect(String(await peer.readToEnd())).toBe('QUIT\r\n')
    await closing
    expect(socket.destroyed).toBe(true)
  })

  it('closes although the other side takes nothing', async () => {
    await using pair = await connected({ secure })
    const { transport, socket } = pair
    const reading = transport.read()
    const writing = transport.write(pattern(24 * MiB))
    const both = Promise.allSettled([reading, writing])
    await stillness.reached()
    await Promise.all([transport.close(), transport.close()])
    await transport.close()
    expect(socket.destroyed).toBe(true)
    expect(await both).toMatchObject([
      { status: 'rejected', reason: expect.any(NotConnectedError) },
      { status: 'rejected', reason: expect.any(NotConnectedError) },
    ])
  })

  it('refuses all use once it is closed', async () => {
    await using pair = await connected({ secure })
    const { transport } = pair
    await transport.close()
    await expect(transport.read()).rejects.toBeInstanceOf(NotConnectedError)
    await expect(transport.write(Buffer.from('x'))).rejects.toBeInstanceOf(NotConnectedError)
    await expect(transport.startTls(tlsOptions)).rejects.toBeInstanceOf(NotConnectedError)
  })

  it('closes after a reset, and after the end of the other side', async () => {
    await using first = await connected({ secure })
    first.peer.reset()
    await first.transport.read().catch(() => {})
    await first.transport.close()

    await using second = await connected({ secure })
    second.peer.end()
    await second.transport.read()
    await second.transport.close()
    expect(second.socket.destroyed).toBe(true)
  })
})

describe('the socket beneath TLS', () => {
  it('has no reader of its own', async () => {
    await using pair = await connected({ secure: true })
    expect(pair.socket.listenerCount('readable')).toBe(0)
    expect(pair.socket.listenerCount('data')).toBe(0)
  })

  it('may fail without ending the process', async () => {
    await using pair = await connected({ secure: true })
    const reading = pair.transport.read()
    pair.socket.destroy(new Error('cable cut'))
    await expect(reading).rejects.toBeInstanceOf(Error)
  })
})
