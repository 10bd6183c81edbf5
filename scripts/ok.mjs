// All that must hold, in the order in which a failure is cheapest to find. Ends with a line that counts.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'sansmtp-ok-'))
const results = join(folder, 'unit.json')

const steps = [
  ['format and lint', ['biome', 'check', '--error-on-warnings', '.']],
  ['types and build', ['tsc', '-b']],
  ['layers', ['node', 'scripts/layers.mjs']],
  ['state diagram', ['node', 'scripts/state-diagram.mjs', '--check']],
  ['tests', ['vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile=${results}`], results],
  ['RFC tables', ['node', 'scripts/rfc-tables.mjs', '--report', results]],
  ['demo', ['node', 'examples/dist/demo/demo.js']],
]

let passed = 0
let failed = 0
for (const [name, [program, ...args], counts] of steps) {
  console.log(`\n— ${name}`)
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  const counted = counts === undefined ? undefined : readCounts(counts)
  if (counted !== undefined) {
    passed += counted.numPassedTests
    failed += counted.numFailedTests
  }
  // A run that fails for another reason than a test, such as a file that can't be loaded, counts as well.
  if (status !== 0 && !counted?.numFailedTests) failed += 1
  else if (status === 0 && counted === undefined) passed += 1
}
rmSync(folder, { recursive: true })

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
