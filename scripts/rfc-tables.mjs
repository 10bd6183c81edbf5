// Fails where docs/rfc-*.md names a test that does not exist, does not run or is not the only one of its name, and
// where a row is malformed. With --report FILE the tests are those in vitest's JSON report; else vitest lists them.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const root = resolve(import.meta.dirname, '..')
const header = ['§', 'level', 'requirement', 'held by']
const sectionSyntax = /^(?:\d+|[A-F])(?:\.\d+)*$/
const levels = new Set([
  ...['MUST', 'MUST NOT', 'SHALL', 'SHALL NOT', 'SHOULD', 'SHOULD NOT', 'REQUIRED', 'RECOMMENDED'],
  ...['must', 'should', 'can', 'can only', 'limit'],
])
const reasonSyntax = /^(not ours|deviation): \S/
const namesSyntax = /^`[^`]+`(?:, `[^`]+`)*$/

const { values } = parseArgs({ options: { report: { type: 'string' } } })
const tests = values.report === undefined ? listedTests() : reportedTests(values.report)
const problems = []
const named = new Set()
const totals = { rows: 0, held: 0, notOurs: 0, deviations: 0 }

for (const page of readdirSync(join(root, 'docs')).filter((name) => /^rfc-\d+\.md$/.test(name))) checkPage(page)
print('in all', totals)
for (const problem of problems) console.error(problem)
console.log(`${named.size} tests named, ${problems.length} problems`)
process.exitCode = problems.length > 0 || totals.rows === 0 ? 1 : 0

function checkPage(page) {
  const counts = { rows: 0, held: 0, notOurs: 0, deviations: 0 }
  const seen = new Set()
  for (const [i, line] of readFileSync(join(root, 'docs', page), 'utf8')
    .split('\n')
    .entries()) {
    const report = (problem) => problems.push(`docs/${page}:${i + 1}: ${problem}`)
    if (!line.startsWith('|') || /^\|(?: -+ \|)+$/.test(line)) continue
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    if (cells.join() === header.join()) continue
    counts.rows += 1
    checkRow(cells, counts, seen, report)
  }
  if (counts.rows === 0) problems.push(`docs/${page}: has no rows`)
  for (const key of Object.keys(totals)) totals[key] += counts[key]
  print(page, counts)
}

function checkRow(cells, counts, seen, report) {
  const [section = '', level = '', requirement = '', heldBy = ''] = cells
  if (cells.length !== header.length) return report(`has ${cells.length} cells instead of ${header.length}`)
  if (!sectionSyntax.test(section)) report(`"${section}" is not a section`)
  if (!levels.has(level)) report(`"${level}" is not a level`)
  if (requirement === '') report('the requirement is empty')
  if (seen.has(`${section} ${level} ${requirement}`)) report('is there twice')
  seen.add(`${section} ${level} ${requirement}`)
  const reason = reasonSyntax.exec(heldBy)?.[1]
  if (reason !== undefined) {
    counts[reason === 'deviation' ? 'deviations' : 'notOurs'] += 1
  } else if (namesSyntax.test(heldBy)) {
    counts.held += 1
    for (const name of heldBy.slice(1, -1).split('`, `')) checkName(name, report)
  } else {
    report('is held by neither `a test`, nor "not ours: …", nor "deviation: …"')
  }
}

/** A name is `file › describe › title`, or as much of its end as is unambiguous. */
function checkName(name, report) {
  named.add(name)
  const parts = name.split(' › ')
  const file = /\.test\.ts$/.test(parts[0]) ? parts.shift() : undefined
  const ending = parts.join(' > ')
  const matching = tests.filter(
    (test) =>
      (file === undefined || test.file.endsWith(`/${file}`)) &&
      (test.name === ending || test.name.endsWith(` > ${ending}`)),
  )
  if (matching.length === 0) report(`no test is named "${name}"`)
  if (matching.length > 1) report(`"${name}" names ${matching.length} tests`)
  if (matching.some(({ runs }) => !runs)) report(`"${name}" does not run`)
}

function reportedTests(path) {
  return JSON.parse(readFileSync(path, 'utf8')).testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(root, file),
      name: [...ancestorTitles, title].join(' > '),
      runs: status === 'passed' || status === 'failed',
    })),
  )
}

function listedTests() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'list', '--json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(`vitest could not list the tests: ${stderr}`)
  return JSON.parse(stdout).map(({ file, name }) => ({ file: relative(root, file), name, runs: true }))
}

function print(name, { rows, held, notOurs, deviations }) {
  console.log(`${name}: ${rows} rows, ${held} held by tests, ${notOurs} not ours, ${deviations} deviations`)
}
