import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { delayLine } from './delay-line.ts'
import type { SinkOptions, SinkReady } from './sink-messages.ts'
import { greeting, type SinkCounts, SinkSession } from './sink-session.ts'

/** Serves sessions on three ports: in clear, with TLS from the first octet, and in clear over a long way. */
export async function serve(counts: SinkCounts, { delay }: SinkOptions): Promise<SinkReady & { close(): void }> {
  const authority = await createCertificateAuthority('sansmtp bench authority')
  const { certificate: cert, key } = await authority.issue()
  const servers = [
    createServer((socket) => answer(socket, counts, 0)),
    createTlsServer({ cert, key }, (socket) => answer(socket, counts, 0)),
    createServer((socket) => answer(socket, counts, delay)),
  ]
  const [clear = 0, tls = 0, delayed = 0] = await Promise.all(servers.map(listen))
  return {
    ports: { clear, tls, delayed },
    authority: authority.certificate,
    close: () => {
      for (const server of servers) server.close()
    },
  }
}

function answer(socket: Socket, counts: SinkCounts, delay: number): void {
  const session = new SinkSession(counts)
  const reply = delayLine<string>(delay, (text) => {
    socket.write(text, 'latin1')
    if (session.ended) socket.end()
  })
  const receive = delayLine<Buffer>(delay, (bytes) => {
    const replies = session.receive(bytes)
    if (replies !== '') reply(replies)
  })
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', receive)
  reply(greeting)
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 511, resolve))
  return (server.address() as AddressInfo).port
}
