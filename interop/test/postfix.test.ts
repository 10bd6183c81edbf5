import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe } from 'vitest'
import { skipReason } from '../availability.ts'
import { itAnswersCommands } from '../behaviour/it-answers-commands.ts'
import { itAuthenticates } from '../behaviour/it-authenticates.ts'
import { itLimitsSize } from '../behaviour/it-limits-size.ts'
import { itReportsRefusals } from '../behaviour/it-reports-refusals.ts'
import { itSendsMail } from '../behaviour/it-sends-mail.ts'
import { itStoresMessages } from '../behaviour/it-stores-messages.ts'
import { itVerifiesCertificates } from '../behaviour/it-verifies-certificates.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { type DovecotEndpoints, DovecotServer } from '../servers/dovecot.ts'
import { type PostfixPorts, PostfixServer } from '../servers/postfix.ts'

const skip = skipReason('Postfix', { programs: ['postfix', 'dovecot'] }) !== undefined
const answers = { vrfy: 252, vrfyUnknown: 550, expn: 500, help: /command not recognized/ }

describe.skipIf(skip)('Postfix', async () => {
  const authority = await createCertificateAuthority()
  const dovecot = new DovecotServer(authority)
  // Dovecot knows whether a password is right.
  const server = new PostfixServer(authority, () => endpoints.authSocket)
  let endpoints: DovecotEndpoints
  let ports: PostfixPorts

  beforeAll(async () => {
    endpoints = await dovecot.start()
    ports = await server.start()
  })
  afterAll(async () => {
    await server.stop()
    await dovecot.stop()
  })

  const connections = new SmtpConnections(authority, () => ports)
  const { plain, startTls, login, implicitTls } = connections
  const withoutChunking = new SmtpConnections(authority, () => ({ ...ports, plain: ports.withoutChunking })).plain

  describe.each([
    ['in the clear', plain, 'ESMTP'],
    ['without CHUNKING', withoutChunking, 'ESMTP'],
    ['over STARTTLS, authenticated with PLAIN', startTls, 'ESMTPSA'],
    ['over STARTTLS, authenticated with LOGIN', login, 'ESMTPSA'],
    ['over implicit TLS, authenticated', implicitTls, 'ESMTPSA'],
  ])('%s', (_, connect, protocol) => {
    itStoresMessages({ server, connect, trace: new RegExp(` with ${protocol} id `) })
    itReportsRefusals({ server, connect })
    itSendsMail({ server, connect })
    itAnswersCommands({ server, connect, answers })
    itLimitsSize({ server, connect })
  })

  itAuthenticates(connections)
  itVerifiesCertificates(connections, authority.certificate)
})
