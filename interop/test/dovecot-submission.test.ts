import { type ConnectOptions, SmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itChunks } from '../behaviour/it-chunks.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itKnowsClientCertificates } from '../behaviour/it-knows-client-certificates.ts'
import { itProvesPasswords } from '../behaviour/it-proves-passwords.ts'
import { itReportsTruly } from '../behaviour/it-reports-truly.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { itTakesTokens } from '../behaviour/it-takes-tokens.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { SentLines } from '../behaviour/sent-lines.ts'
import { auth, SmtpConnections } from '../behaviour/smtp-connections.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { ImapSession } from '../imap-session.ts'
import { kindsByGoodSenders } from '../many-deliveries.ts'
import { MarkedMessage } from '../marked-message.ts'
import { type DovecotEndpoints, DovecotServer } from '../servers/dovecot.ts'
import { users } from '../servers/policy.ts'
import { type PostfixPorts, PostfixServer } from '../servers/postfix.ts'

const services = ['submission', 'imap'].map((name) => `/usr/lib/dovecot/${name}`)
const skip = skipReason('Dovecot submission', { programs: ['postfix', ...services] }) !== undefined

describe.skipIf(skip)('Dovecot submission', async () => {
  const authority = await createCertificateAuthority()
  const relay = new PostfixServer(authority)
  const server = new DovecotServer(authority, () => relayPorts.plain)
  let relayPorts: PostfixPorts
  let endpoints: DovecotEndpoints

  beforeAll(async () => {
    relayPorts = await relay.start()
    endpoints = await server.start()
  })
  afterAll(async () => {
    await server.stop()
    await relay.stop()
  })

  const connections = new SmtpConnections(authority, () => {
    const { starttls, tls } = endpoints
    return { plain: starttls, starttls, loginOnly: starttls, everyMechanism: starttls, tls }
  })
  const authenticating = {
    server,
    connect: connections.everyMechanism,
    logged: (mechanism: string, user: string) => new RegExp(`Login: user=<${user}>, method=${mechanism}, `),
  }

  itProvesPasswords({ ...authenticating, mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'] })
  itTakesTokens({
    ...authenticating,
    tokens: server.tokens,
    statuses: { OAUTHBEARER: 'invalid_token', XOAUTH2: '401' },
  })
  itKnowsClientCertificates({ ...authenticating, authority })

  const { implicitTls, startTls } = connections
  describe('CHUNKING', () => itChunks({ server, connect: implicitTls, mailbox: relay }))
  describe.each([
    ['over implicit TLS', implicitTls],
    ['over STARTTLS', startTls],
  ])('deliverAll %s', (_, connect) => {
    itDeliversAll({ server, connect, mailbox: relay, ahead: fitness.messages, kinds: kindsByGoodSenders })
  })
  describe.each([
    ['where a sender is refused', implicitTls],
    ['by DATA', (options: ConnectOptions) => implicitTls({ ...options, chunking: false })],
  ])('deliverAll %s', (_, connect) => itReportsTruly({ server, connect, mailbox: relay }))
  describe('PROXY', () => {
    const connect = ({ proxy }: ConnectOptions) => {
      const options = { tlsOptions: { ca: authority.certificate }, auth, ...(proxy && { proxy }) }
      return SmtpClient.connect(`smtp://127.0.0.1:${endpoints.proxied}`, options)
    }
    itTakesProxyHeaders({ server, connect, mailbox: relay, versions: [1, 2], shown: 'in the log' })
  })

  it('takes a message of which a part is in an IMAP mailbox, by its URL', async () => {
    const { name, password } = users.tester
    const kept = new MarkedMessage({ body: 'forwarded\r\n.\r\nwithout being fetched\r\n' })
    await using lmtp = await new LmtpConnections(authority, () => endpoints).tcp()
    await lmtp.deliver({ from, to: addresses(name), message: kept.message })
    await using imap = await ImapSession.connect(endpoints.imap, authority.certificate)
    await imap.command(`LOGIN ${name} ${password}`)
    await imap.command('SELECT INBOX')
    const found = await imap.command(`UID SEARCH TEXT "${kept.mark}"`)
    const uid = /SEARCH (\d+)/.exec(found)?.[1]
    const access = `imap://${name}@mail.example.test/INBOX/;uid=${uid}/;section=TEXT;urlauth=submit+${name}`
    const url = /imap:[^"\r]*/.exec(await imap.command(`GENURLAUTH "${access}" INTERNAL`))?.[0] ?? ''

    const sent = new SentLines()
    const forwarding = new MarkedMessage({ body: 'forwarded\r\n.\r\nwithout being fetched\r\nand more\r\n' })
    const [header, end] = [String(forwarding.message).split('forwarded')[0] ?? '', 'and more\r\n']
    await using client = await implicitTls({ onTranscript: sent.onTranscript })
    const report = await client.deliver({ from, to: addresses('ok'), message: [header, { url }, end] })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    expect(sent.of('BURL')).toHaveLength(1)
    const { message } = forwarding.find(await relay.waitForMessage('ok', forwarding.mark))
    expect(message).toBe(forwarding.storedWith(relay.storedLineEnd))

    const unknown = [header, { url: `${access}:internal:0123456789` }]
    const refused = await client.deliver({ from, to: addresses('ok'), message: unknown })
    expect(refused.recipients).toMatchObject([{ status: 'rejected', decidedBy: 'CONTENT' }])
    const again = await client.deliver({ from, to: addresses('ok'), message: forwarding.message })
    expect(again.recipients).toMatchObject([{ status: 'accepted' }])
  })

  it.each(['OAUTHBEARER', 'XOAUTH2'])('refuses by %s a token that is for something else', async (mechanism) => {
    const user = users.tester.name
    const auth = { user, token: server.tokens.issue(user, { scope: 'calendar' }) }
    const connecting = connections.everyMechanism({ auth, mechanisms: [mechanism] })
    await expect(connecting).rejects.toMatchObject({ code: 'AUTHENTICATION', mechanism, replyCode: 535 })
  })
})
