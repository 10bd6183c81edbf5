import { expect, it } from 'vitest'
import { manyDeliveries, receiver, smtpKinds, statuses } from '../many-deliveries.ts'
import type { DeliveringAll } from './it-delivers-all.ts'

/** How often a message that is reported so has arrived. */
const arrivals = { accepted: [1], unknown: [0, 1] } as const

/**
 * Where a server ends the session because of how it is spoken to, what is said to be accepted has arrived once, and
 * what is said to be refused or not sent has not.
 */
export function itReportsTruly({
  server,
  connect,
  mailbox = server,
  kinds = smtpKinds,
  count = 100,
}: DeliveringAll): void {
  it.each(['transaction', 'auto', 'eager'] as const)(
    'is told the truth about, however it ends: %s',
    async (pipelining) => {
      const many = manyDeliveries(count, kinds)
      await using client = await connect({})
      const reports = []
      const deliveries = many.map(({ delivery }) => delivery)
      for await (const report of client.deliverAll(deliveries, { pipelining })) reports.push(report)
      expect(reports).toHaveLength(many.length)

      const outcomes = reports.map(({ recipients }) => statuses(recipients))
      for (const [i, { kind, marked }] of many.entries()) {
        for (const [name, status] of Object.entries(outcomes[i] ?? {})) {
          expect([kind.to[name], 'unknown', 'notSent']).toContain(status)
        }
        if (outcomes[i]?.[receiver] === 'accepted') await mailbox.waitForMessage(receiver, marked.mark)
      }
      expect(outcomes.filter((each) => each[receiver] === 'accepted').length).toBeGreaterThan(0)
      const stored = await mailbox.messages(receiver)
      for (const [i, { marked }] of many.entries()) {
        const status = outcomes[i]?.[receiver] ?? 'notSent'
        const copies = stored.filter((message) => message.includes(marked.mark)).length
        expect(status in arrivals ? arrivals[status as keyof typeof arrivals] : [0]).toContain(copies)
      }
    },
  )
}
