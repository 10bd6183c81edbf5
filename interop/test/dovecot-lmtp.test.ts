import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe } from 'vitest'
import { skipReason } from '../availability.ts'
import { itAnswersCommands } from '../behaviour/it-answers-commands.ts'
import { itReportsLmtpRecipients } from '../behaviour/it-reports-lmtp-recipients.ts'
import { itStoresMessages } from '../behaviour/it-stores-messages.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { DovecotServer } from '../servers/dovecot.ts'

const skip = skipReason('Dovecot', { programs: ['dovecot'] }) !== undefined
// It takes only a single word: for one it has 252.
const answers = { vrfy: 501, vrfyUnknown: 501, expn: 500, help: /Unknown command/ }

describe.skipIf(skip)('Dovecot LMTP', async () => {
  const authority = await createCertificateAuthority()
  const server = new DovecotServer(authority)
  const endpoints = startedServer(server)

  const { tcp, startTls, unixSocket } = new LmtpConnections(authority, endpoints)

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
