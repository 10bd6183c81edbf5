import type { Reach, Unit } from '../harness/question.ts'
import type { Verdict } from './verdict.ts'

const decimals: Readonly<Record<Unit, number>> = {
  'messages/s': 0,
  'MB/s': 0,
  'replies/s': 0,
  MB: 0,
  ms: 1,
  s: 3,
}

export function withUnit(value: number, unit: Unit): string {
  return `${grouped(value, decimals[unit])} ${unit}`
}

export function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export function percent(share: number): string {
  return `${grouped(share * 100, 0)} %`
}

/** Of a ratio, or of what is in the question's unit. */
function compared({ over }: Reach, value: number, unit: Unit): string {
  return over === undefined ? withUnit(value, unit) : `${grouped(value, value < 0.2 ? 3 : value < 3 ? 2 : 1)} ×`
}

export function reachText(reach: Reach, unit: Unit): string {
  const { atLeast, atMost } = reach
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${compared(reach, atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`≤ ${compared(reach, atMost, unit)}`]),
  ]
  return bounds.join(', ')
}

export function ratioText({ reach, ratio }: Verdict, unit: Unit): string {
  return ratio === undefined ? 'not measured' : compared(reach, ratio, unit)
}

export function spreadText({ reach, spread }: Verdict, unit: Unit): string {
  if (spread === undefined) return ''
  return spread.map((value) => compared(reach, value, unit).split(' ')[0]).join(' – ')
}

/** What a reach compares, such as `a over b`. */
export function comparisonText({ of, over, minus }: Reach): string {
  if (over !== undefined) return `${of} over ${over}`
  return minus === undefined ? of : `${of} less ${minus}`
}
