import type { ClientConnection, Event } from '../connection/index.ts'
import { NotConnectedError } from '../errors/index.ts'
import type { Command, Reply } from '../wire/index.ts'

/** What a flow waits for when it yields: the connection's next event, or first that the message be sent. */
export type Demand = 'nextEvent' | 'sendContent'

/**
 * Policy without I/O: a generator that sends commands to a `ClientConnection`, yields when it must know what
 * happens next, is resumed with each event of the connection, in order, and returns its result.
 *
 * After `sendContent` the driver passes the message to `sendBody` and then calls `endBody`; events that come
 * meanwhile are passed on as ever. It stops when the connection leaves the state `data`.
 */
export type Flow<Result> = Generator<Demand, Result, Event>

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
 * @throws {SmtpError} the connection's own error when it ends before
 */
export function* replyTo(id: number): Flow<Reply> {
  for (;;) {
    const event = yield 'nextEvent'
    if (event.type === 'ReplyReceived' && event.id === id) return event.reply
    throwAtEnd(event)
  }
}

/** @throws {SmtpError} when the event is the connection's end */
export function throwAtEnd(event: Event): void {
  if (event.type === 'Failed') throw event.error
  if (event.type === 'Closed') throw new NotConnectedError()
}
