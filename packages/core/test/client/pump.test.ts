import {
  ClientConnection,
  type Flow,
  InvalidArgumentError,
  open,
  parseForwardPath,
  parseReversePath,
  replyTo,
  transact,
} from '@sansmtp/core'
import { Pump, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test, vi } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'

const opening = { clientName: 'bar.example', startTls: 'off' } as const
const session = { tls: 'off', clientName: 'bar.example' } as const
const delivery = { from: 'a@bar.example', to: 'b@foo.example', message: 'hi' }

test('runs flows of one’s own, one after another', async () => {
  const server = new MemoryServer()
  const pump = new Pump(new ClientConnection(), server, {})
  await pump.run(open(pump.connection, opening))
  function* noop(): Flow<number> {
    return (yield* replyTo(pump.connection.send({ verb: 'NOOP' }))).code
  }
  expect(await pump.run(noop())).toBe(250)
  expect(pump.tls).toBeUndefined()
  await pump.close()
  expect(server.closed).toBe(true)
})

test('TLS without a name to verify fails before a handshake', async () => {
  const server = new MemoryServer({ keywords: ['STARTTLS'] })
  const startTls = vi.spyOn(server, 'startTls')
  const pump = new Pump(new ClientConnection(), server, {})
  const opened = pump.run(open(pump.connection, { ...opening, startTls: 'required' }))
  await expect(opened).rejects.toBeInstanceOf(InvalidArgumentError)
  expect(startTls).not.toHaveBeenCalled()
})

test('a transport that began with TLS tells of it', async () => {
  const server = Object.assign(new MemoryServer(), { tls: { protocol: 'TLSv1.3' } })
  const client = await SmtpClient.over(server, { ...session, tls: 'implicit' })
  expect(client).toMatchObject({ secure: true, tls: { protocol: 'TLSv1.3' } })
})

describe('a transport that fails', () => {
  test('while it is read: its error is the cause', async () => {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, session)
    const cause = new Error('ECONNRESET')
    const read = server.read.bind(server)
    server.read = () => (server.lines.includes('DATA') ? Promise.reject(cause) : read())
    const report = await client.deliver(delivery)
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'UNEXPECTED_EOF', cause } })
  })

  test('while it is written: what the server said before is still read', async () => {
    const server = new MemoryServer({ answer: (line) => (line === 'DATA' ? '354 go\n552 5.3.4 too much' : undefined) })
    const client = await SmtpClient.over(server, session)
    const write = server.write.bind(server)
    server.write = (bytes) => (bytes.length > 1000 ? Promise.reject(new Error('EPIPE')) : write(bytes))
    const report = await client.deliver({ ...delivery, message: 'x'.repeat(200_000) })
    expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { code: 552 } }])
  })

  test('while it is written, and then says nothing: the timeout ends it', async () => {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, { ...session, timeouts: { content: 20 } })
    const write = server.write.bind(server)
    server.write = (bytes) => (bytes.length > 1000 ? Promise.reject(new Error('EPIPE')) : write(bytes))
    const report = await client.deliver({ ...delivery, message: 'x'.repeat(200_000) })
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'TIMEOUT', phase: 'content' } })
  })

  test('while it is closed: it counts as closed', async () => {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, session)
    server.close = () => {
      throw new Error('already gone')
    }
    await client.quit()
    expect(client.connected).toBe(false)
  })
})

test('a handshake that ends after the connection was given up changes nothing', async () => {
  const server = new MemoryServer({ keywords: ['STARTTLS'] })
  let finish = (): void => {}
  server.startTls = () => new Promise((resolve) => (finish = () => resolve({})))
  const pump = new Pump(new ClientConnection({ timeouts: { tls: 20 } }), server, { tls: { serverName: 'x.example' } })
  await expect(pump.run(open(pump.connection, { ...opening, startTls: 'required' }))).rejects.toMatchObject({
    phase: 'tls',
  })
  finish()
  await pump.close()
  expect(pump.connection).toMatchObject({ state: 'failed', secure: false })
})

