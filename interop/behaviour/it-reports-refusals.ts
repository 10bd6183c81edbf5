import { expect, it } from 'vitest'
import { MarkedMessage } from '../marked-message.ts'
import { refusals } from '../servers/policy.ts'
import { addresses, from, type Subject } from './subject.ts'

const { rej, tmp } = refusals.recipients
const { rejfrom } = refusals.senders
const accepted = { status: 'accepted', reply: { code: 250 } }
const decided = (status: string, { code, enhancedCode }: { code: number; enhancedCode: string }) => ({
  status,
  reply: { code, enhancedCode },
})

/** What a server refuses at MAIL and RCPT, as the policy says, is reported for each recipient. */
export function itReportsRefusals({ server, connect }: Subject): void {
  it('reports each recipient of a transaction by itself', async () => {
    const marked = new MarkedMessage({ body: 'to some\r\n' })
    const to = addresses('ok', 'rej', 'tmp', 'ok2', 'unknown', 'rej', 'ok3')
    await using client = await connect()
    const report = await client.deliver({ from, to, message: marked.message })
    expect(report.ok).toBe(false)
    expect(report.recipients.map(({ address }) => address)).toEqual(to)
    expect(report.recipients).toMatchObject([
      accepted,
      decided('rejected', rej),
      decided('deferred', tmp),
      accepted,
      decided('rejected', refusals.unknown),
      decided('rejected', rej),
      accepted,
    ])
    for (const name of ['ok', 'ok2', 'ok3']) await server.waitForMessage(name, marked.mark)
  })

  it('takes the next message after one that nobody was to get', async () => {
    const refused = new MarkedMessage({ body: 'to nobody\r\n' })
    const marked = new MarkedMessage({ body: 'to somebody\r\n' })
    await using client = await connect()
    const reports = [
      await client.deliver({ from, to: addresses('rej', 'tmp'), message: refused.message }),
      await client.deliver({ from: 'rejfrom@example.test', to: addresses('ok', 'ok2'), message: refused.message }),
      await client.deliver({ from, to: addresses('tmp'), message: refused.pieces(7) }),
      await client.deliver({ from, to: addresses('ok'), message: marked.message }),
    ]
    expect(reports.map(({ recipients }) => recipients)).toMatchObject([
      [decided('rejected', rej), decided('deferred', tmp)],
      [decided('rejected', rejfrom), decided('rejected', rejfrom)],
      [decided('deferred', tmp)],
      [accepted],
    ])
    await server.waitForMessage('ok', marked.mark)
    expect((await server.messages('ok')).some((message) => message.includes(refused.mark))).toBe(false)
  })
}
