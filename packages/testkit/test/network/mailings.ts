import {
  type Demand,
  type Envelope,
  type Flow,
  type FlowEvent,
  MailBacklog,
  type MailingEnd,
  type MailObject,
  type MailWindowOptions,
  NotConnectedError,
  type OpeningOptions,
  open,
  type Pipelining,
  parseForwardPath,
  parseReversePath,
  quit,
  type Reply,
  type ServerTraits,
  type SmtpError,
  sendAll,
  surveyContent,
  type TransactionResult,
} from '@sansmtp/core'
import { type NetworkPlan, ServerConnection, type ServerConnectionOptions, VirtualClient } from '@sansmtp/testkit'
import { opening } from './sessions.ts'

/** What a client sends by default, as its `deliverAll` does. */
export const defaultWindow = { messages: 128, octets: 1_048_576 } as const

export interface MailingSetup {
  readonly mails: readonly MailObject[]
  readonly pipelining: Pipelining
  /** Of each connection, counted from 0. Default: the model server as it is. */
  readonly server?: (connection: number) => ServerConnectionOptions
  /** Of each connection. Default: a network that takes no time. */
  readonly plan?: (connection: number) => NetworkPlan | undefined
  readonly window?: MailWindowOptions['window']
  readonly traits?: ServerTraits
  readonly mayReconnect?: boolean
  /** How each connection is opened. Default: EHLO alone. */
  readonly opening?: OpeningOptions
  /** Milliseconds that the source takes for each mail object. */
  readonly sourceTakes?: number
  /** Milliseconds until the caller aborts what the first connection does. */
  readonly abortAfter?: number
}

export interface MailReport {
  readonly mail: MailObject
  readonly result: TransactionResult
}

/** How a mailing went, for both sides. */
export interface PlayedMailing {
  readonly mails: readonly MailObject[]
  readonly servers: readonly ServerConnection[]
  readonly clients: readonly VirtualClient[]
  readonly ends: readonly MailingEnd[]
  readonly reports: readonly MailReport[]
  /** Round trips that it cost to open the connections behind their greetings, and then to send mail. */
  readonly openingFlights: number
  readonly flights: number
  /** Virtual time that it took to send mail. */
  readonly milliseconds: number
  /** Contents that were handed to a connection to their end, each time. */
  readonly handed: readonly unknown[]
  /** Replies that the client has taken in. */
  readonly heard: readonly Reply[]
  /** Whenever the next mail object was asked for. */
  readonly loads: readonly Load[]
}

export interface Load {
  /** Mail objects taken and not reported, and the octets of their contents. */
  readonly messages: number
  readonly octets: number
  /** How many were taken for which no MAIL was queued. */
  readonly unbegun: number
}

const maxConnections = 40

