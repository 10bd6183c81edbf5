import { expect, test } from 'vitest'
import type { Measurement, Reach } from '../harness/question.ts'
import { failuresOf } from '../report/failures.ts'
import type { BenchResult } from '../report/result.ts'
import { verdictsOn } from '../report/verdict.ts'

const measured = (label: string, ...values: number[]): Measurement => ({
  label,
  samples: values.map((value) => ({ value, peakMemory: 1e6 / value })),
})
const measurements = [measured('a', 10, 30, 20), measured('b', 10, 10, 10), { label: 'c', samples: [], absent: 'gone' }]

function verdictOn(reach: Reach) {
  const [verdict] = verdictsOn([reach], measurements, 'node')
  return verdict
}

test('a ratio is the median of the ratios of each round', () => {
  expect(verdictOn({ of: 'a', over: 'b', atLeast: 2 })).toMatchObject({ ratio: 2, spread: [1.5, 2.5], reached: true })
  expect(verdictOn({ of: 'a', minus: 'b', atMost: 10 })).toMatchObject({ ratio: 10, reached: true })
  expect(verdictOn({ of: 'a', over: 'b', quantity: 'peakMemory', atMost: 1 })).toMatchObject({
    ratio: 0.5,
    reached: true,
  })
  expect(verdictOn({ of: 'b', atLeast: 11 })).toMatchObject({ ratio: 10, reached: false })
})

test('what is up to 15 % below its reach has not failed', () => {
  expect(verdictOn({ of: 'a', over: 'b', atLeast: 2.3 })).toMatchObject({ reached: false, failed: false })
  expect(verdictOn({ of: 'a', over: 'b', atLeast: 2.4 })).toMatchObject({ reached: false, failed: true })
  expect(verdictOn({ of: 'a', over: 'b', atMost: 1.8 })).toMatchObject({ reached: false, failed: false })
  expect(verdictOn({ of: 'a', over: 'b', atMost: 1.7 })).toMatchObject({ reached: false, failed: true })
})

test('what could not be measured has failed, and what is for another runtime is not asked', () => {
  expect(verdictOn({ of: 'a', over: 'c', atLeast: 1 })).toMatchObject({ reached: false, failed: true })
  expect(verdictOn({ of: 'a', over: 'd', atLeast: 1 })).toBeUndefined()
  expect(verdictOn({ of: 'a', over: 'b', atLeast: 1, runtime: 'bun' })).toBeUndefined()
})

test('--check names what is below its reach, and a subject that has failed is named always', () => {
  const verdicts = verdictsOn([{ of: 'a', over: 'b', atLeast: 3 }], measurements, 'node')
  const broken = { label: 'd', samples: [], failed: 'the sink has less' }
  const question = { name: 'q', title: 'Q', unit: 's', runtime: 'node', measurements: [broken], verdicts } as const
  const result = { questions: [question], growths: [] } as Partial<BenchResult> as BenchResult
  const failed = 'q in node: d failed: the sink has less'
  expect(failuresOf(result, false)).toEqual([failed])
  expect(failuresOf(result, true)).toEqual([failed, 'q in node: a over b is 2.00 ×, to reach ≥ 3.0 ×'])
})
