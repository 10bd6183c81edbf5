import { LmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { contentCases } from '../content-cases.ts'
import { MarkedMessage } from '../marked-message.ts'
import { type DovecotEndpoints, DovecotServer } from '../servers/dovecot.ts'

const skip = skipReason('Dovecot', ['dovecot']) !== undefined
const from = 'sender@example.test'

describe.skipIf(skip)('Dovecot LMTP', async () => {
  const authority = await createCertificateAuthority()
  const dovecot = new DovecotServer(authority)
  let endpoints: DovecotEndpoints

  beforeAll(async () => {
    endpoints = await dovecot.start()
  })
  afterAll(() => dovecot.stop())

  const tcp = () => LmtpClient.connect(`lmtp://127.0.0.1:${endpoints.port}`, { tls: 'off' })
  const startTls = () =>
    LmtpClient.connect(`lmtp://127.0.0.1:${endpoints.port}`, { tlsOptions: { ca: authority.certificate } })
  const unixSocket = () => LmtpClient.connect(`lmtp+unix://${endpoints.socket}`)

  describe.each([
    ['a Unix socket', unixSocket],
    ['TCP', tcp],
    ['TCP with STARTTLS', startTls],
  ])('over %s', (_, connect) => {
    it.each(contentCases)('stores $name as it was sent', async (content) => {
      const marked = new MarkedMessage(content)
      const client = await connect()
      const report = await client.deliver({ from, to: ['ok@example.test'], message: marked.message })
      await client.quit()
      expect(report.recipients).toMatchObject([{ status: 'accepted', reply: { code: 250 } }])

      const { message } = marked.find(await dovecot.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(dovecot.storedLineEnd))
    })

    it('stores a message that came in pieces as if it had been whole', async () => {
      const body = '.first\r\n\r\n..\r\n.\r\nlast'
      const marked = new MarkedMessage({ body, arrives: `${body}\r\n` })
      const client = await connect()
      const report = await client.deliver({ from, to: ['ok@example.test'], message: marked.pieces(1) })
      await client.quit()
      expect(report.recipients).toMatchObject([{ status: 'accepted', reply: { code: 250 } }])

      const { message } = marked.find(await dovecot.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(dovecot.storedLineEnd))
    })

    it('reports each recipient by itself, before and after the content', async () => {
      const marked = new MarkedMessage({ body: 'to some\r\n' })
      const client = await connect()
      const to = ['ok', 'unknown', 'full', 'ok2'].map((user) => `${user}@example.test`)
      const report = await client.deliver({ from, to, message: marked.message })
      await client.quit()
      expect(report.recipients).toMatchObject([
        { status: 'accepted', reply: { code: 250, enhancedCode: '2.0.0' } },
        { status: 'rejected', reply: { code: 550, enhancedCode: '5.1.1' } },
        { status: 'rejected', reply: { code: 552, enhancedCode: '5.2.2' } },
        { status: 'accepted', reply: { code: 250, enhancedCode: '2.0.0' } },
      ])
      for (const user of ['ok', 'ok2']) await dovecot.waitForMessage(user, marked.mark)
      expect(await dovecot.messages('full')).toEqual([])
    })

    it('reports a recipient that is named twice by position', async () => {
      const marked = new MarkedMessage({ body: 'twice\r\n' })
      const client = await connect()
      const to = ['ok@example.test', 'full@example.test', 'ok@example.test']
      const report = await client.deliver({ from, to, message: marked.message })
      await client.quit()
      expect(report.recipients.map(({ status }) => status)).toEqual(['accepted', 'rejected', 'accepted'])
    })

    it('delivers the next message after one that nobody was to get', async () => {
      const refused = new MarkedMessage({ body: 'to nobody\r\n' })
      const marked = new MarkedMessage({ body: 'to somebody\r\n' })
      const client = await connect()
      const reports = [
        await client.deliver({ from, to: ['unknown@example.test'], message: refused.message }),
        await client.deliver({ from, to: ['full@example.test'], message: refused.message }),
        await client.deliver({ from, to: ['tester@example.test'], message: marked.message }),
      ]
      await client.quit()
      expect(reports.map(({ recipients }) => recipients)).toMatchObject([
        [{ status: 'rejected', reply: { code: 550 } }],
        [{ status: 'rejected', reply: { code: 552 } }],
        [{ status: 'accepted', reply: { code: 250 } }],
      ])
      await dovecot.waitForMessage('tester', marked.mark)
    })
  })
})
