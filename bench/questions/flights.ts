import {
  encodeUtf8,
  MailBacklog,
  type MailObject,
  open,
  type Pipelining,
  parseForwardPath,
  parseReversePath,
  sendAll,
  surveyContent,
} from '@sansmtp/core'
import { roundTripOf, ServerConnection, VirtualClient } from '@sansmtp/testkit'

/** How many round trips so many messages take, counted in virtual time. The session is open before. */
export function flightsOf(messages: number, pipelining: Pipelining): number {
  const client = new VirtualClient({ server: new ServerConnection({}), plan: roundTripOf(100), protocol: 'smtp' })
  client.run((connection) => open(connection, { clientName: 'client.example', startTls: 'off' }))
  const mails = Array.from({ length: messages }, sampleMail)
  const backlog = new MailBacklog({ take: () => mails.shift(), report: () => {} })
  const { flights } = client.run((connection) =>
    sendAll(connection, backlog, {
      pipelining,
      window: { messages: 128, octets: 1_048_576 },
      traits: {},
      clientName: 'client.example',
      mayReconnect: true,
    }),
  )
  return flights
}

function sampleMail(): MailObject {
  const content = encodeUtf8('Subject: A sample\r\n\r\nText\r\n')
  return {
    envelope: {
      from: parseReversePath('ann@example.org'),
      to: [parseForwardPath('bob@example.net')],
      ...surveyContent(content),
    },
    content,
    repeatable: true,
  }
}
