import { describe, expect, it } from 'vitest'
import { familyOf, sameAddress } from '../src/ip-address.ts'

describe('an IP address', () => {
  it.each([
    ['127.0.0.1', 4],
    ['::', 6],
    ['2001:db8::1', 6],
    ['2001:DB8:0:0::1', 6],
    ['::ffff:192.0.2.1', 6],
  ])('%s is of family %i', (address, family) => {
    expect(familyOf(address)).toBe(family)
  })

  it.each([
    '',
    'localhost',
    '127.1',
    '127.0.0.256',
    '127.0.0.1 ',
    '1.2.3.4.5',
    ':',
    '::1]',
    '[::1]',
    ':::',
    'mail:25',
    '::1/64',
  ])('%j is none', (text) => {
    expect(familyOf(text)).toBeUndefined()
  })

  it('is the same however it is written', () => {
    expect(sameAddress('::1', '0:0:0:0:0:0:0:1')).toBe(true)
    expect(sameAddress('2001:DB8::1', '2001:db8:0::1')).toBe(true)
    expect(sameAddress('127.0.0.2', '127.0.0.1')).toBe(false)
    expect(sameAddress('127.0.0.2', undefined)).toBe(false)
  })
})
