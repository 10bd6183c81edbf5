import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { StandIn } from './stand-ins.ts'

/** A server that somebody else wrote, with the few extensions of most, with users, mailboxes and refusals. */
export async function ordinaryServer(options: SMTPServerOptions): Promise<StandIn> {
  const server = new SMTPServer({
    ...options,
    disableReverseLookup: true,
    onAuth({ method, username, password, accessToken }, _session, done) {
      if (username === 'ann' && (password === 'secret' || accessToken === 'fresh-token')) {
        done(null, { user: username })
      } else if (method === 'XOAUTH2') {
        done(null, { data: { status: '401', schemes: 'bearer' } })
      } else {
        done(new Error('wrong password'))
      }
    },
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('nobody@') ? refusal(550, 'no such user') : null)
    },
    onData(stream, { envelope }, done) {
      const answers = envelope.rcptTo.map(({ address }) =>
        address.startsWith('full@') ? refusal(552, 'mailbox full') : 'stored',
      )
      // For LMTP there is an answer for each recipient, which the types do not know.
      const finish = done as (error: null, answer: unknown) => void
      stream.on('end', () => finish(null, options.lmtp ? answers : 'stored')).resume()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
