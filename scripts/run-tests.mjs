// Runs the tests of a folder that has a configuration of its own, such as interop, and ends with a line that counts.
import { resolve } from 'node:path'
import { startVitest } from 'vitest/node'

const [folder, ...filters] = process.argv.slice(2)
const config = resolve(folder, 'vitest.config.ts')
const vitest = await startVitest('test', filters, { config, watch: false })
await vitest.close()

const modules = vitest.state.getTestModules()
const tests = modules.flatMap((module) => [...module.children.allTests()])
const count = (state) => tests.filter((test) => test.result().state === state).length

// A file that can't be loaded, and a server or a Python that can't be started, fail outside of any test, and leave
// their tests skipped.
const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
const failedOutside =
  suites.filter((suite) => suite.errors().length > 0).length + vitest.state.getUnhandledErrors().length

const passed = count('passed')
const failed = count('failed') + failedOutside
const skipped = tests.length - passed - count('failed')

// Not exit(): what was printed must reach a pipe first.
process.exitCode = failed > 0 || tests.length === 0 ? 1 : (process.exitCode ?? 0)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
