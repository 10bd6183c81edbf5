import { SmtpClient } from '@sansmtp/node'
import { createCertificateAuthority } from '@sansmtp/testkit/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../availability.ts'
import { contentCases } from '../content-cases.ts'
import { MarkedMessage } from '../marked-message.ts'
import { DovecotServer } from '../servers/dovecot.ts'
import { type PostfixPorts, PostfixServer } from '../servers/postfix.ts'

const skip = skipReason('Postfix', ['postfix', 'dovecot']) !== undefined
const from = 'sender@example.test'
type Entry = { readonly type: string; readonly text: string }
const auth = { user: 'tester', pass: 'pencil' }

describe.skipIf(skip)('Postfix', async () => {
  const authority = await createCertificateAuthority()
  const dovecot = new DovecotServer(authority)
  let postfix: PostfixServer
  let ports: PostfixPorts

  beforeAll(async () => {
    const { authSocket } = await dovecot.start()
    postfix = new PostfixServer(authority, authSocket)
    ports = await postfix.start()
  })
  afterAll(async () => {
    await postfix?.stop()
    await dovecot.stop()
  })

  const tlsOptions = { ca: authority.certificate }
  const plain = () => SmtpClient.connect(`smtp://127.0.0.1:${ports.plain}`, { tls: 'off' })
  const withoutChunking = () => SmtpClient.connect(`smtp://127.0.0.1:${ports.withoutChunking}`, { tls: 'off' })
  const startTls = (options = {}) =>
    SmtpClient.connect(`smtp://127.0.0.1:${ports.starttls}`, { tlsOptions, auth, ...options })
  const implicitTls = () => SmtpClient.connect(`smtps://tester:pencil@127.0.0.1:${ports.tls}`, { tlsOptions })

  describe.each([
    ['in the clear', plain, 'ESMTP'],
    ['without CHUNKING', withoutChunking, 'ESMTP'],
    ['over STARTTLS, authenticated', startTls, 'ESMTPSA'],
    ['over implicit TLS, authenticated', implicitTls, 'ESMTPSA'],
  ])('%s', (_, connect, transmissionType) => {
    it.each(contentCases)('stores $name as it was sent', async (content) => {
      const marked = new MarkedMessage(content)
      const client = await connect()
      const report = await client.deliver({ from, to: ['ok@example.test'], message: marked.message })
      await client.quit()
      expect(report.recipients).toMatchObject([{ status: 'accepted', reply: { code: 250 } }])

      const { trace, message } = marked.find(await postfix.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(postfix.storedLineEnd))
      expect(trace).toContain(` with ${transmissionType} id `)
    })

    it('stores a message that came in pieces as if it had been whole', async () => {
      const body = '.first\r\n\r\n..\r\n.\r\nlast'
      const marked = new MarkedMessage({ body, arrives: `${body}\r\n` })
      const client = await connect()
      const report = await client.deliver({ from, to: ['ok@example.test'], message: marked.pieces(1) })
      await client.quit()
      expect(report.recipients).toMatchObject([{ status: 'accepted', reply: { code: 250 } }])

      const { message } = marked.find(await postfix.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(postfix.storedLineEnd))
    })

    it('reports each recipient of a transaction by itself', async () => {
      const marked = new MarkedMessage({ body: 'to some\r\n' })
      const client = await connect()
      const to = ['ok', 'rej', 'tmp', 'ok2', 'unknown', 'ok3'].map((user) => `${user}@example.test`)
      const report = await client.deliver({ from, to, message: marked.message })
      await client.quit()
      expect(report.recipients).toMatchObject([
        { status: 'accepted', reply: { code: 250 } },
        { status: 'rejected', reply: { code: 550, enhancedCode: '5.7.1' } },
        { status: 'deferred', reply: { code: 451, enhancedCode: '4.7.1' } },
        { status: 'accepted', reply: { code: 250 } },
        { status: 'rejected', reply: { code: 550, enhancedCode: '5.1.1' } },
        { status: 'accepted', reply: { code: 250 } },
      ])
      for (const user of ['ok', 'ok2', 'ok3']) await postfix.waitForMessage(user, marked.mark)
    })

    it('delivers the next message after one that nobody was to get', async () => {
      const refused = new MarkedMessage({ body: 'to nobody\r\n' })
      const marked = new MarkedMessage({ body: 'to somebody\r\n' })
      const client = await connect()
      const toNobody = ['rej@example.test', 'tmp@example.test']
      const fromRefused = 'rejfrom@example.test'
      const reports = [
        await client.deliver({ from, to: toNobody, message: refused.message }),
        await client.deliver({ from: fromRefused, to: ['ok@example.test'], message: refused.message }),
        await client.deliver({ from, to: ['ok@example.test'], message: marked.message }),
      ]
      await client.quit()
      expect(reports.map(({ recipients }) => recipients)).toMatchObject([
        [
          { status: 'rejected', reply: { code: 550 } },
          { status: 'deferred', reply: { code: 451 } },
        ],
        [{ status: 'rejected', reply: { code: 550, enhancedCode: '5.7.1' } }],
        [{ status: 'accepted', reply: { code: 250 } }],
      ])
      await postfix.waitForMessage('ok', marked.mark)
      expect((await postfix.messages('ok')).some((message) => message.includes(refused.mark))).toBe(false)
    })
  })

  it('lets only an authenticated client send to other domains', async () => {
    const message = new MarkedMessage({ body: 'to elsewhere\r\n' }).message
    const to = ['somebody@elsewhere.test']
    const statuses: string[] = []
    for (const connect of [() => startTls({ auth: undefined }), startTls, implicitTls]) {
      const client = await connect()
      const report = await client.deliver({ from, to, message })
      await client.quit()
      statuses.push(...report.recipients.map(({ status }) => status))
    }
    expect(statuses).toEqual(['rejected', 'accepted', 'accepted'])
  })

  it('takes the null sender', async () => {
    const marked = new MarkedMessage({ body: 'a bounce\r\n' })
    const client = await plain()
    const report = await client.deliver({ from: '', to: ['ok@example.test'], message: marked.message })
    await client.quit()
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    const { trace } = marked.find(await postfix.waitForMessage('ok', marked.mark))
    expect(trace).toContain('Return-Path: <>\n')
  })

  it('refuses a wrong password, and the client says that it did', async () => {
    await expect(startTls({ auth: { user: 'tester', pass: 'pen' } })).rejects.toMatchObject({
      code: 'AUTHENTICATION_REFUSED',
      replyCode: 535,
      enhancedCode: '5.7.8',
    })
  })

  it('is never shown a password without TLS', async () => {
    const sent: string[] = []
    const onTranscript = ({ type, text }: Entry) => void (type === 'sent' && sent.push(text))
    await expect(startTls({ tls: 'off', onTranscript })).rejects.toMatchObject({ code: expect.any(String) })
    expect(sent.filter((line) => !/^(EHLO|QUIT)/.test(line))).toEqual([])
  })

  it('leaves no password in a transcript', async () => {
    const entries: Entry[] = []
    const client = await startTls({ onTranscript: (entry: Entry) => void entries.push(entry) })
    await client.quit()
    const transcript = entries.map(({ type, text }) => `${type} ${text}`).join('\n')
    expect(transcript).toContain('received 235 2.7.0 ')
    const secrets = [
      'pencil',
      Buffer.from('pencil').toString('base64'),
      Buffer.from('\0tester\0pencil').toString('base64'),
    ]
    expect(secrets.filter((secret) => transcript.includes(secret))).toEqual([])
  })

  it('is left by a client that does not trust its certificate', async () => {
    await expect(startTls({ tlsOptions: {} })).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
    const another = { ...tlsOptions, serverName: 'another.example.test' }
    await expect(startTls({ tlsOptions: another })).rejects.toMatchObject({
      code: 'CERTIFICATE_NAME_MISMATCH',
    })
  })

  it('is left by a client that requires TLS where it offers none', async () => {
    await expect(SmtpClient.connect(`smtp://127.0.0.1:${ports.plain}`, {})).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      extension: 'STARTTLS',
    })
  })
})
