import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe } from 'vitest'
import { skipReason } from '../availability.ts'
import { itSpeaksSmtp } from '../behaviour/it-speaks-smtp.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { type EximPorts, EximServer } from '../servers/exim.ts'

const skip = skipReason('Exim', { programs: [EximServer.program] }) !== undefined
const answers = { vrfy: 250, vrfyUnknown: 550, expn: 250, help: /^Commands supported:\n.*\bMAIL\b/ }

describe.skipIf(skip)('Exim', async () => {
  const authority = await createCertificateAuthority()
  const server = new EximServer(authority)
  let ports: EximPorts

  beforeAll(async () => {
    ports = await server.start()
  })
  afterAll(() => server.stop())

  const connections = new SmtpConnections(authority, () => ports)
  const withoutPipelining = new SmtpConnections(authority, () => ({ ...ports, plain: ports.withoutPipelining })).plain

  itSpeaksSmtp({
    server,
    authority,
    connections,
    answers,
    trace: (protocol) => new RegExp(`\\bwith ${protocol.toLowerCase()} `),
    lesser: ['without PIPELINING', withoutPipelining],
  })
})
