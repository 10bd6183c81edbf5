import { readFileSync, writeFileSync } from 'node:fs'
import { type Order, parseCommandLine, UsageError, usage } from './command-line.ts'
import { measure } from './harness/measure.ts'
import { failuresOf } from './report/failures.ts'
import { type BenchResult, resultAsJson } from './report/result.ts'
import { tableOf } from './report/table.ts'

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  try {
    const order = parseCommandLine(args)
    if (order.help) console.log(usage)
    return order.help ? 0 : await carryOut(order)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n\n${usage}`)
    return 2
  }
}

async function carryOut(order: Order): Promise<number> {
  const { from, json, output, plot, check } = order
  const result: BenchResult =
    from === undefined
      ? await measure({ ...order, onProgress: (what) => console.error(`… ${what}`) })
      : JSON.parse(readFileSync(from, 'utf8'))
  const text = resultAsJson(result)
  if (output !== undefined) writeFileSync(output, `${text}\n`)
  console.log(json ? text : tableOf(result))
  if (plot) {
    // What draws is large, and nobody else needs it.
    const { writePage } = await import('./report/page.ts')
    writePage(result)
  }
  const failures = failuresOf(result, check)
  for (const failure of failures) console.error(failure)
  return failures.length > 0 ? 1 : 0
}
