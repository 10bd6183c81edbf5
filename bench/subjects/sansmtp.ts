import type { Delivery, DeliveryReport, SmtpClient, SmtpPool } from '@sansmtp/node'
import { sampleMessage, samplePieces } from './sample-message.ts'
import { host, type Mailing, recipientsOf, type Subject, sender } from './subject.ts'

type Adapter = typeof import('@sansmtp/node')

/** sansmtp as its users call it, with the adapter of the runtime that it is in. */
export async function makeSubject(mailing: Mailing): Promise<Subject> {
  const adapter: Adapter = await import(`@sansmtp/${mailing.runtime}`)
  const deliver = deliveryOf(mailing)
  return mailing.way.connections === undefined
    ? await clientSubject(adapter, mailing, deliver)
    : poolSubject(adapter, mailing, deliver)
}

async function clientSubject({ SmtpClient }: Adapter, mailing: Mailing, next: () => Delivery): Promise<Subject> {
  const { call, pipelining, chunking, window } = mailing.way
  const client: SmtpClient = await SmtpClient.connect(addressOf(mailing), {
    ...tlsOf(mailing),
    clientName: 'client.example',
    pipelining,
    chunking,
  })
  const options = window === undefined ? {} : { window: { messages: window } }
  return {
    async send(messages) {
      if (call === 'deliverAll') await take(client.deliverAll(deliveries(next, messages), options))
      else for (let i = 0; i < messages; i += 1) requireOk(await client.deliver(next()))
    },
    close: () => client.close(),
  }
}

function poolSubject({ SmtpPool }: Adapter, mailing: Mailing, next: () => Delivery): Subject {
  const { call, pipelining, chunking, window, connections = 1 } = mailing.way
  const pool: SmtpPool = new SmtpPool(addressOf(mailing), {
    ...tlsOf(mailing),
    clientName: 'client.example',
    maxConnections: connections,
    pipelining,
    chunking,
    ...(window !== undefined && { window: { messages: window } }),
  })
  return {
    async send(messages) {
      if (call === 'deliverAll') await take(pool.deliverAll(deliveries(next, messages)))
      else await Promise.all(Array.from({ length: messages }, async () => requireOk(await pool.deliver(next()))))
    },
    close: () => pool.close(),
  }
}

function addressOf({ port, tls }: Mailing): string {
  return `${tls ? 'smtps' : 'smtp'}://${host}:${port}`
}

function tlsOf({ tls, authority }: Mailing) {
  return tls ? { tlsOptions: { ca: authority } } : ({ tls: 'off' } as const)
}

function deliveryOf(mailing: Mailing): () => Delivery {
  const to = recipientsOf(mailing)
  const { octets, streamed } = mailing
  if (streamed) return () => ({ from: sender, to, message: stream(octets) })
  const message = sampleMessage(octets)
  return () => ({ from: sender, to, message })
}

async function* stream(octets: number): AsyncGenerator<Uint8Array, void, undefined> {
  yield* samplePieces(octets)
}

function* deliveries(next: () => Delivery, messages: number): Generator<Delivery, void, undefined> {
  for (let i = 0; i < messages; i += 1) yield next()
}

async function take(reports: AsyncIterable<DeliveryReport>): Promise<void> {
  for await (const report of reports) requireOk(report)
}

function requireOk({ ok, error, recipients }: DeliveryReport): void {
  if (!ok) throw error ?? new Error(`not all were accepted: ${recipients.map(({ status }) => status).join(', ')}`)
}
