// Runs the suite of tests that all adapters share, and an adapter's own, inside the runtime that the argument names.
// Ends with a line that counts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { junitCounts } from './junit-counts.mjs'
import { programs } from './runtime-programs.mjs'

const root = resolve(import.meta.dirname, '..')

// The suite as it should be takes seconds. An adapter that leaves something open would keep it from ending.
const timeout = 300_000

const nodeTest = (report) => [
  ...['--test', '--test-timeout=120000', '--test-reporter=spec', '--test-reporter-destination=stdout'],
  ...['--test-reporter=junit', `--test-reporter-destination=${report}`],
]

/** For each runtime its adapter, the programs that run its tests, and their arguments, tests left out. */
const runtimes = {
  node: { adapter: 'node-adapter', runners: programs.node, options: nodeTest },
  deno: {
    adapter: 'deno-adapter',
    runners: programs.deno,
    options: (report) => [
      ...['test', '--allow-all', '--sanitize-ops', '--sanitize-resources', '--no-check', `--junit-path=${report}`],
    ],
  },
  bun: {
    adapter: 'bun-adapter',
    runners: programs.bun,
    options: (report) => ['test', '--reporter=junit', `--reporter-outfile=${report}`],
  },
  // What runs in workerd is the adapter alone, driven from here.
  workers: { adapter: 'workers-adapter', runners: [{ name: 'workerd', path: process.execPath }], options: nodeTest },
}

const runtime = runtimes[process.argv[2]]
if (runtime === undefined) {
  console.error(`Usage: node scripts/test-runtime.mjs ${Object.keys(runtimes).join('|')}`)
  process.exit(2)
}

const { adapter, runners, options } = runtime
const folder = `packages/${adapter}/test`
const tests = readdirSync(join(root, folder)).filter((name) => /^adapter-suite\.mjs$|\.test\.mjs$/.test(name))
const total = { passed: 0, failed: 0, skipped: 0 }

const parts = [`packages/${adapter}`, 'packages/testkit', 'packages/testkit/src/adapter-suite']
const built = tests.length > 0 && run('tsc', ['-b', ...parts]) && run('node', ['scripts/bundle.mjs'])
if (built) for (const runner of runners) add(testedBy(runner))
else total.failed = 1

const { passed, failed, skipped } = total
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

function testedBy({ name, path }) {
  console.log(`\n— ${name}`)
  const temporary = mkdtempSync(join(tmpdir(), 'sansmtp-runtime-'))
  const report = join(temporary, 'report.xml')
  // Bun takes what does not begin with a dot for a pattern.
  const ended = run(path, [...options(report), ...tests.map((test) => `./${folder}/${test}`)])
  const counts = existsSync(report) ? junitCounts(readFileSync(report, 'utf8')) : { passed: 0, failed: 0, skipped: 0 }
  rmSync(temporary, { recursive: true })
  // A run that fails for another reason than a test, such as a file that can't be loaded, counts as well; and so does
  // one in which nothing was tested.
  if (counts.failed === 0 && (!ended || counts.passed === 0)) counts.failed = 1
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return counts
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', timeout })
  if (error) console.error(`${relative(root, program)}: ${error.message}`)
  return status === 0
}

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key]
}
