import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeDateTime, instantOf, isDateTime } from '../../src/wire/parameters/date-time.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

const inUtc = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

describe('a date-time (RFC 3339)', () => {
  test('stands for the instant that it was made of', () => {
    holds(
      fc.property(inUtc, (date) => {
        expect(instantOf(date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  test('stands for the instant that its offset says', () => {
    const offset = fc.integer({ min: -(24 * 60 - 1), max: 24 * 60 - 1 })
    holds(
      fc.property(inUtc, offset, (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString()
        fc.pre(/^\d{4}-/.test(local))
        const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
        const zone = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':')
        expect(instantOf(local.replace('Z', `${minutes < 0 ? '-' : '+'}${zone}`))).toBe(date.getTime())
      }),
    )
  })

  test.each([
    ['2030-01-31t09:00:00z', '2030-01-31T09:00:00Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['2000-02-29T23:59:59.25+23:59', '2000-02-29T23:59:59.25+23:59'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:60Z'],
    ['0000-01-01T00:00:00-00:00', '0000-01-01T00:00:00-00:00'],
  ])('such as %j is taken as it is, its letters in capitals', (text, encoded) => {
    expect(encodeDateTime(text, 'when')).toBe(encoded)
  })

  test.each([
    '',
    'tomorrow',
    '2030-01-31',
    '2030-01-31T09:00:00',
    '2030-01-31 09:00:00Z',
    '2030-01-31T09:00Z',
    '2030-00-31T09:00:00Z',
    '2030-13-31T09:00:00Z',
    '2030-01-00T09:00:00Z',
    '2030-01-32T09:00:00Z',
    '2030-04-31T09:00:00Z',
    '2030-02-29T09:00:00Z',
    '1900-02-29T09:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T09:60:00Z',
    '2030-01-31T09:00:61Z',
    '2030-01-31T09:00:00.Z',
    '2030-01-31T09:00:00+24:00',
    '2030-01-31T09:00:00+09:60',
    '2030-01-31T09:00:00+0900',
    '+002030-01-31T09:00:00Z',
    '2030-01-31T09:00:00Z\r\nRCPT',
  ])('is not %j', (text) => {
    expect(isDateTime(text)).toBe(false)
    expect(thrownBy(() => encodeDateTime(text, 'when')).field).toBe('when')
  })
})

describe('a Date', () => {
  test('is written in UTC and whole seconds', () => {
    holds(
      fc.property(inUtc, (date) => {
        const text = encodeDateTime(date, 'when')
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        expect(instantOf(text)).toBe(Math.floor(date.getTime() / 1000) * 1000)
      }),
    )
  })

  test.each([Number.NaN, Date.UTC(10_000, 0), Date.UTC(-1, 0)])('of %d has no date-time', (time) => {
    expect(thrownBy(() => encodeDateTime(new Date(time), 'when'))).toMatchObject({ field: 'when' })
  })
})
