import type { ConnectOptions, LmtpClient, SmtpClient } from '@sansmtp/node'
import { expect, it } from 'vitest'
import { type Kind, manyDeliveries, receiver, smtpKinds, statuses } from '../many-deliveries.ts'
import type { MailServer } from '../servers/server.ts'
import { Riding } from './riding.ts'

/** How many envelopes ride behind content, and how many contents leave before the replies to the envelope. */
interface Ahead {
  readonly envelopes: 'none' | 'most'
  readonly contents: 'none' | 'most'
}

type Pipelining = 'transaction' | 'auto' | 'eager'

export interface DeliveringAll {
  readonly server: MailServer<unknown>
  readonly connect: (options: ConnectOptions) => Promise<SmtpClient | LmtpClient>
  /** Where the messages arrive, if it is not the same server. */
  readonly mailbox?: MailServer<unknown>
  readonly kinds?: readonly Kind[]
  /** Of messages. Default 100. */
  readonly count?: number
}

const none: Ahead = { envelopes: 'none', contents: 'none' }
const envelopes: Ahead = { envelopes: 'most', contents: 'none' }

/** By what servers are fit for: nothing behind content, the next envelope behind content, whole messages. */
export const fitness = {
  transaction: { transaction: none, auto: none, eager: none },
  envelopes: { transaction: none, auto: envelopes, eager: envelopes },
  messages: { transaction: none, auto: envelopes, eager: { envelopes: 'most', contents: 'most' } },
} as const satisfies Record<string, Record<Pipelining, Ahead>>

/** Of many messages over one connection each arrives once, and reports are true, however far the client runs ahead. */
export function itDeliversAll(options: DeliveringAll & { readonly ahead: Readonly<Record<Pipelining, Ahead>> }): void {
  const { server, connect, mailbox = server, kinds = smtpKinds, count = 100, ahead } = options
  const share = (times: number) => (times === 0 ? 'none' : times > count / 2 ? 'most' : 'some')

  it.each(Object.keys(ahead) as Pipelining[])('delivers each of many messages once: %s', async (pipelining) => {
    const riding = new Riding()
    const many = manyDeliveries(count, kinds)
    await using client = await connect({ onTranscript: riding.onTranscript })
    const reports = []
    const deliveries = many.map(({ delivery }) => delivery)
    for await (const report of client.deliverAll(deliveries, { pipelining })) reports.push(report)

    expect([...new Set(reports.flatMap(({ error }) => error?.message ?? []))]).toEqual([])
    expect(reports.map(({ recipients }) => statuses(recipients))).toEqual(many.map(({ kind }) => kind.to))
    for (const { kind, marked } of many) {
      if (kind.to[receiver] !== 'accepted') continue
      const { message } = marked.find(await mailbox.waitForMessage(receiver, marked.mark))
      expect(message).toBe(marked.storedWith(mailbox.storedLineEnd))
    }
    const stored = await mailbox.messages(receiver)
    const copies = many.map(({ marked }) => stored.filter((message) => message.includes(marked.mark)).length)
    expect(copies).toEqual(many.map(({ kind }) => (kind.to[receiver] === 'accepted' ? 1 : 0)))

    expect({ envelopes: share(riding.envelopes), contents: share(riding.contents) }).toEqual(ahead[pipelining])
  })
}
