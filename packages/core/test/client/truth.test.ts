import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'

const to = ['ok@foo.example', 'rejected@foo.example', 'full@foo.example', 'deferred@foo.example', 'ok@foo.example']
const message = 'Subject: truth\n\n.a line\nand another\n'

function answer(line: string): string | undefined {
  if (line.startsWith('RCPT TO:<rejected@')) return '550 5.1.1 no such user'
  if (line.startsWith('RCPT TO:<deferred@')) return '451 4.7.1 try later'
  return undefined
}

function content(recipient: string): string {
  return recipient.startsWith('full@') ? '452 4.2.2 mailbox full' : '250 2.0.0 stored'
}

/** What a report may say of a recipient, given what the server did and that the connection may have been cut. */
function permitted(rcpt: number | undefined, content: number | undefined): readonly string[] {
  if (content !== undefined && content < 300) return ['accepted', 'unknown']
  if (content !== undefined) return [content < 500 ? 'deferred' : 'rejected', 'unknown']
  if (rcpt !== undefined && rcpt >= 400) return [rcpt < 500 ? 'deferred' : 'rejected', 'notSent', 'unknown']
  return ['notSent', 'unknown']
}

async function deliverOver(server: MemoryServer, protocol: 'smtp' | 'lmtp'): Promise<readonly string[]> {
  const kind = protocol === 'smtp' ? SmtpClient : LmtpClient
  try {
    const client = await kind.over(server, { tls: 'off', clientName: 'bar.example' })
    const report = await client.deliver({ from: 'ann@bar.example', to, message })
    expect(report.recipients.map(({ address }) => address)).toEqual(to)
    for (const { status, reply } of report.recipients) {
      const severity = { accepted: 2, rejected: 5, deferred: 4, notSent: undefined, unknown: undefined }[status]
      expect(reply?.severity).toBe(severity)
    }
    return report.recipients.map(({ status }) => status)
  } catch {
    return to.map(() => 'notSent') // The session was not opened.
  }
}

const settings = (['smtp', 'lmtp'] as const).flatMap((protocol) =>
  [['PIPELINING', '8BITMIME'], ['8BITMIME']].map((keywords) => ({ protocol, keywords, answer, content })),
)

describe.each(settings)('$protocol with $keywords', (options) => {
  const whole =
    options.protocol === 'smtp'
      ? ['accepted', 'rejected', 'accepted', 'deferred', 'accepted']
      : ['accepted', 'rejected', 'deferred', 'deferred', 'accepted']

  async function check(cut: Partial<MemoryServerOptions>): Promise<readonly string[]> {
    const server = new MemoryServer({ ...options, ...cut })
    const statuses = await deliverOver(server, options.protocol)
    for (const [i, status] of statuses.entries()) {
      const truth = server.truths[i]
      expect(permitted(truth?.rcpt, truth?.content), `${to[i]} with ${JSON.stringify(cut)}`).toContain(status)
    }
    return statuses
  }

  test('uncut, each recipient is told its own outcome', async () => {
    expect(await check({})).toEqual(whole)
    expect(await check({ readLength: 1 })).toEqual(whole)
  })

  test('cut after any octet from the server, the report is true', async () => {
    let statuses: readonly string[] = []
    for (let cutAfterSent = 0; statuses.join() !== whole.join(); cutAfterSent += 1) {
      expect(cutAfterSent).toBeLessThan(2000)
      statuses = await check({ cutAfterSent })
    }
  })

  test('cut after any octet from the client, the report is true', async () => {
    let statuses: readonly string[] = []
    for (let cutAfterReceived = 0; statuses.join() !== whole.join(); cutAfterReceived += 1) {
      expect(cutAfterReceived).toBeLessThan(2000)
      statuses = await check({ cutAfterReceived })
    }
  })
})
