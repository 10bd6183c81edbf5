import { type ConnectOptions, LmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itChunks } from '../behaviour/it-chunks.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itReportsLmtpRecipients } from '../behaviour/it-reports-lmtp-recipients.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { SentLines } from '../behaviour/sent-lines.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { lmtpKinds } from '../many-deliveries.ts'
import { MarkedMessage } from '../marked-message.ts'
import { DovecotServer } from '../servers/dovecot.ts'
import { accentedDomain } from '../servers/policy.ts'

const skip = skipReason('Dovecot', { programs: ['dovecot'] }) !== undefined

describe.skipIf(skip)("Dovecot LMTP's extensions", async () => {
  const authority = await createCertificateAuthority()
  const server = new DovecotServer(authority)
  const endpoints = startedServer(server)

  const { tcp, startTls } = new LmtpConnections(authority, endpoints)
  const proxied = (options: ConnectOptions) =>
    LmtpClient.connect(`lmtp://127.0.0.1:${endpoints().lmtpProxied}`, { tls: 'off', ...options })
  const byData = (options: ConnectOptions = {}) => tcp({ ...options, chunking: false })

  describe.each([
    ['over TCP', tcp],
    ['over TCP with STARTTLS', startTls],
  ])('CHUNKING %s', (_, connect) => itChunks({ server, connect }))
  describe('by DATA', () => itReportsLmtpRecipients({ server, connect: byData }))

  describe.each([
    ['by BDAT', tcp],
    ['by BDAT over STARTTLS', startTls],
    ['by DATA', byData],
  ])('deliverAll %s', (_, connect) => {
    itDeliversAll({ server, connect, ahead: fitness.envelopes, kinds: lmtpKinds })
  })

  describe('PROXY', () => itTakesProxyHeaders({ server, connect: proxied, versions: [1, 2], shown: 'in the log' }))

  it('takes the client for another by XCLIENT', async () => {
    const marked = new MarkedMessage({ body: 'for another\r\n' })
    await using client = await tcp()
    expect(await client.xclient({ ADDR: '192.0.2.41', PORT: 40_041, PROTO: 'LMTP' })).toMatchObject({ code: 220 })
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForMessage('ok', marked.mark)
    await client.quit()
    await server.waitForLog(/Disconnect from 192\.0\.2\.41\b/)
  })

  it('takes a domain beyond US-ASCII as DNS has it, since it knows no SMTPUTF8', async () => {
    const sent = new SentLines()
    const marked = new MarkedMessage({ body: 'to a domain\r\n' })
    await using client = await tcp({ onTranscript: sent.onTranscript })
    const to = `ok@${accentedDomain.name}`
    const report = await client.deliver({ from, to, message: marked.message })
    expect(report.recipients).toMatchObject([{ address: to, status: 'accepted' }])
    expect(sent.of('RCPT')).toEqual([`RCPT TO:<ok@${accentedDomain.aLabel}>`])
    await server.waitForMessage('ok', marked.mark)
    const beyond = client.deliver({ from, to: 'jürgen@example.test', message: marked.message })
    await expect(beyond).rejects.toMatchObject({ code: 'NOT_SUPPORTED', extension: 'SMTPUTF8' })
  })
})
