import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { refusals } from '../servers/policy.ts'
import { addresses, from, type Subject } from './subject.ts'

const { full, later } = refusals.afterContent

// By the local part: what becomes of each, after the content unless it is said otherwise.
const outcomes = {
  ok: { status: 'accepted', reply: { code: 250, enhancedCode: '2.0.0' } },
  ok2: { status: 'accepted', reply: { code: 250, enhancedCode: '2.0.0' } },
  full: { status: 'rejected', reply: { code: full.code, enhancedCode: full.enhancedCode } },
  later: { status: 'deferred', reply: { code: later.code, enhancedCode: later.enhancedCode } },
  // At RCPT.
  unknown: { status: 'rejected', reply: { code: 550, enhancedCode: '5.1.1' } },
} as const

type LocalPart = keyof typeof outcomes

/** Over LMTP each recipient that was taken is answered for by itself, after the content (RFC 2033 §4.2). */
export function itReportsLmtpRecipients({ server, connect }: Subject): void {
  it.each<{ name: string; to: readonly LocalPart[] }>([
    { name: 'accepted, rejected, deferred', to: ['ok', 'full', 'later'] },
    { name: 'accepted, deferred, rejected', to: ['ok', 'later', 'full'] },
    { name: 'rejected, accepted, deferred', to: ['full', 'ok', 'later'] },
    { name: 'rejected, deferred, accepted', to: ['full', 'later', 'ok'] },
    { name: 'deferred, accepted, rejected', to: ['later', 'ok', 'full'] },
    { name: 'deferred, rejected, accepted', to: ['later', 'full', 'ok'] },
    { name: 'some refused before the content', to: ['unknown', 'ok', 'unknown', 'full', 'later', 'ok2', 'unknown'] },
    { name: 'the same address twice', to: ['ok', 'later', 'full', 'ok', 'ok2', 'later', 'ok'] },
  ])('reports one by one: $name', async ({ to: localParts }) => {
    const marked = new MarkedMessage({ body: 'to some\r\n' })
    const to = addresses(...localParts)
    await using client = await connect()
    const report = await client.deliver({ from, to, message: marked.message })
    expect(report.ok).toBe(false)
    expect(report.error).toBeUndefined()
    expect(report.recipients).toMatchObject(localParts.map((name, i) => ({ address: to[i], ...outcomes[name] })))
    // After the content a server names whom it answers for, so the replies can't have been shifted.
    const afterContent = report.recipients.filter((_, i) => localParts[i] !== 'unknown')
    for (const { address, reply } of afterContent) expect(reply?.text).toContain(`<${address}>`)

    for (const name of new Set(localParts)) {
      if (outcomes[name].status === 'accepted') await server.waitForMessage(name, marked.mark)
      else expect(await server.messages(name)).toEqual([])
    }
  })

  it('sendMail returns whom it refuses after the content, or throws where nobody is left', async () => {
    const marked = new MarkedMessage({ body: 'to some\r\n' })
    const refused = (position: number, name: LocalPart) => {
      return { address: `${name}@example.test`, position, reply: outcomes[name].reply }
    }
    await using client = await connect()
    const some = await client.sendMail(from, addresses('full', 'ok', 'unknown', 'later', 'full'), marked.message)
    expect(some).toMatchObject([refused(0, 'full'), refused(2, 'unknown'), refused(3, 'later'), refused(4, 'full')])
    const none = client.sendMail(from, addresses('unknown', 'full', 'later'), marked.message)
    await expect(none).rejects.toMatchObject({
      code: 'RECIPIENTS_REFUSED',
      recipients: [refused(0, 'unknown'), refused(1, 'full'), refused(2, 'later')],
    })
    expect(await client.sendMail(from, addresses('ok'), marked.message)).toEqual([])
    for (let i = 0; i < 2; i += 1) await server.waitForMessage('ok', marked.mark)
  })

  it('data returns a reply for each recipient that was taken', async () => {
    await using client = await connect()
    await client.mail(from)
    const localParts: readonly LocalPart[] = ['full', 'unknown', 'ok', 'later', 'ok']
    for (const address of addresses(...localParts)) await client.rcpt(address)
    const replies = [await client.data(new MarkedMessage({ body: 'by hand\r\n' }).message)].flat()
    expect(replies).toMatchObject(localParts.filter((name) => name !== 'unknown').map((name) => outcomes[name].reply))
  })

  it('takes the next message after one that nobody was to get', async () => {
    const refused = new MarkedMessage({ body: 'to nobody\r\n' })
    const marked = new MarkedMessage({ body: 'to somebody\r\n' })
    await using client = await connect()
    const reports = [
      await client.deliver({ from, to: addresses('unknown', 'unknown'), message: refused.message }),
      await client.deliver({ from, to: addresses('full', 'later'), message: refused.message }),
      await client.deliver({ from, to: addresses('later'), message: refused.pieces(7) }),
      await client.deliver({ from, to: addresses('tester'), message: marked.message }),
    ]
    expect(reports.map(({ recipients }) => recipients)).toMatchObject([
      [outcomes.unknown, outcomes.unknown],
      [outcomes.full, outcomes.later],
      [outcomes.later],
      [outcomes.ok],
    ])
    await server.waitForMessage('tester', marked.mark)
  })
}