/** Sends mail as a client does: another connection wherever one is asked for, and whatever is left is given up at the end. */
export function playMailing(setup: MailingSetup): PlayedMailing {
  const { mails, pipelining, window = defaultWindow, mayReconnect = true, sourceTakes = 0, abortAfter } = setup
  const servers: ServerConnection[] = []
  const clients: VirtualClient[] = []
  const ends: MailingEnd[] = []
  const reports: MailReport[] = []
  const loads: Load[] = []
  const observed: Observed = { handed: [], heard: [] }
  const traits = setup.traits ?? {}
  let taken = 0
  let openingFlights = 0
  let flights = 0
  let milliseconds = 0
  const backlog = new MailBacklog({
    take() {
      const unreported = mails.slice(reports.length, taken)
      loads.push({
        messages: unreported.length,
        octets: unreported.reduce((sum, { envelope }) => sum + (envelope.size ?? 0), 0),
        unbegun: taken - clients.reduce((sum, { connection }) => sum + connection.mailCommands, 0),
      })
      taken += 1
      return mails[taken - 1]
    },
    report: (mail, result) => reports.push({ mail, result }),
  })
  const played = () => ({
    ...{ mails, servers, clients, ends, reports },
    ...{ openingFlights, flights, milliseconds, loads },
    ...observed,
  })
  const giveUp = (error: SmtpError) => {
    backlog.giveUp(error)
    while (!backlog.done) {
      backlog.add(backlog.take() as MailObject | undefined)
      backlog.giveUp(error)
    }
  }
  while (clients.length < maxConnections) {
    const options = setup.server?.(clients.length) ?? {}
    const plan = setup.plan?.(clients.length)
    const server = new ServerConnection(options)
    const { protocol = 'smtp' } = server
    const client = new VirtualClient({ server, protocol, ...(plan !== undefined && { plan }) })
    servers.push(server)
    clients.push(client)
    const opened = client.run((connection) => open(connection, setup.opening ?? opening))
    openingFlights += opened.flights
    if (opened.error !== undefined) {
      giveUp(opened.error as SmtpError)
      return played()
    }
    const abort = abortAfter !== undefined && clients.length === 1 ? { abortAfter } : {}
    const sending = { pipelining, window, traits, clientName: opening.clientName, mayReconnect }
    const run = client.run((connection) => watched(sendAll(connection, backlog, sending), observed), {
      workTakes: sourceTakes,
      ...abort,
    })
    flights += run.flights
    milliseconds += run.milliseconds
    const end = run.result
    ends.push(end)
    if (!(end.type === 'reconnect' && end.inDoubt) && client.connection.can('QUIT')) client.run(quit)
    if (end.type === 'done') return played()
    if (end.type === 'over') {
      giveUp(end.error ?? new NotConnectedError())
      return played()
    }
  }
  throw new Error(`the mailing has not ended after ${maxConnections} connections`)
}

interface Observed {
  readonly handed: unknown[]
  readonly heard: Reply[]
}

/** The flow, as whoever drives it sees it. */
function* watched<Result>(flow: Flow<Result>, { handed, heard }: Observed): Flow<Result> {
  let content: unknown
  let step: IteratorResult<Demand, Result> = flow.next()
  while (!step.done) {
    if (typeof step.value === 'object' && step.value.type === 'sendContent') content = step.value.content
    const event: FlowEvent = yield step.value
    if (event.type === 'ContentSent') handed.push(content)
    if (event.type === 'ReplyReceived') heard.push(event.reply)
    step = flow.next(event)
  }
  return step.value
}

export interface MailChoice {
  /** Default 1. */
  readonly recipients?: number
  /** Default a few lines. */
  readonly message?: Uint8Array
  /** Given in pieces, its size not known before, and only once. Default false. */
  readonly streamed?: boolean
  /** Domains of its recipients, taken in turn. */
  readonly domains?: readonly string[]
  readonly envelope?: Partial<Envelope>
}

const encoder = new TextEncoder()

/** A mail object that is known by its sender and recipients, no two alike in a mailing, and by its content. */
export function mailObject(number: number, choice: MailChoice = {}): MailObject & { readonly content: Uint8Array } {
  const { recipients = 1, message = new Uint8Array(0), streamed = false, domains = ['foo.example'] } = choice
  const header = encoder.encode(`Subject: message ${number}\r\n\r\n`)
  const content = new Uint8Array(header.length + message.length)
  content.set(header)
  content.set(message, header.length)
  const to = Array.from({ length: recipients }, (_, i) =>
    parseForwardPath(`r${number}x${i}@${domains[i % domains.length]}`),
  )
  const { size, eightBit } = surveyContent(content)
  const survey = streamed ? { eightBit } : { size, eightBit }
  const from = parseReversePath(`s${number}@bar.example`)
  return { envelope: { from, to, ...survey, ...choice.envelope }, content, repeatable: !streamed }
}

export function mailObjects(count: number, choice: MailChoice = {}): MailObject[] {
  return Array.from({ length: count }, (_, i) => mailObject(i, choice))
}

export function statusesOf({ reports }: PlayedMailing): string[][] {
  return reports.map(({ result }) => result.outcomes.map(({ status }) => status))
}
