import type { Measurement, Reach, RuntimeName, Sample } from '../harness/question.ts'
import { median, quartiles } from './statistics.ts'

/** How much below its reach a ratio may be for `--check`: machines are noisy. */
const tolerance = 0.15

/** What a reach has come to. */
export interface Verdict {
  readonly reach: Reach
  /** The median over all turns; absent where a subject was not there. */
  readonly ratio?: number
  /** Half of all turns are between the two. */
  readonly spread?: readonly [number, number]
  readonly reached: boolean
  /** Below its reach by more than the tolerance, or not measured. */
  readonly failed: boolean
}

/** Of those reaches that are for this runtime and name what was to be measured there. */
export function verdictsOn(
  reaches: readonly Reach[],
  measurements: readonly Measurement[],
  runtime: RuntimeName,
): readonly Verdict[] {
  const find = (label: string | undefined) => measurements.find((measurement) => measurement.label === label)
  return reaches
    .filter((reach) => reach.runtime === undefined || reach.runtime === runtime)
    .filter(({ of, over, minus }) => find(of) && (!(over ?? minus) || find(over ?? minus)))
    .map((reach) => verdictOn(reach, find(reach.of)?.samples ?? [], find(reach.over ?? reach.minus)?.samples))
}

function verdictOn(reach: Reach, of: readonly Sample[], other: readonly Sample[] | undefined): Verdict {
  const ratios = of.map((sample, i) => compared(reach, sample, other?.[i])).filter((ratio) => !Number.isNaN(ratio))
  if (ratios.length === 0) return { reach, reached: false, failed: true }
  const ratio = median(ratios)
  return {
    reach,
    ratio,
    spread: quartiles(ratios),
    reached: within(reach, ratio, 0),
    failed: !within(reach, ratio, tolerance),
  }
}

function compared({ over, minus, quantity = 'value' }: Reach, sample: Sample, other: Sample | undefined): number {
  const [value = Number.NaN, otherValue = Number.NaN] = [sample[quantity], other?.[quantity]]
  if (over !== undefined) return value / otherValue
  return minus === undefined ? value : value - otherValue
}

function within({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }: Reach, ratio: number, slack: number): boolean {
  return ratio >= atLeast * (1 - slack) && ratio <= atMost * (1 + slack)
}