test('a piece of a message that comes after the server refused it goes nowhere', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, session)
  let give = (_: Uint8Array): void => {}
  async function* late(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('first\r\n'.repeat(8000))
    server.say('552 5.3.4 too much')
    yield await new Promise<Uint8Array>((resolve) => (give = resolve))
  }
  const report = await client.deliver({ ...delivery, message: late() })
  give(new TextEncoder().encode('second\r\n'))
  await Promise.resolve()
  expect(report.recipients).toMatchObject([{ status: 'rejected', reply: { code: 552 } }])
  expect(server.writes).toBe(3)
})

test('an abort at any moment around a piece of the message ends in a report', async () => {
  for (let ticks = 0; ticks < 20; ticks += 1) {
    const server = new MemoryServer()
    const client = await SmtpClient.over(server, session)
    const controller = new AbortController()
    const source = {
      async next() {
        const value = new TextEncoder().encode('line\r\n')
        void (async () => {
          for (let i = 0; i < ticks; i += 1) await undefined
          controller.abort()
        })()
        return { done: false, value }
      },
    }
    const message = { [Symbol.asyncIterator]: () => source } as AsyncIterable<Uint8Array>
    const report = await client.deliver({ ...delivery, message }, { signal: controller.signal })
    expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'ABORTED' } })
  }
})

test('an abort in the same moment as a timeout ends in a report', async () => {
  vi.useFakeTimers()
  try {
    const server = new MemoryServer({ answer: (line) => (line === 'DATA' ? null : undefined) })
    const client = await SmtpClient.over(server, { ...session, timeouts: { data: 20 } })
    const controller = new AbortController()
    const report = client.deliver(delivery, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    while (!server.lines.includes('DATA')) await undefined
    for (let i = 0; i < 20; i += 1) await undefined
    controller.abort()
    vi.advanceTimersByTime(20)
    expect(await report).toMatchObject({ error: { code: 'ABORTED' } })
  } finally {
    vi.useRealTimers()
  }
})

test('a client that goes out of scope is closed even where QUIT fails', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, session)
  vi.spyOn(client, 'quit').mockRejectedValue(new Error('mine'))
  await client[Symbol.asyncDispose]()
  expect(server.closed).toBe(true)
})

test('one flow runs at a time', async () => {
  const server = new MemoryServer({ answer: (line) => (line === 'NOOP' ? null : undefined) })
  const pump = new Pump(new ClientConnection(), server, {})
  const first = pump.run(open(pump.connection, opening))
  await expect(pump.run(replyTo(1))).rejects.toMatchObject({ code: 'LOCAL_PROTOCOL' })
  await first
})

describe('TLS', () => {
  const tls = { serverName: 'x.example' }
  const required = { ...opening, startTls: 'required' } as const

  test('begins when STARTTLS is written, even where its reply came before', async () => {
    const server = new MemoryServer({
      keywords: ['STARTTLS'],
      answer: (line) => (line.startsWith('EHLO') ? '250-x\n250 STARTTLS\n220 go' : null),
    })
    const written: string[] = []
    let settled = 0
    server.write = async (bytes) => {
      written.push(new TextDecoder().decode(bytes))
      if (written.length === 1) void MemoryServer.prototype.write.call(server, bytes)
      for (let i = 0; i < 50; i += 1) await undefined
      settled += 1
    }
    const begun = new Promise<number>((resolve) => {
      server.startTls = () => {
        resolve(settled)
        return new Promise(() => {})
      }
    })
    const pump = new Pump(new ClientConnection(), server, { tls })
    const opened = pump.run(open(pump.connection, required))
    expect(await begun).toBe(2)
    expect(written).toEqual(['EHLO bar.example\r\n', 'STARTTLS\r\n'])
    await pump.close()
    await expect(opened).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no TLS here')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no TLS here'))],
    ['rejects with no error', () => Promise.reject('no TLS here')],
  ])('that %s ends the connection and is told as what it is', async (_, startTls) => {
    const server = Object.assign(new MemoryServer({ keywords: ['STARTTLS'] }), { startTls })
    const pump = new Pump(new ClientConnection(), server, { tls })
    await expect(pump.run(open(pump.connection, required))).rejects.toMatchObject({ code: 'TLS_FAILED' })
  })
})

