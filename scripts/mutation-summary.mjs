// Writes the table of docs/testing.md from the report of the mutation run, coverage/mutation.json.
import { readFileSync, writeFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(new URL('../coverage/mutation.json', import.meta.url), 'utf8'))
const page = new URL('../docs/testing.md', import.meta.url)

const detected = ['Killed', 'Timeout']
const undetected = ['Survived', 'NoCoverage']

function row(name, mutants) {
  const count = (statuses) => mutants.filter(({ status }) => statuses.includes(status)).length
  const found = count(detected)
  const missed = count(undetected)
  const score = found + missed === 0 ? 100 : (100 * found) / (found + missed)
  return `| ${name} | ${found + missed} | ${found} | ${missed} | ${score.toFixed(1)} % |`
}

const files = Object.entries(report.files).map(([path, { mutants }]) => [
  path.replace('packages/core/src/', ''),
  mutants,
])
const layer = (name) => files.filter(([path]) => path.startsWith(`${name}/`)).flatMap(([, mutants]) => mutants)
const layers = ['wire', 'message', 'connection']
const rows = [
  ...files.sort(([a], [b]) => a.localeCompare(b)).map(([path, mutants]) => row(`\`${path}\``, mutants)),
  ...layers.map((name) => row(`**${name}**`, layer(name))),
  row('**all**', layers.flatMap(layer)),
]
const table = ['| file | mutants | found | missed | score |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')

const text = readFileSync(page, 'utf8')
const marked = /<!-- mutation -->[\s\S]*<!-- \/mutation -->/
writeFileSync(page, text.replace(marked, `<!-- mutation -->\n\n${table}\n\n<!-- /mutation -->`))
console.log(rows.at(-1))
