import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type TLSSocket } from 'node:tls'
import type { CertificateAuthority } from '@sansmtp/testkit/certificates'

/**
 * Somebody between a client and a server, who has a certificate that the client trusts: all that each sends passes
 * through this, in clear.
 */
export class Interceptor implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets: TLSSocket[] = []

  private constructor(server: Server) {
    this.#server = server
  }

  /** Passes on what comes to the server's port of implicit TLS. */
  static async before(port: number, authority: CertificateAuthority): Promise<Interceptor> {
    const { certificate, key } = await authority.issue()
    const interceptor = new Interceptor(createServer({ cert: certificate, key }))
    interceptor.#server.on('secureConnection', (fromClient) => {
      const toServer = connect({ host: '127.0.0.1', port, ca: authority.certificate })
      for (const socket of [fromClient, toServer]) {
        interceptor.#sockets.push(socket)
        socket.on('error', () => {})
      }
      fromClient.pipe(toServer).pipe(fromClient)
    })
    await once(interceptor.#server.listen(0, '127.0.0.1'), 'listening')
    return interceptor
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server.close(), 'close')
  }
}
