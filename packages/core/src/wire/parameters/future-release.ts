import { InvalidArgumentError } from '../../errors/index.ts'
import type { Capabilities } from '../capabilities.ts'
import { encodeDateTime, instantOf } from './date-time.ts'
import type { MailParameterOptions } from './mail-options.ts'

/**
 * The value of HOLDUNTIL (RFC 4865 §3): a date-time in UTC.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function encodeHoldUntil(until: Date | string, field: string): string {
  const dateTime = encodeDateTime(until, field)
  if (!dateTime.endsWith('Z')) {
    throw new InvalidArgumentError(field, 'must be in UTC, as in 2030-01-31T09:00:00Z (RFC 4865 §3)', dateTime)
  }
  return dateTime
}

/**
 * RFC 4865 §4: held for one time or until another, and no longer than it may take to be delivered.
 *
 * @throws {InvalidArgumentError} which names the field
 */
export function checkHoldForBeside(
  seconds: number,
  { holdUntil, deliverBy }: MailParameterOptions,
  field: string,
): void {
  if (holdUntil !== undefined) throw new InvalidArgumentError(field, 'can not be given beside holdUntil')
  if (deliverBy !== undefined && seconds > deliverBy.seconds) {
    const problem = `is more than the ${deliverBy.seconds} s of deliverBy`
    throw new InvalidArgumentError(field, problem, String(seconds))
  }
}

/** @throws {InvalidArgumentError} when the server does not hold a message for so long */
export function checkHoldFor(seconds: number, field: string, { futureRelease }: Capabilities): void {
  if (futureRelease !== undefined && seconds > futureRelease.maxInterval) {
    const problem = `is more than the ${futureRelease.maxInterval} s that the server holds a message`
    throw new InvalidArgumentError(field, problem, String(seconds))
  }
}

/** @throws {InvalidArgumentError} when the server does not hold a message until then */
export function checkHoldUntil(until: Date | string, field: string, { futureRelease }: Capabilities): void {
  if (futureRelease === undefined) return
  const { maxDateTime } = futureRelease
  const dateTime = encodeHoldUntil(until, field)
  if (Number(instantOf(dateTime)) > Number(instantOf(maxDateTime))) {
    throw new InvalidArgumentError(field, `is after ${maxDateTime}, until when the server holds a message`, dateTime)
  }
}
