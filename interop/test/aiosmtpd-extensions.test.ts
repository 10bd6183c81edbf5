import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { envelopeIn } from '../behaviour/envelope-in.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { itTakesUtf8 } from '../behaviour/it-takes-utf8.ts'
import { LmtpConnections } from '../behaviour/lmtp-connections.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { lmtpKinds } from '../many-deliveries.ts'
import { MarkedMessage } from '../marked-message.ts'
import { AiosmtpdServer } from '../servers/aiosmtpd.ts'

const skip = skipReason('aiosmtpd', { programs: ['saslpasswd2'], trial: AiosmtpdServer.trial }) !== undefined

describe.skipIf(skip)("aiosmtpd's extensions", async () => {
  const authority = await createCertificateAuthority()
  const server = new AiosmtpdServer(authority)
  const endpoints = startedServer(server)

  const { plain, proxied } = new SmtpConnections(authority, endpoints)
  const { tcp } = new LmtpConnections(authority, endpoints)

  describe('SMTPUTF8', () => itTakesUtf8({ server, connect: plain, trace: /^X-Envelope: .*"utf8": true/m }))
  describe('PROXY', () => {
    itTakesProxyHeaders({ server, connect: proxied, versions: [1, 2], shown: 'before the message' })
  })
  describe('deliverAll', () => itDeliversAll({ server, connect: plain, ahead: fitness.transaction }))
  describe('deliverAll over LMTP', () => {
    itDeliversAll({ server, connect: tcp, ahead: fitness.transaction, kinds: lmtpKinds })
  })

  it.each([
    { name: 'US-ASCII', body: 'ascii\r\n', bodies: [] },
    { name: 'UTF-8', body: 'Grüße\r\n', bodies: ['BODY=8BITMIME'] },
  ])('is told of what kind and size a message is, and of nothing that it does not offer: $name', async (content) => {
    const marked = new MarkedMessage({ body: content.body })
    const to = addresses('ok').map((address) => ({ address, notify: ['NEVER'] as const }))
    await using client = await plain()
    const report = await client.deliver({ from, to, message: marked.message, envid: '1', ifOffered: ['DSN'] })
    expect(report).toMatchObject({ ok: true, dropped: ['DSN'] })
    const { trace } = marked.find(await server.waitForMessage('ok', marked.mark))
    const size = `SIZE=${Buffer.byteLength(marked.message)}`
    expect(envelopeIn(trace)).toEqual({
      mail: expect.toSatisfy((options: string[]) => options.sort().join() === [...content.bodies, size].join()),
      rcpt: [],
      utf8: false,
    })
  })

  it('is told how long a stream will be, where the caller knows', async () => {
    const marked = new MarkedMessage({ body: 'a stream\r\n' })
    await using client = await plain()
    const size = Buffer.byteLength(marked.message)
    await client.deliver({ from, to: addresses('ok'), message: marked.pieces(7), size })
    const { trace } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(envelopeIn(trace)).toMatchObject({ mail: expect.arrayContaining([`SIZE=${size}`]) })
  })
})
