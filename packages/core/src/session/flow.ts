import type { ClientConnection, Event } from '../connection/index.ts'
import { LocalProtocolError, NotConnectedError } from '../errors/index.ts'
import type { Command, Reply } from '../wire/index.ts'
import type { ContentFailed, ContentSent, Demand, WorkDone } from './demand.ts'

/** What a flow is resumed with. */
export type FlowEvent = Event | WorkDone | ContentSent | ContentFailed

/**
 * Policy without I/O: a generator that sends commands to a `ClientConnection`, yields when it must know what
 * happens next, is resumed with each event of the connection, in order, and returns its result.
 *
 * After `sendContent` the driver passes the message to `sendBody`, as long as `bodyOpen` says that it may, then calls
 * `endBody` and resumes the flow with `ContentSent`; events that come meanwhile are passed on as ever. Content that can
 * not be passed on to its end, because the connection or the source has ended, is forgotten; where it can be abandoned,
 * the flow is told by `ContentFailed`, and else by the connection's end.
 *
 * After a demand that is a `Work` the driver does it, and resumes the flow with its outcome once it is there; events
 * that come meanwhile are passed on as well, and more can be demanded. Of a flow that has ended meanwhile nobody waits for it any more.
 */
export type Flow<Result> = Generator<Demand, Result, FlowEvent>

/**
 * Sends one command and waits for its reply, whatever it is.
 *
 * @throws {LocalProtocolError} when it is illegal now, {@link InvalidArgumentError}, {@link NotSupportedError}; else
 * the connection's own error when it ends before
 */
export function* request(connection: ClientConnection, command: Command): Flow<Reply> {
  return yield* replyTo(connection.send(command))
}

/**
 * Waits for the reply to the command with that id.
 *
 * @throws {LocalProtocolError} when it is skipped; else the connection's own error when it ends before
 */
export function* replyTo(id: number): Flow<Reply> {
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'ReplyReceived' && event.id === id) return event.reply
    if (event.type === 'CommandSkipped' && event.id === id) {
      throw new LocalProtocolError(`${event.exchange} was not sent: what came before it was refused`)
    }
    throwAtEnd(event)
  }
}

/** @throws {SmtpError} when the event is the connection's end */
export function throwAtEnd(event: FlowEvent): void {
  if (event.type === 'Failed') throw event.error
  if (event.type === 'Closed') throw new NotConnectedError()
}
