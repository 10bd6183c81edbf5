import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { describe, expect, test } from 'vitest'
import { MemoryServer } from '../support/memory-server.ts'
import { inClear } from './connected.ts'

const from = 'a@bar.example'
const to = 'b@foo.example'
const login = 'AUTH PLAIN AGFubgBzZWNyZXQ='

describe('a whole dialogue with tls off says what smtplib says', () => {
  test('in SMTP', async () => {
    const server = new MemoryServer({ keywords: ['AUTH PLAIN', 'SIZE', '8BITMIME'] })
    const client = await SmtpClient.over(server, { ...inClear, stepwise: true, allowInsecureAuth: true })
    await client.ehlo()
    await client.login('ann', 'secret')
    await client.sendMail(from, [to, 'c@foo.example'], 'Subject: x\n\n.hi\n', { mailOptions: ['BODY=8BITMIME'] })
    await client.noop()
    await client.quit()
    expect(server.lines).toEqual([
      'EHLO bar.example',
      login,
      'MAIL FROM:<a@bar.example> SIZE=19 BODY=8BITMIME',
      'RCPT TO:<b@foo.example>',
      'RCPT TO:<c@foo.example>',
      'DATA',
      'NOOP',
      'QUIT',
    ])
    expect(server.contents).toEqual(['Subject: x\r\n\r\n..hi\r\n'])
  })

  test('in LMTP', async () => {
    const server = new MemoryServer({ protocol: 'lmtp', keywords: [] })
    const client = await LmtpClient.over(server, { ...inClear, stepwise: true })
    await client.sendMail('', to, 'hi')
    await client.quit()
    expect(server.lines).toEqual(['LHLO bar.example', 'MAIL FROM:<>', 'RCPT TO:<b@foo.example>', 'DATA', 'QUIT'])
  })
})
