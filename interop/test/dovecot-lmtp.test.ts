import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe } from 'vitest'
import { skipReason } from '../availability.ts'
import { itAnswersCommands } from '../behaviour/it-answers-commands.ts'
import { itReportsLmtpRecipients } from '../behaviour/it-reports-lmtp-recipients.ts'
import { itStoresMessages } from '../behaviour/it-stores-messages.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { type DovecotEndpoints, DovecotServer } from '../servers/dovecot.ts'

const skip = skipReason('Dovecot', { programs: ['dovecot'] }) !== undefined
// It takes only a single word: for one it has 252.
const answers = { vrfy: 501, vrfyUnknown: 501, expn: 500, help: /Unknown command/ }

describe.skipIf(skip)('Dovecot LMTP', async () => {
  const authority = await createCertificateAuthority()
  const server = new DovecotServer(authority)
  let endpoints: DovecotEndpoints

  beforeAll(async () => {
    endpoints = await server.start()
  })
  afterAll(() => server.stop())

  const { tcp, startTls, unixSocket } = new LmtpConnections(authority, () => endpoints)

  describe.each([
    ['a Unix socket', unixSocket, 'LMTP'],
    ['TCP', tcp, 'LMTP'],
    ['TCP with STARTTLS', startTls, 'LMTPS'],
  ])('over %s', (_, connect, protocol) => {
    itStoresMessages({ server, connect, trace: new RegExp(`\\bwith ${protocol}\\b`) })
    itAnswersCommands({ server, connect, answers })
    itReportsLmtpRecipients({ server, connect })
  })
})
