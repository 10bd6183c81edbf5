import {
  ClientConnection,
  type Demand,
  encodeUtf8,
  type FlowEvent,
  MailBacklog,
  type MailingEnd,
  type MailObject,
  type MailWindowOptions,
  parseForwardPath,
  parseReversePath,
  sendAll,
  surveyContent,
  type TransactionResult,
} from '@sansmtp/core'
import { drain, feed, sentText } from '../support/connections.ts'

export const content = encodeUtf8('x\r\n')

/** A message with that content to these, about which all is known. */
export function mailTo(...recipients: readonly string[]): MailObject {
  const to = recipients.map((recipient) => parseForwardPath(`${recipient}@foo.example`))
  const envelope = { from: parseReversePath('ann@bar.example'), to, ...surveyContent(content) }
  return { envelope, content, repeatable: true }
}

/** A mailing whose server's every word is given by hand. */
export class Mailing {
  readonly connection: ClientConnection
  readonly results: TransactionResult[] = []
  readonly traits: MailWindowOptions['traits']
  readonly demands: Demand[] = []
  end: MailingEnd | undefined
  /** Whether contents come to an end. */
  tellsOfEnds = true
  readonly #backlog: MailBacklog
  readonly #flow: ReturnType<typeof sendAll>
  readonly #done: FlowEvent[] = []

  constructor(mails: readonly MailObject[], keywords: readonly string[], options: Partial<MailWindowOptions> = {}) {
    const protocol = keywords.includes('LMTP') ? 'lmtp' : 'smtp'
    this.connection = new ClientConnection({ protocol })
    drain(this.connection)
    feed(this.connection, '220 hi')
    this.connection.send({ verb: protocol === 'lmtp' ? 'LHLO' : 'EHLO', domain: 'bar.example' })
    drain(this.connection)
    feed(this.connection, ...['hi', ...keywords].map((word, i) => `250${i < keywords.length ? '-' : ' '}${word}`))
    const left = [...mails]
    this.#backlog = new MailBacklog({
      take: () => left.shift(),
      report: (_, result) => this.results.push(result),
    })
    this.traits = options.traits ?? {}
    this.#flow = sendAll(this.connection, this.#backlog, {
      pipelining: 'transaction',
      window: { messages: 9, octets: 999 },
      clientName: 'bar.example',
      mayReconnect: true,
      ...options,
      traits: this.traits,
    })
  }

  /** Lets it go on, and gives what it sends. */
  begin(): string {
    return this.#take(this.#flow.next()) + this.#goOn()
  }

  /** The server says these lines. Gives what is sent then. */
  hear(...lines: readonly string[]): string {
    this.connection.receiveBytes(encodeUtf8(lines.map((line) => `${line}\r\n`).join('')))
    return this.#goOn()
  }

  /** The server hangs up. */
  lose(): string {
    this.connection.receiveEof()
    return this.#goOn()
  }

  tell(event: FlowEvent): string {
    return this.#take(this.#flow.next(event)) + this.#goOn()
  }

  #goOn(): string {
    let sent = ''
    for (;;) {
      const output = this.connection.nextOutput()
      const event = output === undefined ? this.#done.shift() : output
      if (event === undefined) return sent
      if (event.type === 'SendBytes') sent += sentText([event])
      else if (event.type === 'CloseRequested') this.connection.receiveEof()
      else if (event.type !== 'StartTlsRequested' && this.end === undefined) sent += this.#take(this.#flow.next(event))
    }
  }

  #take(step: IteratorResult<Demand, MailingEnd>): string {
    if (step.done) {
      this.end = step.value
      return ''
    }
    const demand = step.value
    if (demand === 'nextEvent') return ''
    this.demands.push(demand)
    if (demand === 'sendContent') throw new Error('whose content?')
    if (demand.type === 'takeMail')
      this.#done.push({ type: 'MailTaken', mail: demand.take() as MailObject | undefined })
    if (demand.type !== 'sendContent') return ''
    this.connection.sendBody(demand.content as Uint8Array)
    if (!this.tellsOfEnds) return ''
    this.connection.endBody()
    this.#done.push({ type: 'ContentSent' })
    return ''
  }

  get statuses(): readonly string[] {
    return this.results.map(({ outcomes }) => outcomes.map(({ status }) => status).join())
  }
}

export const pipelining: readonly string[] = ['PIPELINING', 'SIZE 1000', '8BITMIME']
export const chunking: readonly string[] = [...pipelining, 'CHUNKING']
