import { colours } from './colours.ts'

/** How a demo went: it was a success if there are no problems. */
export interface Verdict {
  readonly success: string
  readonly problems: readonly string[]
}

export function printVerdict({ success, problems }: Verdict): void {
  if (problems.length === 0) console.log(`\n${colours.green('✔')} ${success}`)
  else console.log()
  for (const problem of problems) console.log(`${colours.red('✘')} ${problem}`)
}
