import { arbitraries } from '@sansmtp/testkit'
import fc from 'fast-check'
import { addressParser } from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { parseAddressList } from '../../src/message/address-list.ts'
import { holds } from '../wire/holds.ts'
import { thrownBy } from '../wire/thrown-by.ts'

/** What the library finds, its entries without an address included. */
const libraryFinds = (text: string) => addressParser(text, { flatten: true }).map(({ address }) => address)

// Why addresses are not left to a library that is made to show them: it always finds something.
describe('a list that postal-mime reads as addresses which the field does not name, or not as all', () => {
  test.each<[text: string, ours: readonly string[], library: readonly string[]]>([
    ['b@x.example (a (b), y@evil.example, c)', ['b@x.example'], ['b@x.example', 'y@evil.example', '']],
    ['b@x.example (\\), y@evil.example, c)', ['b@x.example'], ['b@x.example', 'y@evil.example', '']],
    ['"x@evil.example y"@x.example', ['"x@evil.example y"@x.example'], ['x@evil.example y@x.example']],
    ['"a@evil.example>,"@x.example', ['"a@evil.example>,"@x.example'], ['a@evil.example>,@x.example']],
    ['g: "c; d" <a@x.example>, b@y.example;', ['a@x.example', 'b@y.example'], ['', 'd <a@x.example>, b@y.example;']],
    ['a@[IPv6:2001:db8::1], b@x.example', ['a@[IPv6:2001:db8::1]', 'b@x.example'], ['', 'b@x.example']],
    ['<@r.example:a@x.example>', ['a@x.example'], ['@r.example:a@x.example']],
  ])('is read by the RFC: %j', (text, ours, library) => {
    expect(parseAddressList(text, 'To')).toEqual(ours)
    expect(libraryFinds(text)).toEqual(library)
  })

  test.each<[text: string, library: readonly string[]]>([
    ['=?utf-8?q?Evil_=3Cy=40evil=2Eexample=3E?=', ['y@evil.example']],
    ['"y@evil.example"', ['y@evil.example']],
    ['a@x.example b@y.example', ['a@x.example']],
    ['<a@x.example> <b@y.example>', ['a@x.example']],
    ['a@x.example <b@y.example>', ['b@y.example']],
    ['Ann <a@x.example, b@y.example>', ['a@x.example, b@y.example']],
    ['(Ann a@x.example, b@y.example', ['a@x.example']],
    ['"Ann <a@x.example>, b@y.example', ['Ann <a@x.example>, b@y.example']],
    ['Lee, Ann <a@x.example>', ['', 'a@x.example']],
  ])('is refused: %j', (text, library) => {
    expect(thrownBy(() => parseAddressList(text, 'To'))).toMatchObject({ field: 'To' })
    expect(libraryFinds(text)).toEqual(library)
  })
})

test('an ordinary list is read as postal-mime reads it', () => {
  const address = fc
    .tuple(fc.stringMatching(/^[a-z0-9]{1,8}(?:[._+-][a-z0-9]{1,8}){0,2}$/), arbitraries.domain())
    .map((parts) => parts.join('@'))
    .filter((address) => address.length <= 254)
  const name = fc.constantFrom(
    '',
    'Ann',
    'Ann Lee',
    '"Lee, Ann"',
    '"\\"Ann\\" (Sales)"',
    '=?utf-8?q?Lee=2C_Ann?=',
    'Jürgen',
  )
  const mailbox = fc.oneof(
    address,
    fc.tuple(name, address).map(([name, address]) => `${name} <${address}>`),
    address.map((address) => `${address} (Ann)`),
  )
  const mailboxes = fc.array(mailbox, { maxLength: 4 })
  const group = mailboxes.map((members) => `friends: ${members.join(', ')};`)
  holds(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: mailbox }, group), { maxLength: 5 }), (entries) => {
      const text = entries.join(', ')
      expect(parseAddressList(text, 'To')).toEqual(libraryFinds(text))
    }),
  )
})
