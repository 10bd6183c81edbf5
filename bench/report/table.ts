import { colours } from '../colours.ts'
import type { Measurement, Unit } from '../harness/question.ts'
import { comparisonText, grouped, percent, ratioText, reachText, spreadText, withUnit } from './numbers.ts'
import type { BenchResult, GrowthResult, QuestionResult } from './result.ts'
import { median, quartiles } from './statistics.ts'
import type { Verdict } from './verdict.ts'

const head = ['', 'median', 'half are in', 'client CPU', 'sink CPU', 'peak memory']

/** All that was found, as text. */
export function tableOf({ machine, questions, growths }: BenchResult): string {
  const { cpu, cpus, system, pinning, versions } = machine
  const kept = pinning === undefined ? 'not pinned' : `client on CPU ${pinning.client}, sink on CPU ${pinning.sink}`
  const lines = [
    `${cpu}, ${cpus} CPUs, ${system}; ${kept}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ]
  for (const question of questions) lines.push('', ...questionLines(question))
  for (const growth of growths) lines.push('', ...growthLines(growth))
  return lines.join('\n')
}

function questionLines({ title, runtime, unit, measurements, verdicts }: QuestionResult): string[] {
  const rows = measurements.filter(({ samples }) => samples.length > 0).map((each) => cellsOf(each, unit))
  const troubles = measurements.filter(({ samples }) => samples.length === 0).map(troubleLine)
  return [
    colours.bold(runtime === 'node' ? title : `${title}, in ${runtime}`),
    ...aligned([head, ...rows]),
    ...troubles,
    ...verdicts.map((verdict) => verdictLine(verdict, unit)),
  ]
}

export function cellsOf({ label, samples }: Measurement, unit: Unit): string[] {
  const values = samples.map(({ value }) => value)
  const [low, high] = quartiles(values).map((value) => withUnit(value, unit).split(' ')[0])
  const cell = (of: 'clientCpu' | 'sinkCpu' | 'peakMemory', text: (value: number) => string) => {
    const known = samples.map((sample) => sample[of]).filter((value) => value !== undefined)
    return known.length === 0 ? '' : text(median(known))
  }
  return [
    label,
    withUnit(median(values), unit),
    `${low} – ${high}`,
    cell('clientCpu', percent),
    cell('sinkCpu', percent),
    cell('peakMemory', (octets) => `${grouped(octets / 1e6, 0)} MB`),
  ]
}

function troubleLine({ label, absent, failed }: Measurement): string {
  const [reason = ''] = (failed ?? absent ?? 'not measured').split('\n')
  return `  ${label}: ${failed === undefined ? colours.dim(reason) : colours.red(reason)}`
}

export function verdictLine(verdict: Verdict, unit: Unit): string {
  const { reach, spread, reached, failed } = verdict
  const found = `${ratioText(verdict, unit)}${spread === undefined ? '' : ` (${spreadText(verdict, unit)})`}`
  const colour = reached ? colours.green : failed ? colours.red : colours.yellow
  const what = `${comparisonText(reach)}: ${found}, to reach ${reachText(reach, unit)}`
  return `  ${colour(reached ? '✓' : '✗')} ${what}`
}

function growthLines({ title, axis, unit, series }: GrowthResult): string[] {
  const at = series[0]?.points.map((point) => point.at) ?? []
  const rows = series.map(({ label, points }) => [
    label,
    ...points.map(({ value, peakMemory = 0, problem }) =>
      value === undefined ? (problem ?? '') : `${grouped(value, 0)} (${grouped(peakMemory / 1e6, 0)} MB)`,
    ),
  ])
  return [colours.bold(title), ...aligned([[`${unit} by ${axis}`, ...at.map((each) => grouped(each, 0))], ...rows])]
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const pad = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd())
}
