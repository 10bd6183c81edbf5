import { expect, test } from 'vitest'
import { delayLine } from '../sink/delay-line.ts'

test('what is delayed arrives in order, and never early', async () => {
  const delay = 10
  const arrived: [number, number][] = []
  await new Promise<void>((resolve) => {
    const line = delayLine<[number, number]>(delay, ([i, sent]) => {
      arrived.push([i, performance.now() - sent])
      if (i === 9) resolve()
    })
    const send = (i: number) => {
      line([i, performance.now()])
      if (i < 9) setTimeout(send, 2, i + 1)
    }
    send(0)
  })
  expect(arrived.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(Math.min(...arrived.map(([, took]) => took))).toBeGreaterThanOrEqual(delay)
})

test('nothing waits for the arrival of what is ahead of it', async () => {
  const arrived: string[] = []
  await new Promise<void>((resolve) => {
    const late = delayLine<string>(200, (value) => {
      arrived.push(value)
      resolve()
    })
    const soon = delayLine<string>(20, (value) => arrived.push(value))
    late('late')
    for (let i = 0; i < 20; i += 1) soon(`${i}`)
  })
  expect(arrived).toHaveLength(21)
  expect(arrived.at(-1)).toBe('late')
})

test('without a delay it arrives at once', () => {
  const arrived: number[] = []
  delayLine<number>(0, (value) => arrived.push(value))(1)
  expect(arrived).toEqual([1])
})
