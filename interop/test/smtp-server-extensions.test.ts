import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { envelopeIn } from '../behaviour/envelope-in.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itSpeaksForOthers } from '../behaviour/it-speaks-for-others.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { itTakesUtf8 } from '../behaviour/it-takes-utf8.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { lmtpKinds } from '../many-deliveries.ts'
import { MarkedMessage } from '../marked-message.ts'
import { SmtpServerServer } from '../servers/smtp-server.ts'

const skip = skipReason('smtp-server', {}) !== undefined

describe.skipIf(skip)("smtp-server's extensions", async () => {
  const authority = await createCertificateAuthority()
  const server = new SmtpServerServer(authority)
  const endpoints = startedServer(server)

  const { plain, startTls, proxied } = new SmtpConnections(authority, endpoints)
  const at = (plain: 'trusting' | 'withoutPipelining') =>
    new SmtpConnections(authority, () => ({ ...endpoints(), plain: endpoints()[plain] })).plain
  const { tcp } = new LmtpConnections(authority, endpoints)
  /** The envelope that the server was told with a message. */
  const told = async (marked: MarkedMessage) => {
    return envelopeIn(marked.find(await server.waitForMessage('ok', marked.mark)).trace)
  }

  describe('SMTPUTF8', () => itTakesUtf8({ server, connect: plain, trace: /^X-Envelope: .*"smtpUtf8":true/m }))
  describe('PROXY', () => {
    itTakesProxyHeaders({ server, connect: proxied, versions: [1], shown: 'before the message' })
  })
  describe('XCLIENT', () => itSpeaksForOthers({ server, connect: at('trusting') }))

  describe('deliverAll', () => itDeliversAll({ server, connect: plain, ahead: fitness.envelopes }))
  describe('deliverAll over STARTTLS', () => itDeliversAll({ server, connect: startTls, ahead: fitness.envelopes }))
  describe('deliverAll without PIPELINING', () => {
    itDeliversAll({ server, connect: at('withoutPipelining'), ahead: fitness.transaction })
  })
  describe('deliverAll over LMTP', () => {
    itDeliversAll({ server, connect: tcp, ahead: fitness.envelopes, kinds: lmtpKinds })
  })

  it('is told that a message must stay under TLS, and by no client without it', async () => {
    const marked = new MarkedMessage({ body: 'in secret\r\n' })
    const delivery = { from, to: addresses('ok'), message: marked.message, requireTls: true }
    await using secure = await startTls()
    expect((await secure.deliver(delivery)).recipients).toMatchObject([{ status: 'accepted' }])
    expect(await told(marked)).toMatchObject({ requireTLS: true })
    await using clear = await plain()
    await expect(clear.deliver(delivery)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', extension: 'REQUIRETLS' })
  })

  it('is told whom to notify of what', async () => {
    const marked = new MarkedMessage({ body: 'notify me\r\n' })
    const to = [
      { address: 'ok@example.test', notify: ['SUCCESS', 'DELAY'] as const, orcpt: 'first+last@example.org' },
      { address: 'ok2@example.test', notify: ['NEVER'] as const },
    ]
    await using client = await plain()
    await client.deliver({ from, to, message: marked.message, ret: 'FULL', envid: 'a b' })
    expect(await told(marked)).toMatchObject({
      dsn: { ret: 'FULL', envid: 'a b' },
      rcptTo: [
        { dsn: { notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;first+last@example.org' } },
        { dsn: { notify: ['NEVER'] } },
      ],
    })
  })

  it.each([
    { name: 'US-ASCII', body: 'ascii\r\n', bodyType: '7bit' },
    { name: 'UTF-8', body: 'Grüße\r\n', bodyType: '8bitmime' },
  ])('is told of what kind and size a message is: $name', async ({ body, bodyType }) => {
    const marked = new MarkedMessage({ body })
    await using client = await plain()
    await client.deliver({ from, to: addresses('ok'), message: marked.message })
    const SIZE = String(Buffer.byteLength(marked.message))
    expect(await told(marked)).toMatchObject({ bodyType, mailFrom: { args: { SIZE } } })
  })

  it('is told who submitted a message', async () => {
    const [named, nobody] = [1, 2].map((i) => new MarkedMessage({ body: `${i}\r\n` })) as [MarkedMessage, MarkedMessage]
    await using client = await startTls()
    await client.deliver({ from, to: addresses('ok'), message: named.message, submitter: 'e+mc2=x@example.org' })
    await client.deliver({ from, to: addresses('ok'), message: nobody.message, submitter: '' })
    expect(await told(named)).toMatchObject({ mailFrom: { args: { AUTH: 'e+mc2=x@example.org' } } })
    expect(await told(nobody)).toMatchObject({ mailFrom: { args: { AUTH: '<>' } } })
  })

  it('is told by XFORWARD from whom a message came first', async () => {
    const marked = new MarkedMessage({ body: 'from afar\r\n' })
    await using client = await at('trusting')()
    const first = { NAME: 'first.example.org', ADDR: '192.0.2.31', HELO: 'hello.example.org', PROTO: 'SMTP' }
    expect(await client.xforward(first)).toMatchObject({ code: 250 })
    await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(await told(marked)).toMatchObject({ forwarded: first })
  })
})
