/** What a server holds on to at most, so that its memory is bounded whatever the client sends. */
export interface ServerLimits {
  /** Recipients in one transaction; more are answered 452 (RFC 5321 §4.5.3.1.10). */
  readonly maxRecipients: number
  /** Commands in one connection; at the next one it is closed with 421. */
  readonly maxCommands: number
  /** Violations that are recorded; more are not. */
  readonly maxViolations: number
  /** Octets of all messages accepted; more is answered 452. */
  readonly maxStoredOctets: number
}

export const defaultServerLimits: ServerLimits = {
  maxRecipients: 1000,
  maxCommands: 100_000,
  maxViolations: 1000,
  maxStoredOctets: 268_435_456,
}
