import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { createCertificateAuthority } from '../../packages/testkit/dist/certificates/index.js'

export const user = 'ann'
export const pass = 'correct horse'

/** A server on a free port of this machine that takes mail over STARTTLS only, and from one user. */
export async function startMailServer() {
  const authority = await createCertificateAuthority()
  const { certificate: cert, key } = await authority.issue()
  const received = []
  const server = new SMTPServer({
    ...{ cert, key, disableReverseLookup: true, authMethods: ['PLAIN'] },
    onAuth({ username, password }, _session, callback) {
      if (username === user && password === pass) callback(null, { user })
      else callback(Object.assign(new Error('Wrong user name or password'), { responseCode: 535 }))
    },
    onData(stream, { secure, user: by, envelope }, callback) {
      buffer(stream).then((content) => {
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ secure, by, from: envelope.mailFrom.address, to, content: content.toString('latin1') })
        callback(null, 'taken')
      }, callback)
    },
  })
  // Trouble with a connection is the client's to report; without a listener it would end the process.
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: listener.address().port,
    authority: authority.certificate,
    /** The messages that have come since it was asked last. */
    taken: () => received.splice(0),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
