import { parseCommandLine, UsageError, usage } from './command-line.ts'
import { runEmbeddedDemo } from './embedded-demo.ts'
import { errorLine } from './error-line.ts'
import { runOwnServerDemo } from './own-server-demo.ts'
import { printVerdict } from './verdict.ts'

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage)
    return 0
  }
  try {
    const order = parseCommandLine(args)
    const verdict = order === undefined ? await runEmbeddedDemo() : await runOwnServerDemo(order)
    printVerdict(verdict)
    return verdict.problems.length === 0 ? 0 : 1
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${errorLine(error)}\n\n${usage}`)
      return 2
    }
    console.error(`\n${errorLine(error)}`)
    return 1
  }
}
