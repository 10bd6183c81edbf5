import { encodeCommand, type Parameters, parseParameters } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namedInCapitals } from '../../src/wire/index.ts'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

/** Parameters as they stand in a command, each a word. */
function written(parameters: Parameters): string[] {
  return Object.entries(parameters).map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
}

describe('parameters', () => {
  test.each<[readonly string[], Parameters]>([
    [[], {}],
    [['SMTPUTF8'], { SMTPUTF8: true }],
    [['BODY=8BITMIME', 'SMTPUTF8', 'SIZE=12'], { BODY: '8BITMIME', SMTPUTF8: true, SIZE: '12' }],
    [['body=8bitmime', 'x-Y'], { BODY: '8bitmime', 'X-Y': true }],
    [['ENVID='], { ENVID: '' }],
    [['MTRK=abc==:9'], { MTRK: 'abc==:9' }],
  ])('written as %j are %j', (words, parameters) => {
    const parsed = parseParameters(words, 'mailOptions')
    expect(Object.entries(parsed)).toEqual(Object.entries(parameters))
  })

  test.each([
    [['SIZE=1', 'SIZE=2']],
    [['SIZE=1', 'BODY=7BIT', 'size=1']],
    [['smtputf8', 'SMTPUTF8']],
    [['__proto__=1', '__proto__=1']],
  ])('written as %j are refused, for one comes twice', (words) => {
    const error = thrownBy(() => parseParameters(words, 'mailOptions'))
    expect(error).toMatchObject({ field: 'mailOptions', problem: 'has a parameter twice' })
  })

  test('are shown all, and escaped, where one holds a control character', () => {
    const { message } = thrownBy(() => parseParameters(['A\r\nB', 'C'], 'rcptOptions'))
    expect(message).toMatch(/^rcptOptions must not hold control characters.*: 'A\\r\\nB C'$/)
  })

  test('are what was written, in capitals, and the same in a record', () => {
    holds(
      fc.property(arbitraries.parameters({ utf8: true }), (given) => {
        const capitals = Object.fromEntries(
          Object.entries(given).map(([keyword, value]) => [keyword.toUpperCase(), value]),
        )
        expect(written(parseParameters(written(given), 'x'))).toEqual(written(given).map(inCapitals))
        expect(namedInCapitals(Object.entries(given), 'x')).toEqual(capitals)
      }),
    )
  })

  test.each(['ſize=1', 'body\u0131', 'ß'])(
    'with letters beyond US-ASCII, as in %s, stay what no server is told',
    (word) => {
      const parameters = parseParameters([word], 'x')
      expect(thrownBy(() => encodeCommand({ verb: 'MAIL', from: '', parameters })).field).toBe('parameters')
    },
  )
})

function inCapitals(word: string): string {
  const end = word.includes('=') ? word.indexOf('=') : word.length
  return word.slice(0, end).toUpperCase() + word.slice(end)
}
