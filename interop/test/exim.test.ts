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
  const { plain, startTls, login, implicitTls } = connections
  const withoutPipelining = new SmtpConnections(authority, () => ({ ...ports, plain: ports.withoutPipelining })).plain

  describe.each([
    ['in the clear', plain, 'esmtp'],
    ['without PIPELINING', withoutPipelining, 'esmtp'],
    ['over STARTTLS, authenticated with PLAIN', startTls, 'esmtpsa'],
    ['over STARTTLS, authenticated with LOGIN', login, 'esmtpsa'],
    ['over implicit TLS, authenticated', implicitTls, 'esmtpsa'],
  ])('%s', (_, connect, protocol) => {
    itStoresMessages({ server, connect, trace: new RegExp(`\\bwith ${protocol} `) })
    itReportsRefusals({ server, connect })
    itSendsMail({ server, connect })
    itAnswersCommands({ server, connect, answers })
    itLimitsSize({ server, connect })
  })

  itAuthenticates(connections)
  itVerifiesCertificates(connections, authority.certificate)
})
