import { SmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { Interceptor } from '../behaviour/interceptor.ts'
import { itChunks } from '../behaviour/it-chunks.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itProvesPasswords } from '../behaviour/it-proves-passwords.ts'
import { SentLines } from '../behaviour/sent-lines.ts'
import { auth, SmtpConnections } from '../behaviour/smtp-connections.ts'
import { kindsByGoodSenders } from '../many-deliveries.ts'
import { NewerDovecotServer, type SubmissionPorts } from '../servers/newer-dovecot.ts'
import { type PostfixPorts, PostfixServer } from '../servers/postfix.ts'

const needs = { programs: ['postfix'], trial: NewerDovecotServer.trial }
const skip = skipReason('Dovecot 2.4', needs) !== undefined
const bound = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']

describe.skipIf(skip)('Dovecot 2.4 submission', async () => {
  const authority = await createCertificateAuthority()
  const relay = new PostfixServer(authority)
  const server = new NewerDovecotServer(authority, () => relayPorts.plain)
  let relayPorts: PostfixPorts
  let ports: SubmissionPorts

  beforeAll(async () => {
    relayPorts = await relay.start()
    ports = await server.start()
  })
  afterAll(async () => {
    await server.stop()
    await relay.stop()
  })

  const connections = new SmtpConnections(authority, () => {
    const { starttls, tls } = ports
    return { plain: starttls, starttls, loginOnly: starttls, everyMechanism: starttls, tls }
  })

  describe('CHUNKING', () => itChunks({ server, connect: connections.implicitTls, mailbox: relay }))
  describe('deliverAll', () => {
    const connect = connections.implicitTls
    itDeliversAll({ server, connect, mailbox: relay, ahead: fitness.messages, kinds: kindsByGoodSenders })
  })

  itProvesPasswords({
    server,
    connect: connections.everyMechanism,
    logged: (mechanism, user) => new RegExp(`Logged in: user=<${user}>, method=${mechanism}, `),
    mechanisms: [...bound, 'PLAIN', 'LOGIN'],
  })

  it.each(bound)('lets in by %s over implicit TLS, bound to tls-exporter', async (mechanism) => {
    await using client = await connections.implicitTls({ mechanisms: [mechanism] })
    expect(client.authenticated).toBe(true)
    expect(client.tls?.protocol).toBe('TLSv1.3')
    expect(client.tls?.channelBindings).toHaveProperty('tls-exporter')
  })

  it('lets in by the same hash without channel binding where the client is told to', async () => {
    await using client = await connections.implicitTls({ mechanisms: ['SCRAM-SHA-256'] })
    expect(client.authenticated).toBe(true)
  })

  it.each(bound)('refuses by %s the right password that somebody in between passes on', async (mechanism) => {
    await using interceptor = await Interceptor.before(ports.tls, authority)
    const sent = new SentLines()
    const url = `smtps://127.0.0.1:${interceptor.port}`
    const tlsOptions = { ca: authority.certificate }
    const options = { tlsOptions, auth, onTranscript: sent.onTranscript }
    const connecting = SmtpClient.connect(url, { ...options, mechanisms: [mechanism] })
    await expect(connecting).rejects.toMatchObject({ code: 'AUTHENTICATION', mechanism, replyCode: 535 })
    // Without channel binding nobody notices.
    await using client = await SmtpClient.connect(url, { ...options, mechanisms: [mechanism.replace('-PLUS', '')] })
    expect(client.authenticated).toBe(true)
  })
})
