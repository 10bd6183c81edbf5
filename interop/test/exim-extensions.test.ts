import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { itChunks } from '../behaviour/it-chunks.ts'
import { fitness, itDeliversAll } from '../behaviour/it-delivers-all.ts'
import { itNotifies } from '../behaviour/it-notifies.ts'
import { itReportsTruly } from '../behaviour/it-reports-truly.ts'
import { itTakesProxyHeaders } from '../behaviour/it-takes-proxy-headers.ts'
import { itTakesUtf8 } from '../behaviour/it-takes-utf8.ts'
import { SmtpConnections } from '../behaviour/smtp-connections.ts'
import { startedServer } from '../behaviour/started-server.ts'
import { addresses, from } from '../behaviour/subject.ts'
import { kindsRarelyRefused } from '../many-deliveries.ts'
import { MarkedMessage } from '../marked-message.ts'
import { EximServer } from '../servers/exim.ts'
import { refusals, sizeLimit } from '../servers/policy.ts'

const skip = skipReason('Exim', { programs: [EximServer.program, 'saslpasswd2'] }) !== undefined
const { full } = refusals.afterContent

describe.skipIf(skip)("Exim's extensions", async () => {
  const authority = await createCertificateAuthority()
  const server = new EximServer(authority)
  const ports = startedServer(server)

  const { plain, startTls, proxied } = new SmtpConnections(authority, ports)
  const withoutPipelining = new SmtpConnections(authority, () => ({ ...ports(), plain: ports().withoutPipelining }))
    .plain

  describe.each([
    ['in the clear', plain],
    ['without PIPELINING', withoutPipelining],
    ['over STARTTLS', startTls],
  ])('CHUNKING %s', (_, connect) => itChunks({ server, connect }))

  describe('DSN', () => itNotifies({ server, connect: plain, tells: 'xtext' }))
  describe('SMTPUTF8', () => itTakesUtf8({ server, connect: plain, trace: /\bwith utf8esmtp / }))
  describe('PROXY', () => {
    itTakesProxyHeaders({ server, connect: proxied, versions: [1, 2], shown: 'before the message' })
  })

  describe.each([
    ['by BDAT', plain, fitness.messages],
    ['by BDAT over STARTTLS', startTls, fitness.messages],
    ['by BDAT without PIPELINING', withoutPipelining, fitness.transaction],
    ['by DATA', (options: object) => plain({ ...options, chunking: false }), fitness.envelopes],
  ])('deliverAll %s', (_, connect, ahead) => {
    // It begins a process for each.
    itDeliversAll({ server, connect, ahead, kinds: kindsRarelyRefused, count: 40 })
  })

  // It hangs up at the eleventh RSET that does not follow a message.
  describe('deliverAll where many are refused', () => itReportsTruly({ server, connect: plain }))

  it.each([
    ['in the clear', plain],
    ['over STARTTLS', startTls],
  ])('is sent no more of a stream than it takes, by BDAT %s', async (_, connect) => {
    const tooLarge = new MarkedMessage({ body: `${'x'.repeat(78)}\r\n`.repeat(sizeLimit / 66) })
    await using client = await connect({})
    const report = await client.deliver({ from, to: addresses('ok'), message: tooLarge.pieces(65_536) })
    expect(report.ok).toBe(false)
    expect(await server.log()).not.toMatch(/unrecognized command|synchronization error/)
  })

  describe.each([
    ['by BDAT', plain],
    ['by DATA', (options: object) => plain({ ...options, chunking: false })],
  ])('PRDR %s', (_, connect) => {
    it('says after the content what becomes of each recipient', async () => {
      const marked = new MarkedMessage({ body: 'to some\r\n' })
      await using client = await connect({})
      const to = addresses('ok', 'full', 'rej', 'later', 'ok2')
      const report = await client.deliver({ from, to, message: marked.message, prdr: true })
      expect(report.recipients).toMatchObject([
        { status: 'accepted', reply: { code: 250 } },
        { status: 'rejected', reply: { code: 550, enhancedCode: full.enhancedCode } },
        { status: 'rejected', decidedBy: 'RCPT' },
        { status: 'deferred', reply: { code: 450 } },
        { status: 'accepted', reply: { code: 250 } },
      ])
      for (const name of ['ok', 'ok2']) await server.waitForMessage(name, marked.mark)
      const next = await client.deliver({ from, to: addresses('ok'), message: marked.message, prdr: true })
      expect(next.recipients).toMatchObject([{ status: 'accepted' }])
      await server.waitForMessage('ok', marked.mark)
    })

    it('says that nobody gets a message that is refused for all', async () => {
      const marked = new MarkedMessage({ body: 'to nobody\r\n' })
      await using client = await connect({})
      const to = addresses('full', 'later')
      const report = await client.deliver({ from, to, message: marked.message, prdr: true })
      expect(report.recipients).toMatchObject([{ status: 'rejected' }, { status: 'deferred' }])
    })

    it('says nothing of each where it was not asked to', async () => {
      const marked = new MarkedMessage({ body: 'to all\r\n' })
      await using client = await connect({})
      const report = await client.deliver({ from, to: addresses('ok', 'full'), message: marked.message })
      expect(report.recipients).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }])
      await server.waitForMessage('ok', marked.mark)
    })
  })
})
