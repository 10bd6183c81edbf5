import { isSmtpError } from '@sansmtp/core'
import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer, type MemoryServerOptions } from '../support/memory-server.ts'
import { answering, inClear } from './connected.ts'

const to = ['ok@foo.example', 'rejected@foo.example', 'full@foo.example', 'ok@foo.example']
const message = 'Subject: truth\n\n.a line\n'
const answer = answering({ 'RCPT TO:<rejected@': '550 5.1.1 no such user' })
const content = (recipient: string) => (recipient.startsWith('full@') ? '452 4.2.2 mailbox full' : '250 2.0.0 stored')

const settings = (['smtp', 'lmtp'] as const).flatMap((protocol) =>
  [['PIPELINING'], []].map((keywords) => ({ protocol, keywords, answer, content })),
)

/** What sendMail comes to: `returned`, the code of an error with its delivery, or that the session did not open. */
async function told(server: MemoryServer, protocol: 'smtp' | 'lmtp'): Promise<string> {
  const kind = protocol === 'smtp' ? SmtpClient : LmtpClient
  const client = await kind.over(server, inClear).catch(() => undefined)
  if (client === undefined) return 'not opened'
  try {
    const refused = await client.sendMail('a@bar.example', to, message)
    for (const [position, { content = 0 }] of server.truths.entries()) {
      expect(refused.some((each) => each.position === position)).toBe(content === 0 || content >= 300)
    }
    return 'returned'
  } catch (error) {
    if (!isSmtpError(error)) throw error
    return `${error.code} ${error.delivery}`
  }
}

describe.each(settings)('sendMail with $protocol and $keywords', (options) => {
  async function check(cut: Partial<MemoryServerOptions>): Promise<string> {
    const server = new MemoryServer({ ...options, ...cut })
    const outcome = await told(server, options.protocol)
    expect(outcome).toMatch(/^not opened$|^returned$|^(?:UNEXPECTED_EOF|NOT_CONNECTED) (?:notSent|unknown|undefined)$/)
    const anybody = server.truths.some(({ content = 999 }) => content < 300)
    if (anybody) expect(outcome).toMatch(/^returned$|unknown$/)
    return outcome
  }

  test.each(['cutAfterSent', 'cutAfterReceived'] as const)('tells the truth with %s any octet', async (cut) => {
    const outcomes = new Set<string>()
    let octets = 0
    while (!outcomes.has('returned')) {
      expect(octets).toBeLessThan(2000)
      outcomes.add(await check({ [cut]: octets++ }))
    }
    expect(outcomes).toContain('UNEXPECTED_EOF notSent')
    // Whoever has not received the end of the message has not accepted it.
    if (cut === 'cutAfterSent') expect(outcomes).toContain('UNEXPECTED_EOF unknown')
  })
})
