import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { connect } from '@sansmtp/node'
import {
  type AdapterCase,
  adapterCases,
  everyCapability,
  prepare,
  remoteServers,
  runCase,
  type Setting,
  StagedServer,
  serveHost,
} from '@sansmtp/testkit/adapter-suite'
import { afterAll, describe, expect, it } from 'vitest'

const host = await serveHost()
const servers = remoteServers(host.address)
afterAll(() => host.close())

async function connectTo({ port }: { readonly port: number }): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

function post(path: string, body: Uint8Array<ArrayBuffer> = new Uint8Array(0)): Promise<Response> {
  return fetch(new URL(path, host.address), { method: 'POST', body })
}

describe('a peer in a server host', () => {
  it('does what it is told without waiting in that order, and before what it is asked for', async () => {
    await using server = new StagedServer(await servers.listen())
    const socket = await connectTo(server)
    const peer = await server.accept()
    const received: Buffer[] = []
    socket.on('data', (chunk) => received.push(chunk))
    for (let i = 0; i < 200; i += 1) peer.send(`${i},`)
    await peer.deliver(Buffer.from('delivered,'))
    peer.end('and the end')
    await once(socket, 'end')
    const expected = `${Array.from({ length: 200 }, (_, i) => i).join(',')},delivered,and the end`
    expect(Buffer.concat(received).toString()).toBe(expected)
    socket.destroy()
  })

  it('sends while it waits for something to read', async () => {
    await using server = new StagedServer(await servers.listen())
    const socket = await connectTo(server)
    const peer = await server.accept()
    const reading = peer.readLine()
    peer.send('ready\r\n')
    const [greeting] = await once(socket, 'data')
    expect(String(greeting)).toBe('ready\r\n')
    socket.write('QUIT\r\n')
    expect(await reading).toBe('QUIT')
    socket.destroy()
  })

  it('fails with the error that there was, and with where it was', async () => {
    await using server = new StagedServer(await servers.listen(), (peer) => peer.answer('MAIL', '250 ok'))
    const socket = await connectTo(server)
    socket.write('RCPT\r\n')
    const error: Error = await server.failure.catch((failure) => failure)
    expect(error.message).toBe('expected MAIL, received RCPT')
    expect(error.stack).toMatch(/SocketPeer\.answer[\s\S]*in the server host, asked for answer by/)
    socket.destroy()
  })
})

describe('a server in a server host', () => {
  it('is not finished before all have hung up who have connected', async () => {
    await using server = new StagedServer(await servers.listen(), (peer) => peer.readToEnd())
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connectTo(server)))
    for (const [i, socket] of sockets.entries()) socket.end(`${i}`)
    const received = await server.finished()
    expect(received.map((octets) => Number(String(octets))).sort((a, b) => a - b)).toEqual([...sockets.keys()])
  })

  it('listens no more when it is closed, and cuts off who is connected', async () => {
    const server = new StagedServer(await servers.listen())
    const socket = await connectTo(server)
    await server.accept()
    const closed = once(socket.resume(), 'close')
    await server.close()
    await closed
    await expect(once(createConnection(server.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a server host', () => {
  it('has one authority that is trusted, and others that are not', async () => {
    const first = await servers.trustedAuthority()
    const second = await servers.trustedAuthority()
    const stranger = await servers.createAuthority('a stranger')
    expect(second.certificate).toBe(first.certificate)
    expect(stranger.certificate).not.toBe(first.certificate)
    const { certificate, key } = await first.issue({ names: ['mail.example.test'] })
    expect(certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })

  it('serves nobody who does not know its address', async () => {
    expect((await post('/')).status).toBe(404)
    await expect(remoteServers(new URL('/', host.address).href).listen()).rejects.toThrow('answered 404')
  })

  it('refuses what is no operation', async () => {
    const answer = await post(host.address, Uint8Array.from([0, 0, 0, 15, ...Buffer.from('[0,"toString"]\n')]))
    expect(String(Buffer.from(await answer.arrayBuffer()))).toContain('object 0 has no operation toString')
  })
})

describe('the suite with a server host', () => {
  const everything = adapterCases.flatMap((group) =>
    group.cases.map((each) => [`${group.name}: ${each.name}`, each] as const),
  )
  const byName = new Map<string, AdapterCase>(everything)
  const settings: Promise<Setting> = prepare(connect, everyCapability, servers)

  it.each([
    [
      'drops plaintext at the upgrade',
      'plaintext behind the reply to STARTTLS: is refused when it is there and was not read',
    ],
    ['opens one connection too many', 'connecting: carries octets both ways'],
    ['ignores the local address', 'connecting: connects from the local address that was asked for'],
  ])('fails an adapter that %s', async (defect, name) => {
    const each = byName.get(name)
    if (each === undefined) expect.unreachable(`there is no case "${name}"`)
    const setting = await settings
    await runCase(each, setting, 10_000)
    await expect(runCase(each, { ...setting, connect: defective(defect) }, 1000)).rejects.toThrow()
  })
})

function defective(defect: string): Setting['connect'] {
  return async (request) => {
    if (defect === 'opens one connection too many') await connect(request)
    const { localAddress: _, ...rest } = request
    const transport = await connect(defect === 'ignores the local address' ? rest : request)
    if (defect !== 'drops plaintext at the upgrade') return transport
    return {
      read: () => transport.read(),
      write: (bytes) => transport.write(bytes),
      close: () => transport.close(),
      async startTls(options) {
        await transport.read()
        return transport.startTls(options)
      },
    }
  }
}