test('a reply in hand is told although the last write never settles', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, session)
  const write = server.write.bind(server)
  server.write = (bytes) => {
    void write(bytes)
    return bytes.includes(0x2e) && bytes.at(-3) === 0x2e ? new Promise(() => {}) : Promise.resolve()
  }
  expect(await client.deliver(delivery)).toMatchObject({ ok: true })
  await client.close()
})

test('an abort is told as such, whatever its reason', async () => {
  const server = new MemoryServer({ answer: (line) => (line === 'DATA' ? null : undefined) })
  const client = await SmtpClient.over(server, session)
  const controller = new AbortController()
  const reason = new InvalidArgumentError('x', 'is mine')
  const report = client.deliver(delivery, { signal: controller.signal })
  await vi.waitFor(() => expect(server.lines).toContain('DATA'))
  controller.abort(reason)
  expect(await report).toMatchObject({ error: { code: 'ABORTED', cause: reason } })
})

test('content whose writing failed is not called unknown, since its end was never sent', async () => {
  const server = new MemoryServer()
  const client = await SmtpClient.over(server, session)
  const write = server.write.bind(server)
  server.write = (bytes) => {
    if (bytes.length < 1000) return write(bytes)
    server.end()
    return Promise.reject(new Error('EPIPE'))
  }
  const report = await client.deliver({ ...delivery, message: 'x'.repeat(100_000) })
  expect(report.recipients).toMatchObject([{ status: 'notSent' }])
})

test('a client that goes out of scope after its end says nothing more', async () => {
  const server = new MemoryServer()
  {
    await using client = await SmtpClient.over(server, session)
    await client.quit()
  }
  expect(server.lines.filter((line) => line === 'QUIT')).toHaveLength(1)
})

test('a flow that demands content where there is none to send waits for the server to give up', async () => {
  const server = new MemoryServer()
  const pump = new Pump(new ClientConnection(), server, {})
  await pump.run(open(pump.connection, opening))
  const envelope = { from: parseReversePath(''), to: [parseForwardPath('b@foo.example')] }
  const result = pump.run(transact(pump.connection, envelope))
  await vi.waitFor(() => expect(server.lines).toContain('DATA'))
  server.say('421 4.4.2 timeout')
  expect((await result).outcomes).toMatchObject([{ status: 'deferred', reply: { code: 421 } }])
})

test('a flow that fails by a mistake of its own ends the connection', async () => {
  const server = new MemoryServer()
  const pump = new Pump(new ClientConnection(), server, {})
  await pump.run(open(pump.connection, opening))
  function* mistaken(): Flow<void> {
    yield* replyTo(pump.connection.send({ verb: 'NOOP' }))
    throw new TypeError('mine')
  }
  await expect(pump.run(mistaken())).rejects.toThrow(TypeError)
  expect(pump.connection.state).toBe('failed')
  expect(server.closed).toBe(true)
})

test('after a write that failed nothing more is written, and the timeout of what is missing ends the session', async () => {
  const server = new MemoryServer()
  const write = server.write.bind(server)
  server.write = (bytes) => {
    void write(bytes)
    return Promise.reject(new Error('EPIPE'))
  }
  const client = await SmtpClient.over(server, { ...session, timeouts: { mail: 20 } })
  const report = await client.deliver(delivery)
  expect(report).toMatchObject({ recipients: [{ status: 'notSent' }], error: { code: 'TIMEOUT', phase: 'mail' } })
  expect(server.lines).toEqual(['EHLO bar.example'])
})
