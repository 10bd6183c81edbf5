import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itAnswersCommands } from '../behaviour/it-answers-commands.ts'
import { itLimitsSize } from '../behaviour/it-limits-size.ts'
import { itProvesPasswords } from '../behaviour/it-proves-passwords.ts'
import { itReportsLmtpRecipients } from '../behaviour/it-reports-lmtp-recipients.ts'
import { itReportsRefusals } from '../behaviour/it-reports-refusals.ts'
import { itSendsMail } from '../behaviour/it-sends-mail.ts'
import { itSpeaksSmtp } from '../behaviour/it-speaks-smtp.ts'
import { itStoresMessages } from '../behaviour/it-stores-messages.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { auth, SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { MarkedMessage } from '../marked-message.ts'
import { AiosmtpdServer } from '../servers/aiosmtpd.ts'

const skip = skipReason('aiosmtpd', { programs: ['saslpasswd2'], trial: AiosmtpdServer.trial }) !== undefined
const bound = ['SCRAM-SHA-512-PLUS', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']
const answers = { vrfy: 250, vrfyUnknown: 550, expn: 502, help: /^Supported commands: .*\bMAIL\b/ }

describe.skipIf(skip)('aiosmtpd', async () => {
  const authority = await createCertificateAuthority()
  const server = new AiosmtpdServer(authority)
  const endpoints = startedServer(server)

  const connections = new SmtpConnections(authority, endpoints)
  const shortLines = new SmtpConnections(authority, () => ({ ...endpoints(), plain: endpoints().shortLines })).plain
  const { tcp, startTls: lmtpStartTls, unixSocket } = new LmtpConnections(authority, endpoints)

  itSpeaksSmtp({
    server,
    authority,
    connections,
    answers,
    trace: (protocol) => new RegExp(` with ${protocol} id `),
  })

  itProvesPasswords({
    server,
    connect: connections.everyMechanism,
    logged: (mechanism, user) => new RegExp(`${user} authenticated by ${mechanism}`),
    mechanisms: [...bound, 'PLAIN', 'LOGIN'],
  })

  it.each(bound)('lets in by %s, bound to the certificate', async (mechanism) => {
    await using client = await connections.everyMechanism({ auth, mechanisms: [mechanism] })
    expect(client).toMatchObject({ authenticated: true, tls: { protocol: 'TLSv1.2' } })
    expect(Object.keys(client.tls?.channelBindings ?? {})).toEqual(['tls-server-end-point'])
    const without = mechanism.replace('-PLUS', '')
    await using other = await connections.everyMechanism({ auth, mechanisms: [without] })
    expect(other.authenticated).toBe(true)
  })

  it('refuses a line longer than it takes, and takes the next message', async () => {
    const longLine = new MarkedMessage({ body: `${'x'.repeat(5000)}\r\n` })
    const marked = new MarkedMessage({ body: `${'x'.repeat(998)}\r\n` })
    await using client = await shortLines()
    const reports = [
      await client.deliver({ from, to: addresses('ok', 'ok2'), message: longLine.message }),
      await client.deliver({ from, to: addresses('ok'), message: marked.message }),
    ]
    const refused = { status: 'rejected', reply: { code: 500 } }
    expect(reports.map(({ recipients }) => recipients)).toMatchObject([[refused, refused], [{ status: 'accepted' }]])
    const { message } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(message).toBe(marked.storedWith(server.storedLineEnd))
  })

  describe.each([
    ['a Unix socket', unixSocket, 'LMTP'],
    ['TCP', tcp, 'LMTP'],
    ['TCP with STARTTLS', lmtpStartTls, 'LMTPS'],
  ])('LMTP over %s', (_, connect, protocol) => {
    itStoresMessages({ server, connect, trace: new RegExp(` with ${protocol} id `) })
    itReportsRefusals({ server, connect })
    itSendsMail({ server, connect })
    itAnswersCommands({ server, connect, answers })
    itReportsLmtpRecipients({ server, connect })
    itLimitsSize({ server, connect })
  })
})
