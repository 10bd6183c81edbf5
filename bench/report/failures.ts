import type { Measurement } from '../harness/question.ts'
import { comparisonText, ratioText, reachText } from './numbers.ts'
import type { BenchResult } from './result.ts'

/** A line for each subject that has failed, and with `check` for each ratio that is well below what is to be reached. */
export function failuresOf({ questions }: BenchResult, check: boolean): readonly string[] {
  return questions.flatMap(({ name, runtime, unit, measurements, verdicts }) => {
    const place = `${name} in ${runtime}`
    const broken = measurements.flatMap(({ label, failed }: Measurement) =>
      failed === undefined ? [] : [`${place}: ${label} failed: ${failed}`],
    )
    const below = verdicts.flatMap((verdict) => {
      if (!check || !verdict.failed) return []
      const { reach } = verdict
      return [`${place}: ${comparisonText(reach)} is ${ratioText(verdict, unit)}, to reach ${reachText(reach, unit)}`]
    })
    return [...broken, ...below]
  })
}
