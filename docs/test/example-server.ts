import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** Ports by that of mail.example for which each stands in. */
export type ExamplePorts = Readonly<Record<'25' | '465' | '587' | '2003', number>>

declare module 'vitest' {
  export interface ProvidedContext {
    examplePorts: ExamplePorts
    exampleAuthority: string
  }
}

/**
 * Stands in for mail.example while the documentation's examples run: 587 with STARTTLS and AUTH, 465 with TLS and AUTH,
 * 25 with neither, 2003 for LMTP. The authority of its certificate reaches the examples as an administrator's would, by
 * NODE_EXTRA_CA_CERTS, which Node reads only when a process starts: so it is set here, before the processes that run
 * the tests are started.
 */
export default async function startExampleServers(project: {
  provide(key: 'examplePorts', value: ExamplePorts): void
  provide(key: 'exampleAuthority', value: string): void
}): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sansmtp-docs-'))
  const authority = await createCertificateAuthority('sansmtp documentation authority')
  const { certificate, key } = await authority.issue()
  const file = join(folder, 'authority.pem')
  writeFileSync(file, authority.certificate)
  process.env['NODE_EXTRA_CA_CERTS'] = file

  const withTls = { cert: certificate, key, authMethods: ['PLAIN', 'XOAUTH2'] }
  const inClear = { disabledCommands: ['STARTTLS', 'AUTH'] }
  const servers = [
    exampleServer({ ...inClear }),
    exampleServer({ ...withTls, secure: true }),
    exampleServer(withTls),
    exampleServer({ ...inClear, lmtp: true }),
  ]
  const [plain, tls, submission, lmtp] = (await Promise.all(servers.map(listen))) as [number, number, number, number]
  project.provide('examplePorts', { '25': plain, '465': tls, '587': submission, '2003': lmtp })
  project.provide('exampleAuthority', file)
  return async () => {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(resolve))))
    rmSync(folder, { recursive: true })
  }
}

function exampleServer(options: SMTPServerOptions): SMTPServer {
  return new SMTPServer({
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
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

async function listen(server: SMTPServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.server.address() as AddressInfo).port
}
