const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/i

/** The milliseconds since 1970 of a date-time (RFC 3339 §5.6); `undefined` where there is no such time. */
export function instantOf(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = '0', sign, offsetHour, offsetMinute] =
    form.exec(text) ?? []
  if (year === undefined) return undefined
  // A leap second is the first one of the next minute.
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60
  if (!inRange || Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  // A day that does not exist has become one of another month.
  if (date.getUTCMonth() !== Number(month) - 1) return undefined
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === '-' ? -1 : 1)
  const minutes = Number(hour) * 60 + Number(minute) - offset
  return date.getTime() + minutes * 60_000 + (Number(second) + Number(fraction)) * 1000
}
