import { everyCapability, skipReason } from '@sansmtp/testkit/adapter-suite'
import { expect, it } from 'vitest'

const run = async () => {}
const able = everyCapability
const unable = { ...everyCapability, minVersion: false, startTls: false }

it('a case is skipped where a capability is missing that it needs', () => {
  const each = { name: 'a case', needs: ['startTls', 'minVersion', 'resets'], run } as const
  expect(skipReason(each, able)).toBe(false)
  expect(skipReason(each, unable)).toBe('the adapter does not declare startTls, minVersion')
})

it('a case is skipped where a capability is declared that must be missing', () => {
  const each = { name: 'a case', lacks: ['minVersion'], run } as const
  expect(skipReason(each, able)).toBe('the adapter declares minVersion')
  expect(skipReason(each, unable)).toBe(false)
})
