import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { SMTPServer } from 'smtp-server'

export interface EmbeddedServerOptions {
  readonly user: string
  readonly pass: string
  /** Recipients whom the server does not know. */
  readonly refused: readonly string[]
}

export interface EmbeddedServer extends AsyncDisposable {
  readonly port: number
  /** The authority that issued the server's certificate, in PEM. */
  readonly authority: string
  /** The messages that arrived, octet for octet. */
  readonly received: readonly Uint8Array[]
}

/** A server on a free port of 127.0.0.1 that takes mail only over TLS and from one user. */
export async function startEmbeddedServer({ user, pass, refused }: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const authority = await createCertificateAuthority()
  const { certificate, key } = await authority.issue()
  const received: Uint8Array[] = []

  const server = new SMTPServer({
    name: 'demo.example',
    cert: certificate,
    key,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, callback) {
      if (username === user && password === pass) callback(null, { user })
      else callback(refusal(535, 'Wrong user name or password'))
    },
    onRcptTo({ address }, _session, callback) {
      callback(refused.includes(address) ? refusal(550, `Nobody here is called ${address}`) : null)
    },
    onData(stream, _session, callback) {
      buffer(stream).then((content) => {
        received.push(content)
        callback(null, `Message of ${content.length} octets taken`)
      }, callback)
    },
  })
  // Trouble with a connection is the client's to report; without a listener it would end the process.
  server.on('error', () => {})

  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    authority: authority.certificate,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
