import { runtimes } from '../harness/runtimes.ts'
import { comparisonText, grouped, ratioText, reachText, spreadText } from './numbers.ts'
import type { BenchResult, GrowthResult, QuestionResult } from './result.ts'
import { cellsOf } from './table.ts'
import type { Verdict } from './verdict.ts'

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function machineText({ machine }: BenchResult): string {
  const { date, cpu, cpus, memory, system, pinning, versions, quick } = machine
  const kept =
    pinning === undefined
      ? 'not pinned'
      : pinning.client === pinning.sink
        ? 'client and sink on the same one'
        : 'client and sink on one each'
  const rows = [
    ['measured', quick ? `${date}, in short turns: the numbers are rough` : date],
    ['CPU', `${cpu}, ${cpus} of them, ${kept}`],
    ['memory', `${grouped(memory / 2 ** 30, 1)} GiB`],
    ['system', system],
    ...Object.entries(versions),
  ]
  return markdownTable(['', ''], rows)
}

/** A row for each reach of each question, a column for each runtime. */
export function ratiosTable({ questions }: BenchResult): string {
  const names = [...new Set(questions.map(({ name }) => name))]
  const rows = names.flatMap((name) => {
    const asked = questions.filter((question) => question.name === name)
    const reaches = new Map(
      asked.flatMap(({ verdicts }) => verdicts.map(({ reach }) => [JSON.stringify(reach), reach])),
    )
    return Array.from(reaches, ([key, reach]) => {
      const { title = '', unit = 's' } = asked[0] ?? {}
      const cells = runtimes.map((runtime) => {
        const found = asked.find((question) => question.runtime === runtime.name)
        const verdict = found?.verdicts.find((each) => JSON.stringify(each.reach) === key)
        return verdict === undefined ? '' : ratioCell(verdict, unit)
      })
      return [title, comparisonText(reach), reachText(reach, unit), ...cells]
    })
  })
  return markdownTable(['question', 'what', 'to reach', ...runtimes.map(({ title }) => title)], rows)
}

function ratioCell(verdict: Verdict, unit: QuestionResult['unit']): string {
  const text = ratioText(verdict, unit)
  const emphasised = verdict.reached ? `**${text}**` : text
  return verdict.spread === undefined ? emphasised : `${emphasised} (${spreadText(verdict, unit)})`
}

/** All that was measured, a section for each question. */
export function numbersText({ questions }: BenchResult): string {
  return questions.map(questionText).join('\n\n')
}

function questionText({ title, runtime, unit, measurements }: QuestionResult): string {
  const place = runtimes.find(({ name }) => name === runtime)?.title ?? runtime
  const rows = measurements.map((each) => {
    const [reason = ''] = (each.failed ?? each.absent ?? '').split('\n')
    return each.samples.length > 0 ? cellsOf(each, unit) : [each.label, reason, '', '', '', '']
  })
  const head = ['', 'median', 'half are in', 'client CPU', 'sink CPU', 'peak memory']
  // What has no other columns would have empty ones.
  const width = Math.max(2, ...rows.map((row) => row.findLastIndex((cell) => cell !== '') + 1))
  const cut = (row: readonly string[]) => row.slice(0, width)
  return `### ${place}: ${title}\n\n${markdownTable(cut(head), rows.map(cut))}`
}

export function growthTable({ unit, axis, series }: GrowthResult): string {
  const at = series[0]?.points.map((point) => point.at) ?? []
  const rows = at.map((each, i) => [
    grouped(each, 0),
    ...series.flatMap(({ points }) => {
      const { value, peakMemory = 0, problem = '' } = points[i] ?? {}
      return value === undefined ? [problem, ''] : [grouped(value, value < 10 ? 1 : 0), grouped(peakMemory / 1e6, 0)]
    }),
  ])
  return markdownTable([axis, ...series.flatMap(({ label }) => [`${label}, ${unit}`, 'MB'])], rows)
}
