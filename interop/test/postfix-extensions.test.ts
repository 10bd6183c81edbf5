import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itChunks } from '../behaviour/it-chunks.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itNotifies } from '../behaviour/it-notifies.ts'
import { itSpeaksForOthers } from '../behaviour/it-speaks-for-others.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { itTakesUtf8 } from '../behaviour/it-takes-utf8.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { MarkedMessage } from '../marked-message.ts'
import { users } from '../servers/policy.ts'
import { PostfixServer } from '../servers/postfix.ts'
import { bouncedDomain, etrnDomain } from '../servers/postfix-conf.ts'

const skip = skipReason('Postfix', { programs: ['postfix'] }) !== undefined

describe.skipIf(skip)("Postfix's extensions", async () => {
  const authority = await createCertificateAuthority()
  const server = new PostfixServer(authority)
  const ports = startedServer(server)

  const { plain, anonymous, proxied } = new SmtpConnections(authority, ports)
  const trusting = new SmtpConnections(authority, () => ({ ...ports(), plain: ports().trusting })).plain

  describe.each([
    ['in the clear', plain],
    ['over STARTTLS', anonymous],
  ])('CHUNKING %s', (_, connect) => itChunks({ server, connect }))

  describe('DSN', () => itNotifies({ server, connect: plain, tells: 'decoded' }))
  describe('SMTPUTF8', () => itTakesUtf8({ server, connect: plain, trace: / with UTF8SMTP id / }))
  describe('XCLIENT', () => itSpeaksForOthers({ server, connect: trusting }))
  describe('PROXY', () => {
    itTakesProxyHeaders({ server, connect: proxied, versions: [1, 2], shown: 'before the message' })
  })

  describe.each([
    ['by BDAT', plain, fitness.messages],
    ['by BDAT over STARTTLS', anonymous, fitness.messages],
    ['by DATA', (options: object) => plain({ ...options, chunking: false }), fitness.envelopes],
  ])('deliverAll %s', (_, connect, ahead) => itDeliversAll({ server, connect, ahead }))

  it('logs from whom a message came first, as XFORWARD says', async () => {
    const marked = new MarkedMessage({ body: 'from afar\r\n' })
    await using client = await trusting()
    const told = {
      NAME: 'first.example.org',
      ADDR: '192.0.2.31',
      HELO: 'hello.example.org',
      PROTO: 'SMTP',
      IDENT: 'ID31',
    }
    expect(await client.xforward(told)).toMatchObject({ code: 250 })
    const report = await client.deliver({ from, to: addresses('ok'), message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForMessage('ok', marked.mark)
    await server.waitForLog(/orig_queue_id=ID31, orig_client=first\.example\.org\[192\.0\.2\.31\]/)
  })

  it('knows by XCLIENT as whom a client is authenticated', async () => {
    const marked = new MarkedMessage({ body: 'away\r\n' })
    await using client = await trusting()
    expect(await client.xclient({ LOGIN: users.tester.name, ADDR: '192.0.2.32' })).toMatchObject({ code: 220 })
    await client.deliver({ from, to: addresses('ok'), message: marked.message })
    await server.waitForLog(/client=unknown\[192\.0\.2\.32\], sasl_method=XCLIENT, sasl_username=tester$/m)
  })

  it.each(['HDRS', 'FULL'] as const)('returns what it can not deliver: %s', async (ret) => {
    const marked = new MarkedMessage({ body: 'return me\r\n' })
    const envid = crypto.randomUUID()
    await using client = await plain()
    const to = [{ address: `somebody@${bouncedDomain}`, notify: ['FAILURE'] as const }]
    await client.deliver({ from: 'ok2@example.test', to, message: marked.message, ret, envid })
    const notification = String(await server.waitForMessage('ok2', envid))
    expect(notification).toMatch(/^Action: failed$/m)
    expect(notification).toContain(marked.mark)
    expect(notification.includes('return me')).toBe(ret === 'FULL')
  })

  it('looks into its queue for ETRN, where it is to', async () => {
    await using client = await plain()
    expect(await client.etrn(etrnDomain)).toMatchObject({ code: 250 })
    expect(await client.etrn('elsewhere.test')).toMatchObject({ code: 459 })
  })

  it('verifies an address beyond US-ASCII', async () => {
    await using client = await plain()
    expect(await client.vrfy(`${users.accented.name}@example.test`)).toMatchObject({ code: 252 })
    expect(await client.vrfy('müller@example.test')).toMatchObject({ code: 550 })
  })
})
