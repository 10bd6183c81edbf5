import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { SMTPServer } from 'smtp-server'

declare module 'vitest' {
  export interface ProvidedContext {
    examplePort: number
  }
}

/**
 * Stands in for mail.example:587 while the documentation's examples run. The authority of its certificate reaches
 * them as an administrator's would, by NODE_EXTRA_CA_CERTS, which Node reads only when a process starts: so it is
 * set here, before the processes that run the tests are started.
 */
export default async function startExampleServer(project: {
  provide(key: 'examplePort', value: number): void
}): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sansmtp-docs-'))
  const authority = await createCertificateAuthority('sansmtp documentation authority')
  const { certificate, key } = await authority.issue()
  const file = join(folder, 'authority.pem')
  writeFileSync(file, authority.certificate)
  process.env['NODE_EXTRA_CA_CERTS'] = file

  const server = new SMTPServer({
    cert: certificate,
    key,
    authMethods: ['PLAIN'],
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (username === 'ann' && password === 'secret') done(null, { user: username })
      else done(new Error('wrong password'))
    },
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('nobody@') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null)
    },
    onData(stream, _session, done) {
      stream.on('end', () => done()).resume()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.provide('examplePort', (server.server.address() as AddressInfo).port)
  return async () => {
    await new Promise<void>((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
}
