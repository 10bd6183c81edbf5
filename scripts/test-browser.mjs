// Runs the tests of core in headless Chromium, and ends with a line that counts. Arguments narrow down the files.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { startVitest } from 'vitest/node'

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(chromium)) {
  console.error(
    `there is no ${chromium}: install Chromium (Debian: apt-get install chromium), or say where it is in CHROMIUM`,
  )
  console.log('0 passed, 1 failed')
  process.exit(1)
}

const config = resolve(import.meta.dirname, '..', 'vitest.browser.config.ts')
const vitest = await startVitest('test', process.argv.slice(2), { config, watch: false })
await vitest.close()

const modules = vitest.state.getTestModules()
const tests = modules.flatMap((module) => [...module.children.allTests()])
const count = (state) => tests.filter((test) => test.result().state === state).length

// A file that can't be loaded, and a page that can't be opened, fail outside of any test.
const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
const failedOutside =
  suites.filter((suite) => suite.errors().length > 0).length + vitest.state.getUnhandledErrors().length

const passed = count('passed')
const failed = count('failed') + failedOutside
const skipped = tests.length - passed - count('failed')

// Not exit(): what was printed must reach a pipe first.
process.exitCode = failed > 0 || tests.length === 0 ? 1 : (process.exitCode ?? 0)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
