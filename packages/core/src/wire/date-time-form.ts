const date = /(?<year>\d{4})-(?<month>0[1-9]|1[0-2])-(?<date>0[1-9]|[12]\d|3[01])/
const time = /(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>(?:[0-5]\d|60)(?:\.\d+)?)/
const offset = /Z|(?<sign>[+-])(?<offsetHour>[01]\d|2[0-3]):(?<offsetMinute>[0-5]\d)/

/**
 * The form of a date-time (RFC 3339 §5.6), each of its numbers within its bounds. Whether the month has such a day it
 * leaves open; a second 60, which a few minutes have, is taken in any.
 */
export const dateTimeForm: RegExp = new RegExp(`^${date.source}T${time.source}(?:${offset.source})$`, 'i')
