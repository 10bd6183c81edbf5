import { adapterCases, everyCapability } from '@sansmtp/testkit/adapter-suite'
import { describe, expect, it } from 'vitest'

const cases = adapterCases.flatMap((group) =>
  group.cases.map((each) => ({ ...each, name: `${group.name}: ${each.name}` })),
)

describe('the cases of the adapter suite', () => {
  it('have names of their own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it('need every capability that can be declared, and no other', () => {
    const needed = new Set(cases.flatMap(({ needs }) => needs ?? []))
    // These change what a case expects, not whether it runs.
    const asked = ['handshakeReasons', 'certificateDetail']
    expect([...needed, ...asked].sort()).toEqual(Object.keys(everyCapability).sort())
  })
})
