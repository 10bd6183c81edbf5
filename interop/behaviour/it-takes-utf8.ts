import type { ConnectOptions, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { accentedDomain, users } from '../servers/policy.ts'
import type { MailServer } from '../servers/server.ts'
import { SentLines } from './sent-lines.ts'
import { addresses, from } from './subject.ts'

interface Taking {
  readonly server: MailServer<unknown>
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient>
  /** What the server writes before a message that came with SMTPUTF8. */
  readonly trace: RegExp
}

/** Addresses and headers beyond US-ASCII go as they are (RFC 6531). */
export function itTakesUtf8({ server, connect, trace }: Taking): void {
  const { name } = users.accented
  const address = `${name}@example.test`
  const accepted = [{ status: 'accepted', reply: { code: 250 } }]

  it('delivers to a local part beyond US-ASCII, from one, with a header that is', async () => {
    const sent = new SentLines()
    const marked = new MarkedMessage(
      { body: 'Grüße\r\n' },
      { kept: `From: Jürgen <${address}>\r\nX-Greeting: 世界 🌍\r\n` },
    )
    await using client = await connect({ onTranscript: sent.onTranscript })
    const report = await client.deliver({ from: `grüße@${accentedDomain.name}`, to: address, message: marked.message })
    expect(report.recipients).toMatchObject(accepted)
    expect(sent.of('MAIL')).toEqual([expect.stringContaining(' SMTPUTF8')])
    const { trace: before, message } = marked.find(await server.waitForMessage(name, marked.mark))
    expect(message).toBe(marked.storedWith(server.storedLineEnd))
    expect(before).toMatch(trace)
    expect(Buffer.from(before, 'latin1').toString()).toMatch(/^Return-Path: <grüße@/im)
  })

  it('is asked for SMTPUTF8 where only a header needs it, and for a stream where the caller says so', async () => {
    const sent = new SentLines()
    const kept = 'X-Greeting: Grüße\r\n'
    const [whole, stream] = [1, 2].map((i) => new MarkedMessage({ body: `${i}\r\n` }, { kept })) as [
      MarkedMessage,
      MarkedMessage,
    ]
    await using client = await connect({ onTranscript: sent.onTranscript })
    const to = addresses('ok')
    const reports = [
      await client.deliver({ from, to, message: whole.message }),
      await client.deliver({ from, to, message: stream.pieces(9), smtpUtf8: true }),
    ]
    expect(reports.map(({ recipients }) => recipients)).toMatchObject([accepted, accepted])
    expect(sent.of('MAIL').filter((line) => line.includes(' SMTPUTF8'))).toHaveLength(2)
    for (const marked of [whole, stream]) {
      const { trace: before, message } = marked.find(await server.waitForMessage('ok', marked.mark))
      expect(message).toBe(marked.storedWith(server.storedLineEnd))
      expect(before).toMatch(trace)
    }
  })

  it('takes a domain beyond US-ASCII as people write it', async () => {
    const sent = new SentLines()
    const marked = new MarkedMessage({ body: 'to a domain\r\n' })
    await using client = await connect({ onTranscript: sent.onTranscript })
    const report = await client.deliver({ from, to: `ok@${accentedDomain.name}`, message: marked.message })
    expect(report.recipients).toMatchObject([{ status: 'accepted', address: `ok@${accentedDomain.name}` }])
    expect(sent.of('RCPT')).toEqual([`RCPT TO:<ok@${accentedDomain.name}>`])
    expect(sent.of('MAIL')).toEqual([expect.stringContaining(' SMTPUTF8')])
    await server.waitForMessage('ok', marked.mark)
  })
}
