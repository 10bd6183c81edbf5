// Measures what core adds to a bundle and writes the tables of docs/size.md. With --check it fails instead where the page
// is stale, and either way where a limit is passed or a bundle needs more of its runtime than it may.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { freeGlobals } from './free-globals.mjs'

const root = resolve(import.meta.dirname, '..')
const page = resolve(root, 'docs/size.md')
const check = process.argv.includes('--check')

/** What somebody imports, and how much it may be: kB of 1000 bytes, minified and compressed by gzip at its best. */
const bundles = [
  { name: 'the machine', imports: `export { ClientConnection } from '@sansmtp/core'`, limit: 14.6, aim: 12 },
  {
    name: 'with the flows for mail, no AUTH',
    imports: `export { ClientConnection, hello, quit, startTls, transact } from '@sansmtp/core'`,
    limit: 21.4,
  },
  {
    name: 'with the flows and every mechanism',
    imports: `export { ClientConnection, open, quit, transact } from '@sansmtp/core'`,
    limit: 34.8,
  },
  { name: 'all of the root', imports: `export * from '@sansmtp/core'`, limit: 43 },
  { name: '`SmtpClient`', imports: `export { SmtpClient } from '@sansmtp/core/client'`, limit: 65.2, aim: 30 },
  {
    name: 'root and client, whole',
    imports: `export * from '@sansmtp/core'; export * from '@sansmtp/core/client'`,
    limit: 71,
  },
]

/** The language's own, and what every runtime has that is no API of any one: no clock, no randomness, no I/O. */
const pure = new Set(
  [
    'Array ArrayBuffer BigInt Boolean DataView Date Error Infinity JSON Map Math NaN Number Object Promise Reflect RegExp',
    'Set String Symbol TypeError RangeError Uint8Array Uint16Array Uint32Array BigUint64Array WeakMap WeakSet',
    'TextDecoder TextEncoder URL atob btoa decodeURIComponent undefined',
  ].flatMap((line) => line.split(' ')),
)
/** What `client` may use besides. The last two are for zod's settings, and for the scheduler that noble looks for. */
const ofClient = 'AbortController clearTimeout crypto performance setTimeout __zod_globalConfig globalThis'.split(' ')

const problems = []
const measured = []
for (const bundle of bundles) measured.push(await measure(bundle))

const text = readFileSync(page, 'utf8')
const written = replaced(replaced(text, 'sizes', sizeTable()), 'parts', await partTable())
if (!check) writeFileSync(page, written)
else if (written !== text) problems.push('docs/size.md is stale: pnpm run size')

for (const { name, min, gzip, limit } of measured) {
  console.log(`${name}: ${min} bytes minified, ${gzip} with gzip, of ${limit * 1000} allowed`)
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

/** As a user's bundler does it with what is published. */
async function measure(bundle) {
  const { contents, text } = await bundled(bundle.imports)
  const gzip = gzipSync(contents, { level: 9 }).length
  if (gzip > bundle.limit * 1000) problems.push(`${bundle.name}: ${gzip} bytes are more than ${bundle.limit} kB`)
  const allowed = bundle.imports.includes('/client') ? new Set([...pure, ...ofClient]) : pure
  for (const name of freeGlobals(text)) {
    if (!allowed.has(name)) problems.push(`${bundle.name}: needs ${name} of its runtime`)
  }
  return { ...bundle, min: contents.length, gzip }
}

/** @param settings of esbuild, besides what is the same for all */
async function bundled(imports, settings = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: imports, resolveDir: resolve(root, 'packages/node-adapter') },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    // The tests' own configuration would lead to the sources.
    tsconfigRaw: {},
    metafile: true,
    write: false,
    ...settings,
  })
  const [{ inputs }] = Object.values(metafile.outputs)
  return { ...outputFiles[0], inputs }
}

function sizeTable() {
  return table(
    ['what is imported', 'min', 'min + gzip', 'limit', 'aim'],
    measured.map(({ name, min, gzip, limit, aim }) => [
      name,
      kilobytes(min),
      kilobytes(gzip),
      `${limit.toFixed(1)} kB`,
      aim === undefined ? '' : `${aim.toFixed(1)} kB`,
    ]),
  )
}

/** What the two extremes are made of, minified, the largest first: by source, so bundled from the sources. */
async function partTable() {
  const source = (path) => resolve(root, 'packages/core/src', path)
  const alias = { '@sansmtp/core/client': source('client/index.ts'), '@sansmtp/core': source('index.ts') }
  const extremes = [bundles.at(0), bundles.at(-1)].map(({ imports }) => bundled(imports, { alias }))
  const [machine, whole] = (await Promise.all(extremes)).map(({ inputs }) => {
    const parts = new Map()
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytesInOutput)
    }
    return parts
  })
  const parts = [...whole].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a)
  return table(
    ['part', 'whole', 'of which in the machine'],
    parts.map(([part, bytes]) => [part, kilobytes(bytes), machine.has(part) ? kilobytes(machine.get(part)) : '']),
  )
}

/** A layer, a folder in it that is a subject of its own, or a library. */
function partOf(path) {
  const [, library] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  if (library !== undefined) return `\`${library}\``
  if (path.endsWith('/stringprep-tables.ts')) return '`session/sasl`: tables of SASLprep'
  const [, layer] = /packages\/core\/src\/((?:session\/sasl|wire\/parameters|\w+)(?=\/))/.exec(path) ?? []
  return layer === undefined ? 'the rest' : `\`${layer}\``
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

/** As the formatter would have it, so that it finds nothing to change. */
function table(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function replaced(text, mark, content) {
  const marked = new RegExp(`<!-- ${mark} -->[\\s\\S]*<!-- /${mark} -->`)
  if (!marked.test(text)) throw new Error(`docs/size.md has no place marked ${mark}`)
  return text.replace(marked, `<!-- ${mark} -->\n\n${content}\n\n<!-- /${mark} -->`)
}
