import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { BenchResult } from '../report/result.ts'

const bench = resolve(import.meta.dirname, '../dist/bench.js')
const run = (...args: string[]) => promisify(execFile)(process.execPath, [bench, ...args])

test('a quick run measures all subjects of a question, in turns', async () => {
  const { stdout } = await run('--quick', '--json', 'node', 'eager')
  const { questions, growths }: BenchResult = JSON.parse(stdout)
  expect(growths).toEqual([])
  expect(questions).toHaveLength(1)
  const { measurements = [], verdicts = [] } = questions[0] ?? {}
  expect(measurements.map(({ label }) => label)).toEqual([
    'sansmtp deliverAll, eager',
    'nodemailer SMTPConnection',
    'bare socket',
    'bare socket, made beforehand',
  ])
  for (const { samples, ...rest } of measurements) {
    expect(rest).toEqual({ label: rest.label })
    expect(samples).toHaveLength(3)
    for (const sample of samples) {
      expect(Object.keys(sample)).toEqual(['value', 'clientCpu', 'sinkCpu', 'peakMemory'])
      expect(Math.min(...Object.values(sample))).toBeGreaterThan(0)
    }
  }
  expect(verdicts.map(({ reach, ratio = 0 }) => [reach.over, ratio > 0])).toEqual([
    ['nodemailer SMTPConnection', true],
    ['bare socket', true],
  ])
})

test('what is unknown is refused with what is known', async () => {
  await expect(run('--quick', 'nonsense')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is nothing called nonsense'),
  })
})
