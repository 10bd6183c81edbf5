import { type Message, measureInTurns, type Sender } from '../harness/deliveries.ts'
import type { Unit } from '../harness/question.ts'
import type { Workbench } from '../harness/workbench.ts'
import type { GrowthPoint, GrowthResult } from '../report/result.ts'
import { median } from '../report/statistics.ts'

/** How something grows with something. */
export interface Growth {
  readonly name: string
  readonly title: string
  readonly axis: string
  readonly unit: Unit
  readonly at: readonly number[]
  message(at: number): Message
  senders(at: number): readonly Sender[]
}

/** At each point all senders take turns, each in a new process. */
export async function measureGrowth(bench: Workbench, growth: Growth): Promise<GrowthResult> {
  const { name, title, axis, unit } = growth
  const series = new Map<string, GrowthPoint[]>()
  for (const at of growth.at) {
    const { fewRounds } = bench.effort
    const found = await measureInTurns(bench, growth.message(at), growth.senders(at), unit, fewRounds)
    for (const { label, samples, absent, failed } of found) {
      const problem = absent ?? failed
      const point: GrowthPoint =
        problem === undefined
          ? {
              at,
              value: median(samples.map(({ value }) => value)),
              peakMemory: median(samples.map(({ peakMemory }) => peakMemory ?? Number.NaN)),
            }
          : { at, problem }
      series.set(label, [...(series.get(label) ?? []), point])
    }
  }
  return { name, title, axis, unit, series: Array.from(series, ([label, points]) => ({ label, points })) }
}
