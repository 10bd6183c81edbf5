import {
  type Envelope,
  encodeUtf8,
  MailBacklog,
  type MailObject,
  open,
  type Pipelining,
  parseForwardPath,
  parseReversePath,
  type ServerTraits,
  sendAll,
  surveyContent,
} from '@sansmtp/core'
import { roundTripOf, ServerConnection, type ServerConnectionOptions, VirtualClient } from '@sansmtp/testkit'
import { describe, expect, test } from 'vitest'
import { pages } from './pages.ts'

/** What a row of the page's table is about. */
interface Mailing {
  readonly messages?: number
  readonly recipients?: number
  readonly window?: number
  readonly chunking?: boolean
  readonly traits?: ServerTraits
  readonly server?: ServerConnectionOptions
  readonly withOpening?: true
}

const rows: Readonly<Record<string, Mailing>> = {
  'EHLO and one message': { withOpening: true },
  'one message': {},
  'one message to 50 recipients': { recipients: 50 },
  '100 messages': { messages: 100 },
  '100 messages by DATA': { messages: 100, chunking: false },
  '100 more by the same client': { messages: 100, traits: { ridesBehindContent: true } },
  '100 more, the server being unfit': { messages: 100, traits: { ridesBehindContent: false } },
  '100 messages, a window of 10': { messages: 100, window: 10 },
  '100 messages by LMTP': { messages: 100, server: { protocol: 'lmtp' } },
  '100 messages to a server without PIPELINING': { messages: 100, server: { extensions: { PIPELINING: false } } },
}

const { text = '' } = pages.find(({ path }) => path === 'docs/extensions.md') ?? {}
const [, table = ''] = /<!-- flights -->([\s\S]*)<!-- \/flights -->/.exec(text) ?? []
const [head = [], , ...cells] = table
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()))
const levels = head.slice(2, -1) as Pipelining[]
const told = cells.flatMap(([, row = '', ...numbers]) =>
  levels.map((level, i) => [row, level, Number(numbers[i])] as const),
)

describe('the round trips of docs/extensions.md', () => {
  test('are told for every mailing that is measured, at every level', () => {
    expect(levels).toEqual(['transaction', 'auto', 'eager'])
    expect(cells.map(([, row]) => row)).toEqual(Object.keys(rows))
  })

  test.each(told)('%s, %s: %d', (row, level, flights) => {
    const { accepted, violations, ...measured } = measure(rows[row] ?? {}, level)
    expect({ accepted, violations }).toEqual({ accepted: true, violations: [] })
    expect(measured.flights).toBe(flights)
  })
})

function measure(mailing: Mailing, pipelining: Pipelining) {
  const { messages = 1, window = 128, traits = {}, server: options = {}, withOpening } = mailing
  const server = new ServerConnection(options)
  const client = new VirtualClient({ server, plan: roundTripOf(100), protocol: options.protocol ?? 'smtp' })
  const opening = client.run((connection) => open(connection, { clientName: 'client.example', startTls: 'off' }))
  const mails = Array.from({ length: messages }, () => mailOf(mailing))
  let accepted = 0
  const backlog = new MailBacklog({
    take: () => mails.shift(),
    report: (_, { outcomes }) => {
      if (outcomes.every(({ status }) => status === 'accepted')) accepted += 1
    },
  })
  const run = client.run((connection) =>
    sendAll(connection, backlog, {
      pipelining,
      window: { messages: window, octets: 1_048_576 },
      traits: { ...traits },
      clientName: 'client.example',
      mayReconnect: true,
    }),
  )
  const flights = run.flights + (withOpening ? opening.flights : 0)
  return { flights, accepted: run.result.type === 'done' && accepted === messages, violations: server.violations }
}

function mailOf({ recipients = 1, chunking }: Mailing): MailObject {
  const content = encodeUtf8('Subject: Hello\n\nHow are you?\n')
  const envelope: Envelope = {
    from: parseReversePath('ann@example.org'),
    to: Array.from({ length: recipients }, (_, i) => parseForwardPath(`bob${i}@example.net`)),
    chunking,
    ...surveyContent(content),
  }
  return { envelope, content, repeatable: true }
}
