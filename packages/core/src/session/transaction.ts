import type { ClientConnection, ReplyReceived } from '../connection/index.ts'
import { RemoteProtocolError, type SmtpError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import { announcement } from './announcement.ts'
import type { Demand } from './demand.ts'
import type { Envelope } from './envelope.ts'
import type { Flow } from './flow.ts'
import { Outcomes, type RecipientOutcome } from './report.ts'

export interface TransactionResult {
  /** By position in the envelope. */
  readonly outcomes: readonly RecipientOutcome[]
  /** Why the connection ended amid the transaction, if it did by a fault. */
  readonly error?: SmtpError
}

/**
 * One mail transaction (RFC 5321 §3.3): MAIL, RCPT for each recipient and DATA are queued together, so with
 * PIPELINING they are one flight. Never throws for what the server says or for a connection that ends; the result
 * tells it.
 *
 * @throws {NotSupportedError} when the message needs an extension that the server lacks
 * @throws {InvalidArgumentError} when the message is larger than the server takes; nothing was sent in both cases
 */
export function* transact(connection: ClientConnection, envelope: Envelope): Flow<TransactionResult> {
  const { from, to, mail, rcpt } = announcement(envelope, connection.capabilities)
  // A refused DATA leaves a transaction open. RSET rides in the same flight, so it costs no round trip.
  const open = connection.state === 'mail' || connection.state === 'rcpt'
  const reset = open ? connection.send({ verb: 'RSET' }) : undefined
  connection.send({ verb: 'MAIL', from, parameters: mail })
  const rcpts = new Map(
    to.map((path, recipient) => [connection.send({ verb: 'RCPT', to: path, parameters: rcpt }), recipient]),
  )
  connection.send({ verb: 'DATA' })

  const outcomes = new Outcomes(to.length)
  let welcome = false
  let resetReply: Reply | undefined
  let demand: Demand = 'nextEvent'
  for (;;) {
    const event = yield demand
    demand = 'nextEvent'
    switch (event.type) {
      case 'ReplyReceived':
        applyReply(outcomes, event, rcpts)
        if (event.id === reset) resetReply = event.reply
        welcome ||= event.exchange === 'RCPT' && event.reply.severity === 2
        break
      case 'CommandSkipped':
        // The old transaction is still open, because RSET was refused.
        if (event.exchange === 'MAIL') outcomes.decideRest(resetReply as Reply, 'MAIL')
        break
      case 'BodyRequested':
        if (outcomes.undecided > 0) {
          demand = 'sendContent'
        } else if (welcome) {
          // Somebody was accepted into a transaction that was not ours, and an empty message would reach them.
          connection.abort(
            new RemoteProtocolError('UNEXPECTED_REPLY', 'the server asked for content of a refused MAIL'),
          )
        } else {
          // RFC 2920 §3.1: asked for although nobody was accepted, so an empty message, which goes to nobody.
          connection.endBody()
          if (connection.dialect.contentReplies === 'perRecipient') return { outcomes: outcomes.toArray() }
        }
        break
      case 'ServerClosing':
        if (event.delivery === 'unknown') outcomes.endRest('unknown')
        else outcomes.decideRest(event.reply, 'CLOSING')
        break
      case 'Closed':
        return { outcomes: outcomes.toArray() }
      case 'Failed':
        outcomes.endRest(event.delivery)
        return { outcomes: outcomes.toArray(), error: event.error }
    }
    // Every reply is in, and no content is due.
    if (connection.pendingCommands === 0 && connection.can('RSET')) return { outcomes: outcomes.toArray() }
  }
}

/** Which recipients a reply decides, and how. What is accepted before the content decides nothing yet. */
function applyReply(outcomes: Outcomes, event: ReplyReceived, rcpts: ReadonlyMap<number, number>): void {
  const { exchange, reply } = event
  const recipient = event.recipient ?? rcpts.get(event.id)
  if (exchange === 'CONTENT') {
    if (recipient === undefined) outcomes.decideRest(reply, exchange)
    else outcomes.decide(recipient, reply, exchange)
  } else if (reply.severity > 3) {
    if (exchange === 'MAIL' || exchange === 'DATA') outcomes.decideRest(reply, exchange)
    else if (recipient !== undefined) outcomes.decide(recipient, reply, 'RCPT')
  }
}
