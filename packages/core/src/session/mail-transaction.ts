import type { ClientConnection, ContentFate, ReplyReceived } from '../connection/index.ts'
import { RemoteProtocolError, type SmtpError } from '../errors/index.ts'
import type { Parameters, Path, Reply } from '../wire/index.ts'
import type { Announcement } from './announcement.ts'
import type { FlowEvent } from './flow.ts'
import { Outcomes, type RecipientOutcome } from './report.ts'

export interface TransactionStart {
  /** RSET goes before it: what came before may have left a transaction open. */
  readonly reset: boolean
  /** Others may be in flight before it. */
  readonly rides?: boolean
  /** BDAT goes with the envelope, nobody being accepted yet. Needs the size of the content. */
  readonly eager?: boolean
  /** Octets of the content as BDAT sends them, where known. */
  readonly size?: number | undefined
}

/**
 * - `unasked`: nothing has been announced, or what was is answered by a refusal
 * - `asked`: it may be sent, and nobody has begun to
 * - `open`: it is being sent
 * - `sent`: all of it is sent, and replies to it are due
 * - `answered`: they are all there, or will never be
 */
type ContentStage = 'unasked' | 'asked' | 'open' | 'sent' | 'answered'

/**
 * One mail transaction (RFC 5321 §3.3) on its way: sends its commands when it is made, MAIL, RCPT for each recipient and
 * DATA at once (with PIPELINING they are one flight), or BDAT once a recipient is accepted, and follows the replies that
 * are its own.
 */
export class MailTransaction {
  readonly #connection: ClientConnection
  readonly #announcement: Announcement
  readonly #start: TransactionStart
  readonly #outcomes: Outcomes
  /** How many commands, BDAT aside, have a reply still due. */
  #unanswered: number
  readonly #reset: number | undefined
  /** The id of MAIL; those of RCPT follow it. */
  readonly #mail: number
  #resetReply: Reply | undefined
  #mailReply: Reply | undefined
  #accepted = 0
  #content: number | undefined
  #stage: ContentStage = 'unasked'
  #repliesDue = 0
  /** With PRDR: what was said of each recipient before the overall reply (Exim's draft-hall-prdr). */
  #verdicts: Map<number, Reply> | undefined
  #threadLost = false
  /** To a chunk that was not the last. */
  #chunkRefusal: Reply | undefined
  #failure: SmtpError | undefined

  /** @throws {LocalProtocolError} when no transaction may be begun now */
  constructor(connection: ClientConnection, announcement: Announcement, start: TransactionStart) {
    const { from, to, mail, rcpt, content } = announcement
    this.#connection = connection
    this.#announcement = announcement
    this.#start = start
    this.#outcomes = new Outcomes(to.length)
    this.#unanswered = 1 + to.length
    if (start.reset) {
      this.#reset = connection.send({ verb: 'RSET' })
      this.#unanswered += 1
    }
    this.#mail = connection.send({ verb: 'MAIL', from, parameters: mail })
    for (let i = 0; i < to.length; i += 1) {
      connection.send({ verb: 'RCPT', to: to[i] as Path, parameters: rcpt[i] as Parameters })
    }
    if (content === 'DATA') {
      this.#content = connection.send({ verb: 'DATA' })
      this.#unanswered += 1
    } else if (start.eager) {
      this.#announceChunks()
    }
  }

