import type { AnySmtpError, Envelope, RefusedRecipient } from '@sansmtp/core'
import { type Client, type DeliveryReport, LmtpClient, SmtpClient } from '@sansmtp/core/client'
import {
  arbitraries,
  type CutPlan,
  type DirectionPlan,
  memoryTransport,
  type NetworkPlan,
  noExtensions,
  ServerConnection,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inClear } from './connected.ts'
import { settled } from './model-sessions.ts'

interface Example {
  readonly protocol: 'smtp' | 'lmtp'
  readonly pipelining: boolean
  readonly plan: NetworkPlan
  readonly policy: arbitraries.PolicyExample
  readonly envelope: Envelope
  readonly message: Uint8Array
}

function example(broken: boolean): fc.Arbitrary<Example> {
  return fc.record({
    protocol: fc.constantFrom('smtp', 'lmtp'),
    pipelining: fc.boolean(),
    plan: arbitraries.networkPlan({ cuts: broken, maxOctets: 600 }).map(loud),
    policy: arbitraries.serverPolicy({ disruptions: broken }).map(answering),
    envelope: arbitraries.envelope({ maxRecipients: 4 }),
    // In US-ASCII, for a server that closes behind its greeting or its EHLO offers nothing.
    message: arbitraries.message().map((message) => message.slice(0, 100).map((octet) => octet & 0x7f)),
  })
}

/** Silence would be waited for in real time, so it becomes an end. */
function loud(plan: NetworkPlan): NetworkPlan {
  const ended = (cut: CutPlan): CutPlan => (cut.receiver === 'silence' ? { ...cut, receiver: 'end' } : cut)
  const direction = ({ cut, ...rest }: DirectionPlan): DirectionPlan =>
    cut === undefined ? rest : { ...rest, cut: ended(cut) }
  return { ...plan, toServer: direction(plan.toServer), toClient: direction(plan.toClient) }
}

function answering({ disruption, ...answers }: arbitraries.PolicyExample): arbitraries.PolicyExample {
  if (disruption === undefined) return answers
  const { moment, by } = disruption
  return { ...answers, disruption: { moment, by: by === 'silence' || by === 'unsaid' ? 'close' : by } }
}

/** What a call of a fresh session comes to; nothing where the session does not open. */
async function outcomeOf<Result>(
  { protocol, pipelining, plan, policy }: Example,
  call: (client: Client) => Promise<Result>,
) {
  const extensions = { ...noExtensions, PIPELINING: pipelining, '8BITMIME': true, SIZE: true }
  const server = new ServerConnection({ protocol, extensions, policy: arbitraries.policyOf(policy) })
  const kind = protocol === 'smtp' ? SmtpClient : LmtpClient
  let client: Client
  try {
    client = await kind.over(memoryTransport(server, { plan }), inClear)
  } catch {
    return undefined
  }
  // That the server has hung up meanwhile is seen by then, or by neither call.
  await settled()
  const result = await call(client)
  return { server, client, result }
}

const addresses = ({ envelope }: Example) => envelope.to.map(({ mailbox }) => mailbox)

const delivered = (example: Example) =>
  outcomeOf(example, (client) =>
    client.deliver({ from: example.envelope.from.mailbox, to: addresses(example), message: example.message }),
  )

const sent = (example: Example) =>
  outcomeOf(example, (client) =>
    client.sendMail(example.envelope.from.mailbox, addresses(example), example.message).then(
      (refused) => ({ refused, error: undefined }),
      (error: AnySmtpError) => ({ refused: undefined, error }),
    ),
  )

interface Sent {
  readonly refused: readonly RefusedRecipient[] | undefined
  readonly error: AnySmtpError | undefined
}

const shortened = (recipients: readonly RefusedRecipient[]) =>
  recipients.map(({ position, address, reply }) => `${position} ${address} ${reply.code}`)

/** What sendMail must come to, by what deliver reports: the one is told of all at once, the other of each. */
function expected(protocol: 'smtp' | 'lmtp', { recipients, error }: DeliveryReport): readonly unknown[] {
  if (error !== undefined) return [error.code, error.delivery]
  // LMTP's 421 amid the replies to the message.
  if (recipients.some(({ status }) => status === 'unknown')) return ['UNEXPECTED_EOF', 'unknown']
  const refused = recipients.flatMap(({ reply, status, address, decidedBy }, position) =>
    reply === undefined || status === 'accepted' ? [] : [{ position, address, reply, decidedBy }],
  )
  if (refused.length < recipients.length) return ['returned', ...shortened(refused)]
  const decisive = (verb: string) => refused.find(({ decidedBy }) => decidedBy === verb)?.reply.code
  const forAll = decisive('DATA') ?? (protocol === 'smtp' ? decisive('CONTENT') : undefined)
  if (forAll !== undefined) return ['DATA', forAll]
  const sender = decisive('MAIL')
  if (sender !== undefined) return ['SENDER_REFUSED', sender]
  // Whoever was accepted when the server closed is not among them.
  return ['RECIPIENTS_REFUSED', ...shortened(refused.filter(({ decidedBy }) => decidedBy !== 'CLOSING'))]
}

function told({ refused, error }: Sent): readonly unknown[] {
  if (error === undefined) return ['returned', ...shortened(refused ?? [])]
  if (error.code === 'RECIPIENTS_REFUSED') return [error.code, ...shortened(error.recipients)]
  const fate = error.delivery === undefined ? [] : [error.delivery]
  return error.code === 'DATA' || error.code === 'SENDER_REFUSED'
    ? [error.code, error.replyCode, ...fate]
    : [error.code, error.delivery]
}

test('sendMail tells what deliver reports, whatever the server answers, and leaves the session usable', async () => {
  await fc.assert(
    fc.asyncProperty(example(false), async (example) => {
      const byDeliver = (await delivered(example)) ?? expect.unreachable()
      const bySendMail = (await sent(example)) ?? expect.unreachable()
      expect(told(bySendMail.result)).toEqual(expected(example.protocol, byDeliver.result))
      expect(bySendMail.server.recipients).toEqual(byDeliver.server.recipients)
      const { client, server } = bySendMail
      await client.mail('')
      await client.quit()
      const ours = server.violations.filter(({ code }) => code !== 'TEXT_LINE_TOO_LONG' && code !== 'NUL')
      expect(ours).toEqual([])
    }),
  )
})

test('sendMail tells what deliver reports, wherever the connection breaks off', async () => {
  await fc.assert(
    fc.asyncProperty(example(true), async (example) => {
      const byDeliver = await delivered(example)
      const bySendMail = await sent(example)
      if (byDeliver === undefined || bySendMail === undefined) {
        expect(bySendMail).toBe(byDeliver)
        return
      }
      expect(told(bySendMail.result)).toEqual(expected(example.protocol, byDeliver.result))
      expect(bySendMail.server.recipients).toEqual(byDeliver.server.recipients)
    }),
  )
})

test('an error that sendMail throws says notSent only of what nobody has', async () => {
  await fc.assert(
    fc.asyncProperty(example(true), async (example) => {
      const outcome = await sent(example)
      const { error } = outcome?.result ?? {}
      fc.pre(outcome !== undefined && error !== undefined && error.delivery !== 'unknown')
      const { server } = outcome
      expect(server.recipients.filter(({ delivered }) => delivered)).toEqual([])
    }),
  )
})
