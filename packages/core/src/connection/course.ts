import { RemoteProtocolError, type SmtpError, UnexpectedEofError } from '../errors/index.ts'
import type { Reply } from '../wire/index.ts'
import type { Answering } from './answering.ts'
import type { ContentInHand } from './content-in-hand.ts'
import type { ExchangeQueue } from './exchange-queue.ts'
import type { Incoming } from './incoming.ts'
import type { ContentFate, Output } from './output.ts'
import type { Timeout, TimeoutPhase, Timeouts } from './timeouts.ts'

export interface CourseParts {
  readonly incoming: Incoming
  readonly queue: ExchangeQueue
  readonly content: ContentInHand
  readonly answering: Answering
  readonly timeouts: Timeouts
}

/** The course that a connection takes: reads what has come in, one reply at a time, and leads to the end. */
export class Course {
  /** What is still to be told. */
  readonly outputs: Output[] = []
  #timeout: Timeout | undefined
  /** What it is to be armed for afresh, when somebody looks: after many replies perhaps. */
  #phase: TimeoutPhase | undefined
  #armingDue = false
  /** TLS was asked for and does not stand yet. */
  tlsRequested = false
  readonly #parts: CourseParts
  #ended = false

  constructor(parts: CourseParts) {
    this.#parts = parts
    this.arm()
  }

  get ended(): boolean {
    return this.#ended
  }

  /** What to wait with; a new object each time that it must be armed afresh. */
  get timeout(): Timeout | undefined {
    if (this.#armingDue) {
      const phase = this.#phase
      const { timeouts } = this.#parts
      this.#timeout = phase === undefined ? undefined : { phase, milliseconds: timeouts[phase] }
      this.#armingDue = false
    }
    return this.#timeout
  }

  /** Arms the timeout for what is waited for now, or none. */
  arm(): void {
    this.#phase = this.#parts.queue.phase
    this.#armingDue = true
  }

  /** Reads at most one reply, so that the state never runs ahead of what the caller has been told. */
  advance(): void {
    if (this.#ended) return
    const { incoming, queue } = this.#parts
    if (queue.settled === 'closing') {
      if (incoming.end !== undefined) this.close()
    } else if (queue.settled === 'startTls') {
      this.#advanceToTls()
    } else {
      this.#advanceByReply()
    }
  }

  /** The end as it should be. */
  close(): void {
    if (this.#ended) return
    if (this.#parts.queue.settled !== 'closing') this.#requestClose()
    this.#ended = true
    this.outputs.push({ type: 'Closed' })
  }

  /** The end by a fault. */
  fail(error: SmtpError, delivery: ContentFate = this.#parts.queue.delivery): void {
    if (this.#ended) return
    this.#ended = true
    this.#requestClose()
    error.delivery = delivery
    this.outputs.push({ type: 'Failed', error, delivery })
  }

  #advanceToTls(): void {
    const { incoming, queue } = this.#parts
    if (incoming.unread) {
      // RFC 3207 §6 and the injections found since: nothing behind the 220 can have come through TLS.
      const message = 'the server sent more than its reply to STARTTLS before TLS stood'
      this.fail(new RemoteProtocolError('BYTES_BEHIND_STARTTLS', message))
    } else if (incoming.end !== undefined) {
      this.fail(new UnexpectedEofError(queue.settled, incoming.end))
    } else if (!this.tlsRequested) {
      this.tlsRequested = true
      this.outputs.push({ type: 'StartTlsRequested' })
    }
  }

  #advanceByReply(): void {
    const { incoming, queue } = this.#parts
    let reply: Reply | undefined
    try {
      reply = incoming.nextReply()
    } catch (error) {
      this.fail(error as RemoteProtocolError)
      return
    }
    if (reply !== undefined) this.#receiveReply(reply)
    else if (incoming.end === undefined) return
    else if (queue.awaited?.name === 'QUIT') this.close()
    else this.fail(new UnexpectedEofError(queue.settled, incoming.end))
  }

  #receiveReply(reply: Reply): void {
    const end = this.#parts.answering.receive(reply, this.outputs)
    if (end === undefined) this.arm()
    else if (end === 'close') this.#requestClose()
    else this.fail(end.error, end.delivery)
  }

  #requestClose(): void {
    const { queue, content } = this.#parts
    queue.clear()
    queue.move('closing')
    content.dropAny()
    this.#timeout = undefined
    this.#armingDue = false
    this.outputs.push({ type: 'CloseRequested' })
  }
}
