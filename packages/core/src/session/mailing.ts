import type { ClientConnection } from '../connection/index.ts'
import {
  ContentSourceError,
  LocalProtocolError,
  NotSupportedError,
  RemoteProtocolError,
  type SmtpError,
} from '../errors/index.ts'
import type { Flow } from './flow.ts'
import type { MailBacklog } from './mail-backlog.ts'
import { MailWindow, type MailWindowOptions } from './mail-window.ts'

/**
 * How one connection has served a mailing:
 * - `done`: everything is reported
 * - `reconnect`: nothing is in flight, and what is left needs another connection; `inDoubt` when it is not certain any
 *   more which reply answers what, so that QUIT is of no use
 * - `over`: the connection has ended, by a fault or because the server closed it
 */
export type MailingEnd =
  | { readonly type: 'done' }
  | { readonly type: 'reconnect'; readonly inDoubt: boolean }
  | { readonly type: 'over'; readonly error: SmtpError | undefined }

/**
 * Sends mail objects one behind the other over one connection, with as few round trips as the server is fit for.
 * A report is given for each in turn; one that is refused at any point leaves its neighbours as they are.
 */
export function* sendAll(
  connection: ClientConnection,
  backlog: MailBacklog,
  options: MailWindowOptions,
): Flow<MailingEnd> {
  const window = new MailWindow(connection, backlog, options)
  const { mayReconnect } = options
  // It may have ended while nobody listened.
  if (connection.state === 'closed' || connection.state === 'failed') return { type: 'over', error: undefined }
  backlog.begin()
  for (;;) {
    window.fill()
    backlog.report()
    const { reconnect } = window
    if (reconnect !== undefined && mayReconnect) return { type: 'reconnect', inDoubt: reconnect === 'inDoubt' }
    if (reconnect === 'limit') {
      backlog.giveUp(new NotSupportedError('LIMITS', 'the server takes no more messages on this connection'))
      continue
    }
    if (reconnect === 'inDoubt') {
      connection.abort(new RemoteProtocolError('UNEXPECTED_REPLY', 'the server has lost what came behind content'))
    } else if (window.idle && backlog.done) {
      return { type: 'done' }
    }
    const event = yield window.demand()
    window.receive(event)
    if (event.type === 'Failed' || event.type === 'Closed') {
      backlog.report()
      const error = event.type === 'Failed' ? event.error : undefined
      const goesOn = window.unfit || ((window.closedEarly || isMessageFault(error)) && !backlog.done)
      if (goesOn && mayReconnect) return { type: 'reconnect', inDoubt: true }
      return { type: 'over', error }
    }
  }
}

/**
 * Whether content had to be given up amid its sending, which is nothing to other messages: its source has failed, it is
 * not as it was announced, or a stream has an octet beyond US-ASCII, or more octets, than the server takes.
 */
export function isMessageFault(error: SmtpError | undefined): boolean {
  return [ContentSourceError, NotSupportedError, LocalProtocolError].some((kind) => error instanceof kind)
}
