import fc from 'fast-check'

/** A time in this century or close to it, as a `Date` or as text (RFC 3339 §5.6) in UTC. */
export function dateTime(): fc.Arbitrary<Date | string> {
  const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  const texts = fc.tuple(dates, fc.boolean()).map(([date, fraction]) => {
    const text = date.toISOString()
    return fraction ? text : text.replace(/\.\d+/, '')
  })
  return fc.oneof({ weight: 2, arbitrary: texts }, { weight: 1, arbitrary: dates })
}
