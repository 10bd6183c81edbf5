import type { Client, ConnectOptions, Delivery, DeliveryReport, Message } from '@sansmtp/core/client'
import { LmtpClient, SmtpClient } from '@sansmtp/core/client'
import {
  arbitraries,
  type Extensions,
  memoryTransport,
  type NetworkPlan,
  noExtensions,
  plainNetwork,
  type Quirks,
  type RecipientTruth,
  ServerConnection,
} from '@sansmtp/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inClear } from './connected.ts'
import { collected } from './deliveries.ts'

interface Example {
  readonly protocol: 'smtp' | 'lmtp'
  readonly extensions: Extensions
  readonly quirks: Quirks
  readonly options: Pick<ConnectOptions, 'pipelining' | 'chunking'>
  readonly window: { readonly messages: number; readonly octets: number }
  readonly reconnects: boolean
  readonly plan: NetworkPlan
  readonly policy: arbitraries.PolicyExample
  readonly deliveries: readonly { readonly recipients: number; readonly text: string; readonly kind: Kind }[]
}

const kinds: Readonly<Record<string, (bytes: Uint8Array) => Message>> = {
  text: (bytes) => Buffer.from(bytes).toString(),
  bytes: (bytes) => bytes,
  parts: (bytes) => [bytes.subarray(0, 3), Buffer.from(bytes.subarray(3)).toString()],
  stream: (bytes) => new Blob([Buffer.from(bytes)]).stream(),
  async *pieces(bytes) {
    for (const octet of bytes) yield Uint8Array.of(octet)
  },
  async *failing(bytes) {
    yield bytes
    throw new Error('mine')
  },
  async *failingLate(bytes) {
    // As many octets as make a chunk.
    yield Buffer.alloc(33_000, '\n')
    yield bytes
    throw new Error('mine')
  },
}
type Kind = keyof typeof kinds

function example(broken: boolean): fc.Arbitrary<Example> {
  const limit = fc.constantFrom([], ['MAILMAX=1'], ['MAILMAX=2'], ['RCPTMAX=1'], ['RCPTMAX=2', 'MAILMAX=2'])
  return fc.record({
    protocol: fc.constantFrom('smtp', 'lmtp'),
    extensions: fc
      .record({
        PIPELINING: mostly(),
        CHUNKING: mostly(),
        limits: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, limit),
      })
      .map(({ limits, ...offered }) => ({ ...noExtensions, ...offered, ...(limits.length > 0 && { LIMITS: limits }) })),
    quirks: fc.constantFrom<Quirks>(
      {},
      {},
      { refusesBehindContent: true },
      { dropsConnectionBehindContent: true },
      { forgetsHelloOnReset: true },
      { refusesChunksEarly: true },
    ),
    options: fc.record({
      pipelining: fc.constantFrom('transaction', 'auto', 'eager'),
      chunking: fc.constantFrom(undefined, undefined, false),
    }),
    window: fc.record({ messages: fc.integer({ min: 1, max: 6 }), octets: fc.integer({ min: 1, max: 100 }) }),
    reconnects: mostly(),
    plan: arbitraries.networkPlan({ cuts: broken, maxOctets: 900 }).map(loud),
    policy: arbitraries.serverPolicy({ disruptions: broken }).map(answering),
    deliveries: fc.array(
      fc.record({
        recipients: fc.integer({ min: 1, max: 3 }),
        text: fc.string({ unit: fc.constantFrom('x', '.', '\r\n', 'QUIT\r\n'), maxLength: 12 }),
        // That one is large.
        kind: fc.constantFrom(...Array(8).fill(Object.keys(kinds).slice(0, -1)).flat(), 'failingLate'),
      }),
      { maxLength: 6 },
    ),
  })
}

function mostly(): fc.Arbitrary<boolean> {
  return fc.constantFrom(true, true, true, false)
}

/** Silence would be waited for in real time, so it becomes an end. */
function loud(plan: NetworkPlan): NetworkPlan {
  const ended = ({ cut, ...direction }: NetworkPlan['toServer']): NetworkPlan['toServer'] => {
    if (cut === undefined) return direction
    return { ...direction, cut: { ...cut, receiver: cut.receiver === 'silence' ? 'end' : cut.receiver } }
  }
  return { ...plan, toServer: ended(plan.toServer), toClient: ended(plan.toClient) }
}

function answering({ disruption, ...answers }: arbitraries.PolicyExample): arbitraries.PolicyExample {
  if (disruption === undefined) return answers
  const { moment, by } = disruption
  return { ...answers, disruption: { moment, by: by === 'silence' || by === 'unsaid' ? 'close' : by } }
}

/** What a message is on the wire: with a header of its own, its last line ended. */
function content(n: number, text: string): string {
  const whole = `Subject: ${n}\r\n\r\n${text}`
  return whole.endsWith('\r\n') ? whole : `${whole}\r\n`
}

