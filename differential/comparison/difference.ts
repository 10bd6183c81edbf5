import type { Scenario } from '../scenario.ts'
import type { Trace } from './trace.ts'

/** One place in which the libraries differ. */
export interface Difference {
  /** `call 3`, `wire` of the first connection, `wire 2` of the second, or `connections`. */
  readonly at: string
  /** The outcome, or the lines that only one of them sent; one in each element. */
  readonly smtplib: readonly string[]
  readonly sansmtp: readonly string[]
}

export function differences(smtplib: Trace, sansmtp: Trace): readonly Difference[] {
  return [...outcomeDifferences(smtplib, sansmtp), ...wireDifferences(smtplib, sansmtp)]
}

function* outcomeDifferences(smtplib: Trace, sansmtp: Trace): Iterable<Difference> {
  const calls = Math.max(smtplib.outcomes.length, sansmtp.outcomes.length)
  for (let i = 0; i < calls; i += 1) {
    const [theirs, ours] = [smtplib.outcomes.slice(i, i + 1), sansmtp.outcomes.slice(i, i + 1)]
    if (theirs[0] !== ours[0]) yield { at: `call ${i + 1}`, smtplib: theirs, sansmtp: ours }
  }
}

function* wireDifferences(smtplib: Trace, sansmtp: Trace): Iterable<Difference> {
  const connections = Math.max(smtplib.wires.length, sansmtp.wires.length)
  for (let i = 0; i < connections; i += 1) {
    const hunk = differingPart(smtplib.wires[i] ?? ['(no connection)'], sansmtp.wires[i] ?? ['(no connection)'])
    if (hunk !== undefined) yield { at: i === 0 ? 'wire' : `wire ${i + 1}`, ...hunk }
  }
}

/** What is left of both when what they begin and end with in common is taken away. */
function differingPart(theirs: readonly string[], ours: readonly string[]): Omit<Difference, 'at'> | undefined {
  const shorter = Math.min(theirs.length, ours.length)
  let start = 0
  while (start < shorter && theirs[start] === ours[start]) start += 1
  let end = 0
  while (end < shorter - start && theirs.at(-1 - end) === ours.at(-1 - end)) end += 1
  const hunk = { smtplib: theirs.slice(start, theirs.length - end), sansmtp: ours.slice(start, ours.length - end) }
  return hunk.smtplib.length + hunk.sansmtp.length === 0 ? undefined : hunk
}

/** A difference as people read it. */
export function describeDifference({ calls }: Scenario, { at, smtplib, sansmtp }: Difference): string {
  const call = /^call (\d+)$/.exec(at)
  const place = call === null ? at : `${at}, ${JSON.stringify(calls[Number(call[1]) - 1])}`
  const side = (name: string, lines: readonly string[]) => `  ${name}: ${lines.join('\n           ') || '(nothing)'}`
  return [place, side('smtplib', smtplib), side('sansmtp', sansmtp)].join('\n')
}
