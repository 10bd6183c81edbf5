import type { Machine } from '../harness/machine.ts'
import type { Measurement, RuntimeName, Unit } from '../harness/question.ts'
import type { Verdict } from './verdict.ts'

/** All that a run has found, as JSON has it. */
export interface BenchResult {
  readonly machine: Machine
  readonly questions: readonly QuestionResult[]
  readonly growths: readonly GrowthResult[]
}

export interface QuestionResult {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  readonly runtime: RuntimeName
  readonly measurements: readonly Measurement[]
  readonly verdicts: readonly Verdict[]
}

export interface GrowthResult {
  readonly name: string
  readonly title: string
  /** What grows. */
  readonly axis: string
  readonly unit: Unit
  readonly series: readonly GrowthSeries[]
}

export interface GrowthSeries {
  readonly label: string
  readonly points: readonly GrowthPoint[]
}

export interface GrowthPoint {
  readonly at: number
  /** The median, in the growth's unit; absent where it went wrong. */
  readonly value?: number
  /** Octets. */
  readonly peakMemory?: number
  readonly problem?: string
}

/** In no more digits than were measured. */
export function resultAsJson(result: BenchResult): string {
  const shortened = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)
  return JSON.stringify(result, shortened, 2)
}
