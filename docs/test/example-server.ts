import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { modelServer } from './model-server.ts'
import { ordinaryServer } from './ordinary-server.ts'
import { type ExamplePorts, exampleHosts, type StandIn } from './stand-ins.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    examplePorts: ExamplePorts
    exampleAuthority: string
  }
}

/**
 * Stands in for the servers that the documentation's examples name. mail.example is an ordinary one: 587 with STARTTLS
 * and AUTH, 465 with TLS and AUTH, 25 with neither, 2003 for LMTP. relay.example knows every extension: 465 with TLS, 25
 * without. The authority of their certificate reaches the examples as an administrator's would, by
 * NODE_EXTRA_CA_CERTS, which Node reads only when a process starts: so it is set here, before the processes that run
 * the tests are started.
 */
export default async function startExampleServers(project: {
  provide(key: 'examplePorts', value: ExamplePorts): void
  provide(key: 'exampleAuthority', value: string): void
}): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sansmtp-docs-'))
  const authority = await createCertificateAuthority('sansmtp documentation authority')
  const { certificate: cert, key } = await authority.issue()
  const file = join(folder, 'authority.pem')
  writeFileSync(file, authority.certificate)
  process.env['NODE_EXTRA_CA_CERTS'] = file

  const withTls = { cert, key, authMethods: ['PLAIN', 'XOAUTH2'] }
  const inClear = { disabledCommands: ['STARTTLS', 'AUTH'] }
  const starting: Readonly<Record<keyof ExamplePorts, Promise<StandIn>>> = {
    'mail.example:25': ordinaryServer(inClear),
    'mail.example:465': ordinaryServer({ ...withTls, secure: true }),
    'mail.example:587': ordinaryServer(withTls),
    'mail.example:2003': ordinaryServer({ ...inClear, lmtp: true }),
    'relay.example:25': modelServer({}),
    'relay.example:465': modelServer({}, { cert, key }),
  }
  const running = await Promise.all(exampleHosts.map(async (host) => [host, await starting[host]] as const))
  const ports = Object.fromEntries(running.map(([host, { port }]) => [host, port])) as ExamplePorts
  project.provide('examplePorts', ports)
  project.provide('exampleAuthority', file)
  return async () => {
    await Promise.all(running.map(([, standIn]) => standIn.close()))
    rmSync(folder, { recursive: true })
  }
}
