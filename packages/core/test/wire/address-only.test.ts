import { addressOnly } from '@sansmtp/core'
import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds } from './holds.ts'
import { thrownBy } from './thrown-by.ts'

describe('the address alone', () => {
  test.each([
    ['Foo <a@b>', 'a@b'],
    ['<a@b>', 'a@b'],
    ['"Foo, B." (x) <a@b>', 'a@b'],
    ['<Smith>', 'Smith'],
    ['a@b', 'a@b'],
    ['Smith', 'Smith'],
    ['Example-People', 'Example-People'],
    ['Sam Q. Smith', 'Sam Q. Smith'],
    ['"Joe Smith"', '"Joe Smith"'],
    ['', ''],
  ])('of %j is %j', (text, address) => {
    expect(addressOnly(text)).toBe(address)
  })

  test.each(['<a@b> SIZE=1', 'a@b> NOTIFY=NEVER', '<a@b> <c@d>', 'Foo <>', '<>', 'Foo\r\n <a@b>', '<a@b'])(
    'is not found in %j',
    (text) => {
      expect(thrownBy(() => addressOnly(text)).field).toBe('address')
      expect(thrownBy(() => addressOnly(text, 'argument')).field).toBe('argument')
    },
  )

  test('is the mailbox, whatever it is', () => {
    holds(
      fc.property(arbitraries.mailbox({ utf8: true }), (mailbox) => {
        expect(addressOnly(mailbox)).toBe(mailbox)
        expect(addressOnly(`Foo <${mailbox}>`)).toBe(mailbox)
      }),
    )
  })
})
