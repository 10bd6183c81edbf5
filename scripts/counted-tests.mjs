import { startVitest } from 'vitest/node'

/** Runs the tests of a configuration, of all files or of those named, and ends with a line that counts. */
export async function runCounted(config, filters) {
  const vitest = await startVitest('test', filters, { config, watch: false })
  await vitest.close()

  const modules = vitest.state.getTestModules()
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const count = (state) => tests.filter((test) => test.result().state === state).length

  // A file that can't be loaded, and a server, a page or a Python that can't be started, fail outside of any test,
  // and leave their tests skipped.
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
  const failedOutside =
    suites.filter((suite) => suite.errors().length > 0).length + vitest.state.getUnhandledErrors().length

  const passed = count('passed')
  const failed = count('failed') + failedOutside
  const skipped = tests.length - passed - count('failed')

  // Not exit(): what was printed must reach a pipe first.
  process.exitCode = failed > 0 || tests.length === 0 ? 1 : (process.exitCode ?? 0)
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}