  /** Whether the command with that id is one of its own. */
  owns(id: number): boolean {
    const last = this.#mail + this.#announcement.to.length
    return (id >= (this.#reset ?? this.#mail) && id <= last) || id === this.#content
  }

  /** By position in the envelope. Whoever is not decided was not sent to. */
  get outcomes(): readonly RecipientOutcome[] {
    return this.#outcomes.toArray()
  }

  /** Whether the content is to be sent now; `contentBegun` tells that somebody does. */
  get contentAsked(): boolean {
    return this.#stage === 'asked'
  }

  /** Whether all that it has to send is sent. */
  get contentSent(): boolean {
    return this.#stage === 'sent'
  }

  /** Whether another may ride behind its content (RFC 2920 §3.1). */
  get takesRiders(): boolean {
    // Where an LMTP server answers once for several, what rides would be taken to answer for the others.
    return this.contentSent && (this.#connection.dialect.contentReplies === 'one' || this.#accepted < 2)
  }

  /** Whether every reply that is due to it has come. */
  get done(): boolean {
    return this.#unanswered === 0 && (this.#stage === 'unasked' || this.#stage === 'answered')
  }

  /** Whether the server has forgotten at RSET who it talks to: MAIL can be tried again behind another EHLO. */
  get helloForgotten(): boolean {
    return this.#resetReply?.severity === 2 && this.mailOutOfOrder
  }

  /** Whether MAIL was not understood although there is nothing wrong with it: the server does not take what rides. */
  get ridRefused(): boolean {
    const { rides = false, reset } = this.#start
    const code = this.#mailReply?.code ?? 0
    return rides && !reset && code >= 500 && code <= 503 && this.#accepted === 0
  }

  /** Whether MAIL was answered as out of order. */
  get mailOutOfOrder(): boolean {
    return this.#mailReply?.code === 503 && this.#accepted === 0
  }

  /** How the envelope has fared, if it rode behind content: whether all of it was answered, or MAIL refused and no more. */
  get ride(): 'answered' | 'refused' | 'unanswered' | undefined {
    if (!this.#start.rides) return undefined
    if (this.#unanswered === 0) return 'answered'
    return (this.#mailReply?.severity ?? 2) === 2 ? 'unanswered' : 'refused'
  }

  /** Whether RSET was refused where it can't be, so that nobody knows any more which reply is whose. */
  get threadLost(): boolean {
    return this.#threadLost
  }

  /** Why the content was given up, if it was. Nobody has received anything. */
  get failure(): SmtpError | undefined {
    return this.#failure
  }

  contentBegun(): void {
    this.#stage = 'open'
  }

  /** Takes in what happens to it, or to the connection. What happens to others is not for it. */
  receive(event: FlowEvent): void {
    if (event.type === 'ReplyReceived') {
      this.#receiveReply(event)
    } else if (event.type === 'CommandSkipped') {
      if (event.id === this.#content) this.#stage = 'unasked'
      this.#unanswered -= Number(event.exchange !== 'BDAT')
      // The old transaction is still open, because RSET was refused.
      if (event.exchange === 'MAIL') this.#outcomes.decideRest(this.#resetReply as Reply, 'MAIL')
    } else if (event.type === 'BodyRequested') {
      this.#bodyRequested()
    } else if (event.type === 'ContentSent') {
      this.#noteSent()
    } else if (event.type === 'ContentFailed' && this.#stage === 'open') {
      this.#stage = 'answered'
      this.#failure = event.error
    }
  }

  /** The server is closing, and has said why: nobody who is not decided will be sent to. */
  closing(reply: Reply, fate: ContentFate): void {
    if (fate === 'notSent') this.#refuseChunks()
    if (fate === 'unknown') this.#outcomes.endRest('unknown')
    else this.#outcomes.decideRest(reply, 'CLOSING')
  }

  /** The connection has ended. */
  ended(fate: ContentFate): void {
    if (fate === 'notSent') this.#refuseChunks()
    this.#outcomes.endRest(fate)
  }

  /** Nothing is sent any more that could make up for a chunk that was refused. */
  #refuseChunks(): void {
    if (this.#chunkRefusal !== undefined) this.#outcomes.decideRest(this.#chunkRefusal, 'CONTENT')
  }

  #announceChunks(): void {
    const { binary } = this.#announcement
    const { size } = this.#start
    this.#content = this.#connection.send(
      size === undefined ? { verb: 'BDAT', binary } : { verb: 'BDAT', size, binary },
    )
  }

  #bodyRequested(): void {
    if (this.#announcement.content === 'BDAT' || this.#outcomes.undecided > 0) {
      this.#stage = 'asked'
    } else if ((this.#resetReply?.severity ?? 2) !== 2) {
      // The transaction before is still open, and an empty message would reach whoever was accepted there.
      this.#abort('the server asked for content of a refused MAIL')
    } else {
      // RFC 2920 §3.1: asked for although nobody was accepted, so an empty message, which goes to nobody.
      this.#connection.endBody()
      this.#noteSent()
    }
  }

  #noteSent(): void {
    const { contentReplies } = this.#connection.dialect
    this.#repliesDue = contentReplies === 'perRecipient' ? this.#accepted : 1
    this.#stage = this.#repliesDue === 0 ? 'answered' : 'sent'
  }

  #receiveReply(event: ReplyReceived): void {
    const { id, exchange, reply } = event
    if (id === this.#content && (exchange === 'CONTENT' || exchange === 'CHUNK')) {
      this.#receiveContentReply(event)
      return
    }
    this.#unanswered -= 1
    if (id === this.#reset) this.#receiveResetReply(reply)
    else if (exchange === 'MAIL') this.#receiveMailReply(reply)
    else if (exchange === 'RCPT') this.#receiveRcptReply(id, reply)
    // Its `BodyRequested` follows at once, and until then nothing is done.
    else if (reply.code === 354) this.#stage = 'open'
    else this.#outcomes.decideRest(reply, 'DATA')
  }

  #receiveResetReply(reply: Reply): void {
    this.#resetReply = reply
    const { state } = this.#connection
    if (reply.severity === 2 || state === 'closing') return
    if (state !== 'resetDue' && !this.#start.rides && !this.#start.eager) return
    // No server refuses RSET there. What was answered is something else, such as a line of the content that was refused.
    this.#threadLost = true
    this.#abort('the server refused RSET where it can not')
  }

  #receiveMailReply(reply: Reply): void {
    this.#mailReply = reply
    if (reply.severity > 3) this.#outcomes.decideRest(reply, 'MAIL')
  }

  #receiveRcptReply(id: number, reply: Reply): void {
    if (reply.severity === 2) this.#accepted += 1
    else this.#outcomes.decide(id - this.#mail - 1, reply, 'RCPT')
    const chunksDue = this.#announcement.content === 'BDAT' && this.#content === undefined
    // RFC 3030 §2: once all replies to RCPT are there.
    if (!chunksDue || this.#unanswered > 0 || this.#outcomes.undecided === 0) return
    if (!this.#connection.can('BDAT')) return
    this.#announceChunks()
    this.#stage = 'open'
  }

  #receiveContentReply({ exchange, reply, recipient }: ReplyReceived): void {
    if (exchange === 'CHUNK') {
      if (reply.severity === 2) return
      this.#chunkRefusal ??= reply
      // With the last chunk on its way it is for the reply to that one: a server may take the message all the same.
      if (this.#stage === 'sent') return
      this.#outcomes.decideRest(reply, 'CONTENT')
      this.#stage = 'answered'
      return
    }
    if (reply.code === 353) {
      this.#verdicts = new Map()
      this.#repliesDue = this.#accepted + 1
      return
    }
    this.#repliesDue -= 1
    if (this.#repliesDue <= 0) this.#stage = 'answered'
    if (reply.severity !== 2) this.#refuseChunks()
    if (this.#verdicts !== undefined) this.#receiveVerdict(this.#verdicts, reply, recipient)
    else if (recipient !== undefined) this.#outcomes.decide(recipient, reply, 'CONTENT')
    else this.#outcomes.decideRest(reply, 'CONTENT')
  }

  /** With PRDR a recipient is accepted by two replies: its own and the overall one. */
  #receiveVerdict(verdicts: Map<number, Reply>, reply: Reply, recipient: number | undefined): void {
    if (recipient === undefined) {
      if (reply.severity === 2) {
        for (const [each, verdict] of verdicts) this.#outcomes.decide(each, verdict, 'CONTENT')
      } else {
        this.#outcomes.decideRest(reply, 'CONTENT')
      }
    } else if (reply.severity === 2) {
      verdicts.set(recipient, reply)
    } else {
      this.#outcomes.decide(recipient, reply, 'CONTENT')
    }
  }

  #abort(message: string): void {
    this.#connection.abort(new RemoteProtocolError('UNEXPECTED_REPLY', message))
  }
}
