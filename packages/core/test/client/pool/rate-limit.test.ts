import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RateLimit } from '../../../src/client/pool/rate-limit.ts'

test('allows at most so many in any so many milliseconds, and no fewer', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(30), { maxLength: 60 }),
      (messages, milliseconds, steps) => {
        const limit = new RateLimit({ messages, milliseconds })
        const noted: number[] = []
        let now = 0
        for (const step of steps) {
          now += step
          const recent = noted.filter((time) => time > now - milliseconds)
          const delay = limit.delay(now)
          expect(delay > 0).toBe(recent.length >= messages)
          if (delay > 0) {
            expect(now + delay).toBe((recent.at(-messages) as number) + milliseconds)
          } else {
            limit.note(now)
            noted.push(now)
          }
        }
      },
    ),
  )
})

test('allows all where there is no limit', () => {
  const limit = new RateLimit()
  for (let i = 0; i < 10; i += 1) limit.note(0)
  expect(limit.delay(0)).toBe(0)
})
