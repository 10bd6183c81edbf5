import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { addresses, type Subject } from './subject.ts'

interface Notifying extends Subject {
  /** Whether the server tells what it was told in xtext (RFC 3461 §4) as it was meant, or as it came. */
  readonly tells: 'decoded' | 'xtext'
}

const sender = 'ok2'
const from = `${sender}@example.test`

/** Senders are notified of what they asked to be notified of, in their own words (RFC 3461). */
export function itNotifies({ server, connect, tells }: Notifying): void {
  const told = (decoded: string, xtext: string) => (tells === 'decoded' ? decoded : xtext)
  /** The first line that begins with a field's name, in any case. */
  const field = (message: Buffer, name: string) => new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(String(message))?.[1]

  it('notifies of success, in the words that it was asked with', async () => {
    const marked = new MarkedMessage({ body: 'notify me\r\n' })
    const id = randomUUID()
    // With what xtext is for.
    const orcpt = { type: 'rfc822', address: 'first+last=x@example.org' }
    await using client = await connect()
    const to = [{ address: 'ok@example.test', notify: ['SUCCESS', 'FAILURE'] as const, orcpt }]
    const report = await client.deliver({ from, to, message: marked.message, ret: 'HDRS', envid: `${id}+x=y` })
    expect(report.recipients).toMatchObject([{ status: 'accepted' }])
    await server.waitForMessage('ok', marked.mark)
    const notification = await server.waitForMessage(sender, id)
    expect(field(notification, 'Original-Envelope-Id')).toBe(told(`${id}+x=y`, `${id}+2Bx+3Dy`))
    expect(field(notification, 'Original-Recipient')?.replace(' ', '')).toBe(
      told('rfc822;first+last=x@example.org', 'rfc822;first+2Blast+3Dx@example.org'),
    )
    expect(field(notification, 'Action')).toMatch(/^delivered\b/)
    expect(String(notification)).not.toContain('notify me')
  })

  it('notifies only of those for whom it was asked to', async () => {
    const quiet = new MarkedMessage({ body: 'say nothing\r\n' })
    const loud = new MarkedMessage({ body: 'say something\r\n' })
    const [never, failure, success] = [randomUUID(), randomUUID(), randomUUID()]
    await using client = await connect()
    const to = (notify: 'NEVER' | 'FAILURE' | 'SUCCESS') =>
      addresses('ok').map((address) => ({ address, notify: [notify] }))
    await client.deliver({ from, to: to('NEVER'), message: quiet.message, envid: never })
    await client.deliver({ from, to: to('FAILURE'), message: quiet.message, envid: failure })
    for (let i = 0; i < 2; i += 1) await server.waitForMessage('ok', quiet.mark)
    await client.deliver({ from, to: to('SUCCESS'), message: loud.message, envid: success })
    await server.waitForMessage(sender, success)
    const notifications = Buffer.concat(await server.messages(sender)).toString()
    expect([never, failure].filter((envid) => notifications.includes(envid))).toEqual([])
  })
}
