import { chosen } from '../command-line.ts'
import { measureGrowth } from '../growth/growth.ts'
import { growths } from '../growth/index.ts'
import { questions } from '../questions/index.ts'
import type { BenchResult, GrowthResult, QuestionResult } from '../report/result.ts'
import { verdictsOn } from '../report/verdict.ts'
import { fullEffort, quickEffort } from './effort.ts'
import { describeMachine } from './machine.ts'
import { choosePinning } from './pinning.ts'
import type { Question } from './question.ts'
import { runtimes } from './runtimes.ts'
import { SinkProcess } from './sink-process.ts'
import { Workbench } from './workbench.ts'

export interface MeasureOptions {
  /** Of questions, growths and runtimes; see `chosen`. */
  readonly names: readonly string[]
  readonly quick: boolean
  readonly apart: boolean
  /** Is told what is measured now. */
  readonly onProgress: (what: string) => void
}

/** Measures all that is asked for, with one sink. */
export async function measure({ names, quick, apart, onProgress }: MeasureOptions): Promise<BenchResult> {
  const pinning = choosePinning(apart)
  const sink = await SinkProcess.start(pinning?.sink)
  const result = { questions: [] as QuestionResult[], growths: [] as GrowthResult[] }
  // Who names a question wants no growth, and the other way round.
  const onlyGrowths = isNamed(growths, names) && !isNamed(questions, names)
  const onlyQuestions = isNamed(questions, names) && !isNamed(growths, names)
  try {
    for (const runtime of chosen(runtimes, names)) {
      const bench = new Workbench(runtime, quick ? quickEffort : fullEffort, sink, pinning)
      for (const question of onlyGrowths ? [] : chosen(questions, names)) {
        onProgress(`${question.title}, in ${runtime.title}`)
        result.questions.push(await answer(question, bench))
      }
      // How cost grows is the core's, and the same everywhere.
      for (const growth of onlyQuestions || runtime.name !== 'node' ? [] : chosen(growths, names)) {
        onProgress(growth.title)
        result.growths.push(await measureGrowth(bench, growth))
      }
    }
  } finally {
    await sink.end()
  }
  return { machine: describeMachine(pinning, quick), ...result }
}

async function answer({ name, title, unit, reaches, measure }: Question, bench: Workbench): Promise<QuestionResult> {
  const measurements = await measure(bench)
  const runtime = bench.runtime.name
  return { name, title, unit, runtime, measurements, verdicts: verdictsOn(reaches, measurements, runtime) }
}

function isNamed(things: readonly { readonly name: string }[], names: readonly string[]): boolean {
  return things.some(({ name }) => names.includes(name))
}
