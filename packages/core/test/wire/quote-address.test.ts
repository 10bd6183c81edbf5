import { parseSender, quoteAddress } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

describe('an address for the envelope', () => {
  test.each([
    ['a@b', '<a@b>'],
    ['<a@b>', '<a@b>'],
    ['Foo <a@b>', '<a@b>'],
    ['John', '<John>'],
    ['', '<>'],
    ['<>', '<>'],
  ])('is made of %j', (text, quoted) => {
    expect(quoteAddress(text)).toBe(quoted)
  })

  test.each(['a@b> NOTIFY=NEVER', '<a@b> SIZE=1', 'a@b\r\n', 'Foo a@b'])('is not made of %j', (text) => {
    expect(thrownBy(() => quoteAddress(text)).field).toBe('address')
    expect(thrownBy(() => quoteAddress(text, 'sender')).field).toBe('sender')
  })

  test('is made of itself', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), (mailbox) => {
        expect(quoteAddress(quoteAddress(`Foo <${mailbox}>`))).toBe(`<${mailbox}>`)
        expect(quoteAddress(mailbox)).toBe(String(parseSender(mailbox)))
      }),
    )
  })
})
