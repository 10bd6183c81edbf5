import { LmtpClient } from '@sansmtp/node'
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
import { itTakesTokens } from '../behaviour/it-takes-tokens.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { MarkedMessage } from '../marked-message.ts'
import { SmtpServerServer } from '../servers/smtp-server.ts'

const skip = skipReason('smtp-server', {}) !== undefined
const answers = { vrfy: 252, vrfyUnknown: 252, expn: 500, help: /^See https:/ }

describe.skipIf(skip)('smtp-server', async () => {
  const authority = await createCertificateAuthority()
  const server = new SmtpServerServer(authority)
  const endpoints = startedServer(server)

  const connections = new SmtpConnections(authority, endpoints)
  const bare = new SmtpConnections(authority, () => ({ ...endpoints(), plain: endpoints().withoutPipelining })).plain
  const { tcp, startTls: lmtpStartTls, unixSocket } = new LmtpConnections(authority, endpoints)

  itSpeaksSmtp({
    server,
    authority,
    connections,
    answers,
    trace: (protocol) => new RegExp(` with ${protocol} id `),
    lesser: ['without PIPELINING', bare],
  })

  const authenticating = {
    server,
    connect: connections.everyMechanism,
    logged: (mechanism: string, user: string) => new RegExp(`${user} authenticated by ${mechanism}`),
  }
  itProvesPasswords({ ...authenticating, mechanisms: ['CRAM-MD5', 'PLAIN', 'LOGIN'] })
  itTakesTokens({ ...authenticating, tokens: server.tokens, statuses: { XOAUTH2: '401' } })

  describe.each([
    ['a Unix socket', unixSocket],
    ['TCP', tcp],
    ['TCP with STARTTLS', lmtpStartTls],
  ])('LMTP over %s', (_, connect) => {
    itStoresMessages({ server, connect, trace: / with E?LMTPS? id / })
    itReportsRefusals({ server, connect })
    itSendsMail({ server, connect })
    itAnswersCommands({ server, connect, answers })
    itReportsLmtpRecipients({ server, connect })
    itLimitsSize({ server, connect })
  })

  it('leaves unknown what it does not answer for: over LMTP, by itself, a recipient named twice', async () => {
    const marked = new MarkedMessage({ body: 'twice\r\n' })
    const url = `lmtp://127.0.0.1:${endpoints().lmtpTwiceIsOnce}`
    await using client = await LmtpClient.connect(url, { tls: 'off', timeouts: { termination: 500 } })
    const to = addresses('ok', 'ok2', 'ok')
    const report = await client.deliver({ from, to, message: marked.message })
    expect(report.recipients).toMatchObject([
      { status: 'accepted', reply: { code: 250 } },
      { status: 'accepted', reply: { code: 250 } },
      { status: 'unknown' },
    ])
    expect(report.error).toMatchObject({ code: 'TIMEOUT' })
    expect(client.connected).toBe(false)
    for (const name of ['ok', 'ok2']) await server.waitForMessage(name, marked.mark)
  })
})
