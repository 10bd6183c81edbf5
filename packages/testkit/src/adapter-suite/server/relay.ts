import { once } from 'node:events'
import { type AddressInfo, createConnection } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import type { IssuedCertificate } from '../../certificates/index.ts'
import type { ServerTlsOptions } from './peer.ts'
import { SocketStream } from './socket-stream.ts'

/**
 * TLS over a connection that began in clear. Not every runtime can upgrade a server's socket, but all have a TLS
 * server: the connection's octets are relayed to one, over loopback.
 */
export interface Relay {
  /** What the TLS server has made of the connection; rejects when there is no handshake. */
  readonly secured: Promise<TLSSocket>
  /** Resolves when the next octets of the server's have been passed on to the client, before anything else happens. */
  passed(): Promise<void>
  destroy(): void
}

export async function relayToTls(
  raw: SocketStream,
  { certificate, key }: IssuedCertificate,
  { clientAuthority, ...versions }: ServerTlsOptions,
): Promise<Relay> {
  // Nagle's algorithm would keep small octets back for as long as the session tickets are not acknowledged.
  const identity: TlsOptions = { cert: certificate, key, noDelay: true, ...versions }
  const server = createServer(
    clientAuthority === undefined
      ? identity
      : { ...identity, ca: clientAuthority, requestCert: true, rejectUnauthorized: true },
  )
  const secured = new Promise<TLSSocket>((resolve, reject) => {
    server.once('secureConnection', resolve)
    server.once('tlsClientError', reject)
  })
  secured.catch(() => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const inner = new SocketStream(socket)
  await once(socket, 'connect')
  server.close()
  let passing = () => {}
  pour(raw, inner)
  pour(inner, raw, () => passing())
  return {
    secured,
    passed: () =>
      new Promise((resolve) => {
        passing = resolve
      }),
    destroy: () => socket.destroy(),
  }
}

/** Passes on all octets and the end, and no faster than they are taken. */
async function pour(source: SocketStream, sink: SocketStream, passed: () => void = () => {}): Promise<void> {
  try {
    for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) {
      const written = sink.write(bytes)
      passed()
      await written
    }
    sink.socket.end()
  } catch {
    sink.socket.destroy()
  }
}