function deliveriesOf({ deliveries }: Example): Delivery[] {
  return deliveries.map(({ recipients, text, kind }, n) => ({
    from: 'a@bar.example',
    to: Array.from({ length: recipients }, (_, i) => `m${n}r${i}@foo.example`),
    message: (kinds[kind] as (typeof kinds)[string])(Buffer.from(`Subject: ${n}\n\n${text}`)),
  }))
}

/** What a call of a fresh client comes to, and the servers; nothing where the session does not open. */
async function outcomeOf(example: Example) {
  const servers: ServerConnection[] = []
  const { protocol, extensions, quirks, plan, policy, options } = example
  const connect = async () => {
    const server = new ServerConnection({ protocol, extensions, quirks, policy: arbitraries.policyOf(policy) })
    // Of one cut nobody learns twice.
    const network = servers.length === 0 ? plan : { ...plainNetwork, choices: plan.choices }
    servers.push(server)
    return memoryTransport(server, { plan: network })
  }
  const kind = protocol === 'smtp' ? SmtpClient : LmtpClient
  let client: Client
  try {
    client = example.reconnects
      ? await kind.connectBy(connect, 'mail.example', { ...inClear, ...options })
      : await kind.over(await connect(), { ...inClear, ...options })
  } catch {
    return undefined
  }
  const { told, error } = await collected(client.deliverAll(deliveriesOf(example), { window: example.window }))
  expect(error).toBeUndefined()
  return { servers, client, told }
}

/** Each report is held against what the servers know; nobody got a message twice, or one that is not as it was given. */
function expectTruth(example: Example, told: readonly DeliveryReport[], servers: readonly ServerConnection[]): void {
  expect(told).toHaveLength(example.deliveries.length)
  const truths = new Map<string, RecipientTruth[]>()
  for (const truth of servers.flatMap(({ recipients }) => recipients)) {
    truths.set(truth.path, [...(truths.get(truth.path) ?? []), truth])
  }
  for (const [n, { recipients, ok }] of told.entries()) {
    expect(recipients).toHaveLength(example.deliveries[n]?.recipients ?? -1)
    expect(ok).toBe(recipients.every(({ status }) => status === 'accepted'))
    for (const [i, { address, status, reply }] of recipients.entries()) {
      expect(address).toBe(`m${n}r${i}@foo.example`)
      const had = (truths.get(address) ?? []).filter(({ delivered }) => delivered).length
      if (status === 'unknown') expect(had).toBeLessThan(2)
      else expect([address, status, had]).toEqual([address, status, status === 'accepted' ? 1 : 0])
      const severity = { accepted: 2, rejected: 5, deferred: 4, notSent: undefined, unknown: undefined }[status]
      expect(reply?.severity).toBe(severity)
    }
  }
  for (const [n, { error }] of told.entries()) {
    if (error?.code === 'CONTENT_SOURCE_FAILED') expect(example.deliveries[n]?.kind).toMatch(/^failing/)
  }
  for (const { recipients, content: octets } of servers.flatMap(({ messages }) => messages)) {
    const n = Number(/^m(\d+)/.exec(recipients[0] ?? '')?.[1])
    expect(Buffer.from(octets).toString()).toBe(content(n, example.deliveries[n]?.text ?? ''))
    expect(recipients.every((path) => path.startsWith(`m${n}r`))).toBe(true)
    expect(example.deliveries[n]?.kind).not.toMatch(/^failing/)
  }
}

test('deliverAll tells what became of each recipient, whatever the server answers, and leaves the session usable', async () => {
  await fc.assert(
    fc.asyncProperty(example(false), async (example) => {
      const { servers, client, told } = (await outcomeOf(example)) ?? expect.unreachable()
      expectTruth(example, told, servers)
      const unknown = told.flatMap(({ recipients }) => recipients).filter(({ status }) => status === 'unknown')
      if (client.connected) expect(await client.noop()).toMatchObject({ code: 250 })
      // Of a server that takes a NOOP behind content and then nothing else more can't be asked than the truth.
      const { refusesBehindContent, dropsConnectionBehindContent } = example.quirks
      if (refusesBehindContent || dropsConnectionBehindContent) return
      expect(unknown).toEqual([])
      // A message that fails by DATA costs the connection.
      const fails = example.deliveries.some(({ kind }) => kind.startsWith('failing'))
      const permitted = fails ? ['NO_QUIT', 'UNFINISHED'] : ['NO_QUIT']
      for (const { violations } of servers)
        expect(violations.filter(({ code }) => !permitted.includes(code))).toEqual([])
    }),
  )
})

test('deliverAll tells the truth wherever the connection breaks off', async () => {
  await fc.assert(
    fc.asyncProperty(example(true), async (example) => {
      const outcome = await outcomeOf(example)
      if (outcome !== undefined) expectTruth(example, outcome.told, outcome.servers)
    }),
  )
})
