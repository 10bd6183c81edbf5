import { InvalidArgumentError } from '../errors/index.ts'
import { completed } from './completed.ts'

/** What a connection can be waiting for. */
export type TimeoutPhase =
  | 'greeting'
  | 'hello'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'termination'
  | 'command'
  | 'startTls'
  | 'tls'
  | 'auth'
  | 'quit'

/** Milliseconds for each phase. */
export type Timeouts = Readonly<Record<TimeoutPhase, number>>

/** A timeout to be armed. A new object each time that it must be armed afresh. */
export interface Timeout {
  readonly phase: TimeoutPhase
  readonly milliseconds: number
}

const minute = 60_000

/** RFC 5321 §4.5.3.2, and for the phases that it does not name what is usual. */
export const defaultTimeouts: Timeouts = {
  greeting: 5 * minute,
  hello: 5 * minute,
  mail: 5 * minute,
  rcpt: 5 * minute,
  data: 2 * minute,
  /** For one block of content to be taken by the peer. */
  content: 3 * minute,
  /** From the final dot to its reply. Too short a time here makes mail arrive twice. */
  termination: 10 * minute,
  command: 5 * minute,
  startTls: 2 * minute,
  /** For the TLS handshake. */
  tls: minute,
  auth: 2 * minute,
  quit: minute / 2,
}

/** The longest time that timers take in every runtime: 2³¹ − 1 ms, almost 25 days. */
const longest = 2_147_483_647

/** @throws {InvalidArgumentError} when a phase is unknown or its time is not from 1 ms to 2³¹ − 1 ms */
export function completeTimeouts(timeouts: Partial<Timeouts> = {}): Timeouts {
  return completed(defaultTimeouts, timeouts, 'timeouts', checkMilliseconds)
}

/** @throws {InvalidArgumentError} when it is not a whole number from 1 ms to 2³¹ − 1 ms */
export function checkMilliseconds(field: string, milliseconds: number): void {
  if (!Number.isInteger(milliseconds) || milliseconds < 1 || milliseconds > longest) {
    throw new InvalidArgumentError(field, `must be 1 to ${longest} milliseconds`, String(milliseconds))
  }
}
