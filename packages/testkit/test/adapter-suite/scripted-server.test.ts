import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { ScriptedServer } from '@sansmtp/testkit/adapter-suite'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'

const authority = await createCertificateAuthority()
const identity = await authority.issue()

async function connectTo(server: ScriptedServer): Promise<Socket> {
  const socket = createConnection({ port: server.port, host: server.host, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Settles when a client's socket is closed, whatever closed it. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.resume().once('close', () => resolve())
  })
}

/** A client's handshake over a connection. */
async function upgrade(socket: Socket, options: { servername?: string; cert?: string; key?: string } = {}) {
  const secure = connectTls({ socket, ca: authority.certificate, servername: 'localhost', ...options })
  secure.on('error', () => {})
  await once(secure, 'secureConnect')
  return secure
}

describe('a script', () => {
  it('reads lines, lengths and to an end, however the octets come', async () => {
    await using server = await ScriptedServer.listen(async (peer) => [
      await peer.readLine(),
      String(await peer.readExactly(3)),
      String(await peer.readThrough('\r\n.\r\n')),
      String(await peer.readToEnd()),
    ])
    const text = 'EHLO me\r\nabccontent\r\n.\r\nrest'
    const whole = await connectTo(server)
    const wholeClosed = closed(whole)
    whole.end(text)
    const single = await connectTo(server)
    for (const octet of text) {
      await new Promise((resolve) => single.write(octet, resolve))
      await new Promise(setImmediate)
    }
    single.end()
    const expected = ['EHLO me', 'abc', 'content\r\n.\r\n', 'rest']
    await Promise.all([wholeClosed, closed(single)])
    expect(await server.finished()).toEqual([expected, expected])
  })

  it('fails on a command that it does not expect, and cuts the client off', async () => {
    await using server = await ScriptedServer.listen((peer) => peer.answer('MAIL', '250 ok'))
    const socket = await connectTo(server)
    socket.write('RCPT\r\n')
    await expect(server.failure).rejects.toThrow('expected MAIL, received RCPT')
    await expect(server.finished()).rejects.toThrow('expected MAIL, received RCPT')
    await closed(socket)
  })

  it('fails when the client hangs up before it has said all', async () => {
    await using server = await ScriptedServer.listen((peer) => peer.readLine())
    const socket = await connectTo(server)
    socket.end('QUI')
    await expect(server.failure).rejects.toThrow('the client hung up')
  })

  it('is not finished before the client has hung up', async () => {
    await using server = await ScriptedServer.listen(async (peer) => peer.send('220 ready\r\n'))
    const socket = await connectTo(server)
    await once(socket, 'readable')
    let finished = false
    const finishing = server.finished().then(() => {
      finished = true
    })
    await new Promise(setImmediate)
    expect(finished).toBe(false)
    socket.end()
    await finishing
    socket.destroy()
  })

  it('resets a connection, also one that it is just about to end', async () => {
    await using server = await ScriptedServer.listen()
    const sockets = await Promise.all([connectTo(server), connectTo(server)])
    const [first, second] = [await server.accept(), await server.accept()]
    first.reset()
    second.end('bye')
    second.reset()
    await Promise.all(sockets.map(closed))
  })
})

describe('TLS in a script', () => {
  it.each(['localhost', undefined])('knows the server name %s from the ClientHello', async (name) => {
    await using server = await ScriptedServer.listen(async (peer) => {
      const { serverName } = await peer.readClientHello()
      await peer.startTls(identity)
      return serverName
    })
    const secure = await upgrade(await connectTo(server), { servername: name ?? '' })
    secure.end()
    expect(await server.finished()).toEqual([name])
  })

  it('begins in the midst of a connection, and carries octets both ways to the end', async () => {
    await using server = await ScriptedServer.listen(async (peer) => {
      await peer.answer('STARTTLS', '220 go')
      await peer.startTls(identity)
      await peer.answer('EHLO', '250 hello')
      peer.end()
    })
    const socket = await connectTo(server)
    socket.write('STARTTLS\r\n')
    await once(socket, 'readable')
    expect(String(socket.read())).toBe('220 go\r\n')
    const secure: TLSSocket = await upgrade(socket)
    secure.write('EHLO me\r\n')
    let received = ''
    for await (const chunk of secure) received += chunk
    expect(received).toBe('250 hello\r\n')
    await server.finished()
  })

  it('knows the certificate of the client', async () => {
    const own = await authority.issue({ names: ['client.example.test'] })
    await using server = await ScriptedServer.listen(async (peer) => {
      const { clientName } = await peer.startTls(identity, { clientAuthority: authority.certificate })
      return clientName
    })
    const secure = await upgrade(await connectTo(server), { cert: own.certificate, key: own.key })
    secure.end()
    expect(await server.finished()).toEqual(['client.example.test'])
  })

  it('fails when the client speaks in clear, or ends before it stands', async () => {
    await using server = await ScriptedServer.listen()
    const clear = await connectTo(server)
    const handshake = (await server.accept()).startTls(identity)
    clear.write('EHLO me\r\n')
    await expect(handshake).rejects.toThrow()
    clear.destroy()

    const ending = await connectTo(server)
    const cutOff = (await server.accept()).startTls(identity)
    ending.end()
    await expect(cutOff).rejects.toThrow()
    ending.destroy()
  })
})
