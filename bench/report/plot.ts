import * as echarts from 'echarts'
import type { GrowthResult, QuestionResult } from './result.ts'
import { median } from './statistics.ts'

const width = 820
const font = { fontFamily: 'sans-serif', color: '#222' }
const palette = ['#1a6fb5', '#d9822b', '#6b7a89', '#3a9a5b', '#8a4fa3']

function rendered(height: number, option: echarts.EChartsCoreOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ animation: false, backgroundColor: '#fff', color: palette, textStyle: font, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

/** Two panels over one another: what was measured, and the memory that it took. */
export function growthPlot({ title, axis, unit, series }: GrowthResult): string {
  const xAxis = (gridIndex: number) => ({
    type: 'log',
    gridIndex,
    min: 'dataMin',
    max: 'dataMax',
    name: gridIndex === 1 ? axis : '',
    nameLocation: 'middle',
    nameGap: 28,
    axisLabel: { formatter: short },
    splitLine: { show: false },
  })
  const yAxis = (gridIndex: number, name: string) => ({
    type: 'value',
    gridIndex,
    min: 0,
    name,
    nameTextStyle: { align: 'left' },
    axisLabel: { formatter: short },
  })
  const lines = series.flatMap(({ label, points }) => {
    const line = (axisIndex: number, data: readonly (readonly number[])[]) => ({
      type: 'line',
      silent: true,
      name: label,
      xAxisIndex: axisIndex,
      yAxisIndex: axisIndex,
      symbolSize: 6,
      data,
    })
    const known = points.filter(({ value }) => value !== undefined)
    return [
      line(
        0,
        known.map(({ at, value = 0 }) => [at, value]),
      ),
      line(
        1,
        known.map(({ at, peakMemory = 0 }) => [at, peakMemory / 1e6]),
      ),
    ]
  })
  return rendered(560, {
    title: { text: title, left: 16, top: 8, textStyle: { ...font, fontSize: 15 } },
    legend: { top: 36, left: 16, data: series.map(({ label }) => label) },
    grid: [
      { left: 70, right: 40, top: 100, height: 190 },
      { left: 70, right: 40, top: 345, height: 150 },
    ],
    xAxis: [xAxis(0), xAxis(1)],
    yAxis: [yAxis(0, unit), yAxis(1, 'peak memory, MB')],
    series: lines.map((line, i) => ({ ...line, color: palette[Math.floor(i / 2) % palette.length] })),
  })
}

/** One bar for each subject of some questions that have a unit in common; of one that is asked twice, the first. */
export function barPlot(
  title: string,
  questions: readonly QuestionResult[],
  leaveOut: (label: string) => boolean,
): string {
  const bars = new Map<string, number>()
  for (const { label, samples } of questions.flatMap(({ measurements }) => measurements)) {
    if (samples.length > 0 && !leaveOut(label) && !bars.has(label))
      bars.set(label, median(samples.map((each) => each.value)))
  }
  const sorted = Array.from(bars).sort(([, a], [, b]) => a - b)
  return rendered(90 + 28 * sorted.length, {
    title: { text: title, left: 16, top: 8, textStyle: { ...font, fontSize: 15 } },
    grid: { left: 210, right: 80, top: 44, bottom: 40 },
    xAxis: {
      type: 'value',
      axisLabel: { formatter: short },
      name: questions[0]?.unit,
      nameLocation: 'middle',
      nameGap: 26,
    },
    yAxis: { type: 'category', data: sorted.map(([label]) => label), axisTick: { show: false } },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 16,
        data: sorted.map(([label, value]) => ({
          value,
          itemStyle: { color: /^sansmtp|^SmtpPool/.test(label) ? palette[0] : palette[2] },
        })),
        label: { show: true, position: 'right', formatter: ({ value }: { value: number }) => short(value) },
      },
    ],
  })
}

/** Such as 1.5k, in three digits at most. */
function short(value: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ]
  const [size, suffix] = steps.find(([size]) => value >= size) ?? [1, '']
  return `${Number((value / size).toPrecision(3))}${suffix}`
}
