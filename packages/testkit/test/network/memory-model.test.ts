import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import { type CutPlan, memoryTransport, type NetworkPlan } from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clientsViolations,
  liesOf,
  type SessionExample,
  serverOf,
  sessionExample,
  statusOf,
} from './session-examples.ts'

/** Opens a session, delivers each message, quits; gives the outcomes of each, as far as it gets. */
async function deliverAll(example: SessionExample) {
  const server = serverOf(example)
  const kind = example.protocol === 'smtp' ? SmtpClient : LmtpClient
  const tls = example.tls ? ({ tlsOptions: { serverName: 'server.example' } } as const) : ({ tls: 'off' } as const)
  const transport = memoryTransport(server, { plan: example.plan })
  const outcomes = []
  try {
    await using client = await kind.over(transport, { ...tls, clientName: 'client.example' })
    for (const { from, to } of example.envelopes) {
      if (!client.connected) break
      const addresses = to.map(({ mailbox }) => mailbox)
      const report = await client.deliver({ from: from.mailbox, to: addresses, message: example.message })
      outcomes.push(report.recipients)
    }
  } catch {
    // The session did not open.
  }
  return { server, outcomes }
}

test('the whole client and the server agree on every recipient, however the stream is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(sessionExample(false), async (example) => {
      const { server, outcomes } = await deliverAll(example)
      expect(outcomes).toHaveLength(example.envelopes.length)
      expect(clientsViolations(server)).toEqual([])
      for (const [i, recipients] of outcomes.entries()) {
        const expected = recipients.map((_, recipient) => statusOf(server.transactions[i], recipient))
        expect(recipients.map(({ status }) => status)).toEqual(expected)
      }
    }),
  )
})

/** Silence would be waited for in real time here, so what it is by plan or policy becomes an end. */
function withoutSilence(example: SessionExample): SessionExample {
  const { plan, policy } = example
  const ended = (cut: CutPlan): CutPlan => (cut.receiver === 'silence' ? { ...cut, receiver: 'end' } : cut)
  const direction = (side: 'toServer' | 'toClient'): NetworkPlan['toServer'] => {
    const { cut, ...rest } = plan[side]
    return cut === undefined ? rest : { ...rest, cut: ended(cut) }
  }
  const { disruption, ...answers } = policy
  const loud = disruption?.by === 'silence' || disruption?.by === 'unsaid' ? 'close' : disruption?.by
  return {
    ...example,
    plan: { ...plan, toServer: direction('toServer'), toClient: direction('toClient') },
    policy:
      disruption === undefined || loud === undefined
        ? answers
        : { ...answers, disruption: { ...disruption, by: loud } },
  }
}

test('what the whole client reports is true wherever the connection breaks off', async () => {
  await fc.assert(
    fc.asyncProperty(sessionExample(true).map(withoutSilence), async (example) => {
      const { server, outcomes } = await deliverAll(example)
      expect(liesOf({ server, results: outcomes.map((outcomes) => ({ outcomes })) })).toEqual([])
    }),
  )
})
