import type { MailObject, Pipelining } from '@sansmtp/core'
import { arbitraries, type NetworkPlan, noExtensions, type Quirks } from '@sansmtp/testkit'
import fc from 'fast-check'
import { numbered } from './mailing-truth.ts'
import { mailObject, type PlayedMailing, playMailing } from './mailings.ts'

/** A mailing: what is sent how, over what networks, to what server. */
export interface MailingExample {
  readonly protocol: 'smtp' | 'lmtp'
  readonly pipelining: Pipelining
  readonly offersPipelining: boolean
  readonly chunking: boolean
  readonly prdr: boolean
  readonly window: { readonly messages: number; readonly octets: number }
  readonly sourceTakes: number
  readonly plan: NetworkPlan
  readonly policy: arbitraries.PolicyExample
  readonly mails: readonly MailObject[]
}

const mail = fc.record({
  recipients: fc.integer({ min: 1, max: 3 }),
  message: arbitraries.message().map((message) => message.slice(0, 120)),
  streamed: fc.boolean(),
})

export interface MailingChoice {
  /** What is written at a time arrives at a time, and content is handed over at once. Default false. */
  readonly together?: boolean
  /** The network may break off anywhere, on the first connection. Default false. */
  readonly cuts?: boolean
}

export function mailingExample(
  policy: arbitraries.PolicyOptions = {},
  { together = false, cuts = false }: MailingChoice = {},
): fc.Arbitrary<MailingExample> {
  return fc
    .record({
      protocol: fc.constantFrom('smtp', 'lmtp'),
      pipelining: fc.constantFrom('transaction', 'auto', 'eager'),
      offersPipelining: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      chunking: fc.boolean(),
      prdr: fc.boolean(),
      window: fc.record({ messages: fc.integer({ min: 1, max: 5 }), octets: fc.constantFrom(1, 300, 100_000) }),
      sourceTakes: fc.constantFrom(0, 0, 30, 700),
      plan: arbitraries.networkPlan({ cuts }).map((plan) => (together ? inOnePiece(plan) : plan)),
      policy: arbitraries.serverPolicy(policy),
      mails: fc.array(mail, { minLength: 1, maxLength: 6 }),
    })
    .map(({ mails, prdr, ...example }) => ({
      ...example,
      prdr: prdr && example.protocol === 'smtp',
      mails: mails.map((choice, i) =>
        mailObject(i, {
          ...choice,
          envelope: prdr && example.protocol === 'smtp' ? { mailParameters: { PRDR: true } } : {},
        }),
      ),
    }))
}

function inOnePiece(plan: NetworkPlan): NetworkPlan {
  const { latency } = plan.toServer
  return { ...plan, toServer: { latency, segmentLengths: [] }, content: { pieceLengths: [], interval: 0 } }
}

/** Plays it. Whatever breaks off does so on the first connection. */
export function play(example: MailingExample, quirks: Quirks = {}): PlayedMailing {
  const { protocol, offersPipelining, chunking, prdr, plan, policy, ...setup } = example
  const extensions = {
    ...noExtensions,
    ...{ PIPELINING: offersPipelining, CHUNKING: chunking, PRDR: prdr, '8BITMIME': true, SIZE: true },
  }
  const { disruption: _, ...undisturbed } = policy
  const first = numbered(arbitraries.policyOf(policy))
  const second = numbered(arbitraries.policyOf(undisturbed), 'later reply')
  const { cut: _c, ...toServer } = plan.toServer
  const { cut: _s, ...toClient } = plan.toClient
  return playMailing({
    ...setup,
    server: (connection) => ({ protocol, extensions, quirks, policy: connection === 0 ? first : second }),
    plan: (connection) => (connection === 0 ? plan : { ...plan, toServer, toClient }),
  })
}
