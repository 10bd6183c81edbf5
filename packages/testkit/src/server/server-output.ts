import type { Closed, CloseRequested, StartTlsRequested } from '@sansmtp/core'
import type { ClientViolation } from './client-violation.ts'
import type { ReceivedCommand, ReceivedMessage } from './received.ts'

/** To do: write these bytes. */
export interface ServerSendBytes {
  readonly type: 'SendBytes'
  readonly bytes: Uint8Array
}

/** A line came that the server has taken for a command. Told before its reply. */
export interface CommandReceived {
  readonly type: 'CommandReceived'
  readonly command: ReceivedCommand
}

/** A message was accepted for at least one recipient. Told before the reply that says so. */
export interface MessageReceived {
  readonly type: 'MessageReceived'
  readonly message: ReceivedMessage
}

/** The client has broken a rule. The server goes on. */
export interface ViolationFound {
  readonly type: 'ViolationFound'
  readonly violation: ClientViolation
}

/** What a `ServerConnection` has to say, in one order. `StartTlsRequested`, `CloseRequested` and `Closed` are core's. */
export type ServerOutput =
  | ServerSendBytes
  | StartTlsRequested
  | CloseRequested
  | CommandReceived
  | MessageReceived
  | ViolationFound
  | Closed
