// All that must hold, in the order in which a failure is cheapest to find. Ends with a line that counts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'sansmtp-ok-'))
const results = join(folder, 'unit.json')
const suiteResults = join(folder, 'suite.tap')

/** Of the other adapters there are `test:deno` and so on. The testkit's has the servers in another process. */
const suites = ['node-adapter', 'testkit'].map((name) => `packages/${name}/test/adapter-suite.mjs`)
// The suite as it should be takes seconds. An adapter that leaves something open would keep it from ending.
const suiteRun = ['--test', '--test-timeout=120000', '--test-reporter=spec', '--test-reporter-destination=stdout']
const suiteReport = ['--test-reporter=tap', `--test-reporter-destination=${suiteResults}`]

const steps = [
  ['format and lint', ['biome', 'check', '--error-on-warnings', '.']],
  ['types and build', ['tsc', '-b']],
  ['bundles', ['node', 'scripts/bundle.mjs']],
  ['layers', ['node', 'scripts/layers.mjs']],
  ['state diagram', ['node', 'scripts/state-diagram.mjs', '--check']],
  ['sizes', ['node', 'scripts/size.mjs', '--check']],
  ['runtimes page', ['node', 'scripts/runtimes-page.mjs', '--check']],
  [
    'tests',
    ['vitest', 'run', '--coverage', '--reporter=dot', '--reporter=json', `--outputFile=${results}`],
    readUnitCounts,
  ],
  ['adapter suite', ['node', ...suiteRun, ...suiteReport, ...suites], readSuiteCounts],
  ['RFC tables', ['node', 'scripts/rfc-tables.mjs', '--report', results]],
  ['demo', ['node', 'examples/dist/demo/demo.js']],
]

let passed = 0
let failed = 0
for (const [name, [program, ...args], readCounts] of steps) {
  console.log(`\n— ${name}`)
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  const counted = readCounts?.()
  if (counted !== undefined) {
    passed += counted.passed
    failed += counted.failed
  }
  // A run that fails for another reason than a test, such as a file that can't be loaded, counts as well.
  if (status !== 0 && !counted?.failed) failed += 1
  else if (status === 0 && counted === undefined) passed += 1
}
rmSync(folder, { recursive: true })

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function readUnitCounts() {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    return undefined
  }
}

/** From the lines that end a TAP report, such as `# pass 12`. */
function readSuiteCounts() {
  if (!existsSync(suiteResults)) return undefined
  const report = readFileSync(suiteResults, 'utf8')
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(report)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail') + count('cancelled') }
}
