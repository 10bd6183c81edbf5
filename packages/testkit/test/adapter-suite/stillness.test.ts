import { Stillness } from '@sansmtp/testkit/adapter-suite'
import { expect, it } from 'vitest'

it('stillness is not reached while something moves', async () => {
  const stillness = await Stillness.begin()
  let count = 0
  const move = () => {
    count += 1
    if (count < 500) setImmediate(move)
  }
  move()
  await stillness.reached(() => count)
  expect(count).toBe(500)
  await stillness.end()
})
