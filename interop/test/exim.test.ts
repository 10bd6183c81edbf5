import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itKnowsClientCertificates } from '../behaviour/it-knows-client-certificates.ts'
import { itProvesPasswords } from '../behaviour/it-proves-passwords.ts'
import { itSpeaksSmtp } from '../behaviour/it-speaks-smtp.ts'
import { auth, SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { EximServer } from '../servers/exim.ts'

const skip = skipReason('Exim', { programs: [EximServer.program, 'saslpasswd2'] }) !== undefined
const answers = { vrfy: 250, vrfyUnknown: 550, expn: 250, help: /^Commands supported:\n.*\bMAIL\b/ }

describe.skipIf(skip)('Exim', async () => {
  const authority = await createCertificateAuthority()
  const server = new EximServer(authority)
  const ports = startedServer(server)

  const connections = new SmtpConnections(authority, ports)
  const withoutPipelining = new SmtpConnections(authority, () => ({ ...ports(), plain: ports().withoutPipelining }))
    .plain

  itSpeaksSmtp({
    server,
    authority,
    connections,
    answers,
    trace: (protocol) => new RegExp(`\\bwith ${protocol.toLowerCase()} `),
    lesser: ['without PIPELINING', withoutPipelining],
  })

  const authenticating = {
    server,
    connect: connections.everyMechanism,
    logged: (mechanism: string, user: string) => {
      // Cyrus SASL, which does SCRAM, adds a domain.
      return new RegExp(` A=${mechanism.toLowerCase().replaceAll('-', '_')}:${user}(@example\\.test)? `)
    },
  }
  itProvesPasswords({
    ...authenticating,
    mechanisms: ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'],
  })
  itKnowsClientCertificates({ ...authenticating, authority })

  it.each(['SCRAM-SHA-256', 'CRAM-MD5'])('lets in by %s without TLS', async (mechanism) => {
    await using client = await connections.everyMechanismInClear({ auth, mechanisms: [mechanism] })
    expect(client).toMatchObject({ secure: false, authenticated: true })
  })
})
