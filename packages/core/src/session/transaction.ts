import type { ClientConnection, ReplyReceived } from '../connection/index.ts'
import { InvalidArgumentError, NotSupportedError, RemoteProtocolError, type SmtpError } from '../errors/index.ts'
import type { Parameters, Path } from '../wire/index.ts'
import type { Demand, Flow } from './flow.ts'
import { Outcomes, type RecipientOutcome } from './report.ts'

/** What a message must be announced with. */
export interface Envelope {
  readonly from: Path
  /** At least one. */
  readonly to: readonly Path[]
  /** Octets of the message as RFC 1870 §5 counts them, where known. */
  readonly size?: number
  /** Whether the message has octets beyond US-ASCII; leave it out where that is not known. */
  readonly eightBit?: boolean
}

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
  const parameters = mailParameters(connection, envelope)
  // A refused DATA leaves a transaction open. RSET rides in the same flight, so it costs no round trip.
  if (connection.state === 'mail' || connection.state === 'rcpt') connection.send({ verb: 'RSET' })
  connection.send({ verb: 'MAIL', from: envelope.from, parameters })
  const rcpts = new Map(envelope.to.map((to, recipient) => [connection.send({ verb: 'RCPT', to }), recipient]))
  connection.send({ verb: 'DATA' })

  const outcomes = new Outcomes(envelope.to.length)
  let welcome = false
  let demand: Demand = 'nextEvent'
  for (;;) {
    const event = yield demand
    demand = 'nextEvent'
    switch (event.type) {
      case 'ReplyReceived':
        applyReply(outcomes, event, rcpts)
        welcome ||= event.exchange === 'RCPT' && event.reply.severity === 2
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
        else outcomes.decideRest(event.reply)
        break
      case 'Closed':
        return { outcomes: outcomes.toArray() }
      case 'Failed':
        outcomes.endRest(event.delivery)
        return { outcomes: outcomes.toArray(), error: event.error }
      default:
        break
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
    if (recipient === undefined) outcomes.decideRest(reply)
    else outcomes.decide(recipient, reply)
  } else if (reply.severity > 3) {
    if (exchange === 'MAIL' || exchange === 'DATA') outcomes.decideRest(reply)
    else if (recipient !== undefined) outcomes.decide(recipient, reply)
  }
}

function mailParameters(connection: ClientConnection, envelope: Envelope): Parameters {
  const { capabilities } = connection
  const { from, to, size, eightBit } = envelope
  const { maxMessageSize = Number.POSITIVE_INFINITY } = capabilities
  const parameters: Record<string, string | number | true> = {}
  if (size !== undefined && capabilities.has('SIZE')) {
    if (size > maxMessageSize) {
      throw new InvalidArgumentError('message', `has ${size} octets, and the server takes ${maxMessageSize} at most`)
    }
    parameters['SIZE'] = size
  }
  if (capabilities.has('8BITMIME')) {
    if (eightBit !== false) parameters['BODY'] = '8BITMIME'
  } else if (eightBit === true) {
    throw eightBitUnsupported()
  }
  if ([from, ...to].some((path) => !path.isAscii)) {
    if (!capabilities.has('SMTPUTF8')) {
      throw new NotSupportedError('SMTPUTF8', 'an address is beyond US-ASCII, and the server does not offer SMTPUTF8')
    }
    parameters['SMTPUTF8'] = true
  }
  return parameters
}

/** RFC 6152 §3: octets beyond US-ASCII may not go to a server without 8BITMIME. */
export function eightBitUnsupported(): NotSupportedError {
  const message =
    'the message has 8-bit octets, and the server does not offer 8BITMIME; encode its parts as quoted-printable or base64'
  return new NotSupportedError('8BITMIME', message)
}
