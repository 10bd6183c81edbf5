import { RecipientsRefusedError, SenderRefusedError } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { refusals } from '../servers/policy.ts'
import { addresses, from, type Subject } from './subject.ts'

const { rej, tmp } = refusals.recipients
const { rejfrom } = refusals.senders
const refused = (position: number, name: string, { code, enhancedCode }: { code: number; enhancedCode: string }) => ({
  address: `${name}@example.test`,
  position,
  reply: { code, enhancedCode },
})

/** `sendMail` returns whom the server refused, and throws where nobody is left, as smtplib's does. */
export function itSendsMail({ server, connect }: Subject): void {
  it('sendMail returns whom it refuses', async () => {
    const marked = new MarkedMessage({ body: 'to some\r\n' })
    await using client = await connect()
    const to = addresses('rej', 'ok', 'tmp', 'ok2', 'rej', 'unknown')
    const result = await client.sendMail('Me <sender@example.test>', to, marked.message)
    expect(result).toMatchObject([
      refused(0, 'rej', rej),
      refused(2, 'tmp', tmp),
      refused(4, 'rej', rej),
      refused(5, 'unknown', refusals.unknown),
    ])
    for (const name of ['ok', 'ok2']) await server.waitForMessage(name, marked.mark)
    expect(await client.sendMail(from, 'ok@example.test', marked.pieces(7))).toEqual([])
    await server.waitForMessage('ok', marked.mark)
  })

  it('sendMail throws for a sender or recipients that it refuses, and goes on', async () => {
    const lost = new MarkedMessage({ body: 'to nobody\r\n' }).message
    await using client = await connect()

    const sender = client.sendMail('rejfrom@example.test', addresses('ok'), lost)
    await expect(sender).rejects.toThrow(SenderRefusedError)
    await expect(sender).rejects.toMatchObject({
      code: 'SENDER_REFUSED',
      sender: 'rejfrom@example.test',
      replyCode: rejfrom.code,
      enhancedCode: rejfrom.enhancedCode,
      permanent: true,
    })

    const recipients = client.sendMail(from, addresses('rej', 'tmp'), lost)
    await expect(recipients).rejects.toThrow(RecipientsRefusedError)
    await expect(recipients).rejects.toMatchObject({
      code: 'RECIPIENTS_REFUSED',
      recipients: [refused(0, 'rej', rej), refused(1, 'tmp', tmp)],
      transient: true,
    })
    await expect(client.sendMail(from, addresses('rej'), lost)).rejects.toMatchObject({ permanent: true })
    await expect(client.sendMail(from, [], lost)).rejects.toMatchObject({ code: 'RECIPIENTS_REFUSED', recipients: [] })

    const marked = new MarkedMessage({ body: 'to somebody\r\n' })
    expect(await client.sendMail(from, addresses('ok'), marked.message)).toEqual([])
    await server.waitForMessage('ok', marked.mark)
  })

  it('sendMessage sends to everybody in the header, who is in Bcc without saying so', async () => {
    const kept =
      'From: "B, Foo" <sender@example.test>\r\nTo: ok@example.test\r\nCc: friends: Two <ok2@example.test>;\r\n'
    const leftOut = 'Bcc: ok3@example.test,\r\n rej@example.test\r\n'
    const marked = new MarkedMessage({ body: '.body\r\nBcc: me\r\n' }, { kept, leftOut })
    await using client = await connect()
    const result = await client.sendMessage(marked.message)
    expect(result).toMatchObject([{ ...refused(0, 'rej', rej), position: expect.any(Number) }])
    for (const name of ['ok', 'ok2', 'ok3']) {
      const { trace, message } = marked.find(await server.waitForMessage(name, marked.mark))
      expect(message).toBe(marked.storedWith(server.storedLineEnd))
      expect(trace).toMatch(/^Return-Path: <sender@example\.test>\r?$/im)
    }

    // The server would have stored it.
    expect(await client.sendMail(from, addresses('ok'), marked.message)).toEqual([])
    const { message } = marked.find(await server.waitForMessage('ok', marked.mark))
    expect(message.split(/\r?\n/)).toContain('Bcc: ok3@example.test,')
  })
}
