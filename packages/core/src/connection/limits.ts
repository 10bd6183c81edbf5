import { InvalidArgumentError } from '../errors/index.ts'
import type { ReplyLimits } from '../wire/index.ts'
import { completed } from './completed.ts'

/** How much a connection takes from its peer before it fails with a `RemoteProtocolError`. */
export interface Limits extends ReplyLimits {
  /** Challenges in one AUTH exchange. */
  readonly maxChallenges: number
  /** Octets received and not yet read as replies. */
  readonly maxBufferedBytes: number
}

/** smtplib's limits where it has them, and for the rest far more than an honest server sends. */
export const defaultLimits: Limits = {
  maxLineLength: 8192,
  maxReplyLines: 512,
  maxReplyLength: 65_536,
  maxChallenges: 5,
  maxBufferedBytes: 1_048_576,
}

/** @throws {InvalidArgumentError} when a limit is unknown or not a whole number from 1 */
export function completeLimits(limits: Partial<Limits> = {}): Limits {
  return completed(defaultLimits, limits, 'limits', checkLimit)
}

/** @throws {InvalidArgumentError} when it is not a whole number from 1 */
export function checkLimit(field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(field, 'must be a whole number from 1', String(value))
  }
}
