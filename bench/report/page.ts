import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { growthTable, machineText, numbersText, ratiosTable } from './markdown.ts'
import { barPlot, growthPlot } from './plot.ts'
import { type BenchResult, resultAsJson } from './result.ts'

/** From `bench/dist/report`. */
const root = resolve(import.meta.dirname, '../../..')
const page = join(root, 'docs/performance.md')
const folder = join(root, 'docs/performance')

/** Writes what of docs/performance.md stands between markers, its plots, and the result that they are made of. */
export function writePage(result: BenchResult): void {
  mkdirSync(folder, { recursive: true })
  const plot = (name: string, svg: string) => writeFileSync(join(folder, `${name}.svg`), svg)
  for (const growth of result.growths) plot(growth.name, growthPlot(growth))
  const messages = result.questions.filter(({ name, runtime }) => oneConnection.includes(name) && runtime === 'node')
  plot(
    'messages',
    barPlot('Messages of 1 kB over one connection', messages, (label) => label.startsWith('bare socket')),
  )
  writeFileSync(join(folder, 'result.json'), `${resultAsJson(result)}\n`)

  const parts = {
    machine: machineText(result),
    ratios: ratiosTable(result),
    numbers: numbersText(result),
    growth: result.growths.map(growthText).join('\n\n'),
  }
  let text = readFileSync(page, 'utf8')
  for (const [name, part] of Object.entries(parts)) text = replaced(text, name, part)
  writeFileSync(page, text)
  // Tables are aligned, and the result is laid out, as the linter wants them.
  spawnSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', page, folder], { cwd: root, stdio: 'inherit' })
}

const oneConnection = ['one-at-a-time', 'deliver-all', 'eager']

function growthText(growth: BenchResult['growths'][number]): string {
  return `### ${growth.title}\n\n![${growth.title}](performance/${growth.name}.svg)\n\n${growthTable(growth)}`
}

function replaced(text: string, name: string, part: string): string {
  const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`)
  if (!marked.test(text)) throw new Error(`docs/performance.md has no place marked ${name}`)
  return text.replace(marked, () => `<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->`)
}
