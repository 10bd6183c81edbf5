import { InvalidArgumentError } from '../../errors/index.ts'
import { dateTimeForm } from '../date-time-form.ts'
import { inCapitals } from '../in-capitals.ts'

const minute = 60_000
const day = 1440 * minute
/** The calendar repeats itself after 400 years; `Date.UTC` takes the years below 100 for those of 1900. */
const cycle = 146_097 * day

/**
 * The milliseconds since 1970 that a date-time (RFC 3339 §5.6) stands for; `undefined` where the text is none.
 */
export function instantOf(text: string): number | undefined {
  const parts = dateTimeForm.exec(text)?.groups
  if (parts === undefined) return undefined
  const part = (name: string) => Number(parts[name] ?? 0)
  const [year, month, dayOfMonth] = [part('year'), part('month'), part('date')]
  const firstDay = midnight(year, month, 1)
  const daysInMonth = (midnight(year, month + 1, 1) - firstDay) / day
  if (dayOfMonth > daysInMonth) return undefined
  const ahead = (part('offsetHour') * 60 + part('offsetMinute')) * (parts['sign'] === '-' ? -1 : 1)
  const minutes = part('hour') * 60 + part('minute') - ahead
  return firstDay + (dayOfMonth - 1) * day + minutes * minute + part('second') * 1000
}

function midnight(year: number, month: number, date: number): number {
  return Date.UTC(year + 400, month - 1, date) - cycle
}

/** Whether the text is a date-time (RFC 3339 §5.6). */
export function isDateTime(text: string): boolean {
  return instantOf(text) !== undefined
}

/**
 * A date-time as RFC 3339 §5.6 has it. A `Date` in UTC and in whole seconds, what is beyond them cut off; a text as it
 * is, its letters in capitals.
 *
 * @throws {InvalidArgumentError} when it is no date, or in no year from 0 to 9999
 */
export function encodeDateTime(value: Date | string, field: string): string {
  const text = typeof value === 'string' ? value : textOf(value)
  if (isDateTime(text)) return inCapitals(text)
  throw new InvalidArgumentError(field, 'must be a date-time such as 2030-01-31T09:00:00Z (RFC 3339)', text)
}

function textOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString().replace(/\.\d+Z$/, 'Z')
}
