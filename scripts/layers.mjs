// Fails on an import that goes up a layer, round in a circle, or to a package that the layer may not have.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'oxc-parser'

const root = resolve(import.meta.dirname, '..')

/** From left to right; each may import itself and what is left of it. */
const layers = ['errors', 'wire', 'message', 'connection', 'session', 'client']

const noble = (...modules) => modules.map((name) => `@noble/hashes/${name}.js`)

const core = ['@sansmtp/core', '@sansmtp/core/client', '@sansmtp/core/common']

/** What each part may import besides its own files. */
const packages = {
  errors: [],
  wire: [],
  message: [],
  connection: [],
  session: noble('hmac', 'legacy', 'sha2', 'utils'),
  client: ['zod/mini', ...noble('legacy', 'pbkdf2', 'sha2')],
  core: [],
  'node-adapter': [/^node:/, ...core],
  'deno-adapter': core,
  'bun-adapter': core,
  'workers-adapter': ['cloudflare:sockets', ...core],
  testkit: [
    ...['@sansmtp/core', '@sansmtp/core/client', 'fast-check', 'selfsigned'],
    ...noble('hmac', 'legacy', 'pbkdf2', 'sha2'),
  ],
  'adapter-suite': [/^node:/, '@sansmtp/core', '@sansmtp/core/client'],
}

/** The machine has no clock and no randomness; runtimes have no place in core. */
const banned = /\b(?:Date\.now|new Date|Math\.random|process\.|Buffer\b|Deno\.|Bun\.|require\()/
const bannedBelowClient = /\b(?:setTimeout|clearTimeout|AbortSignal|crypto\.|async |await )/

const problems = []
const imports = new Map()

const files = readdirSync(join(root, 'packages'), { recursive: true }).map((name) => `packages/${name}`)
for (const file of files.filter((name) => /^packages\/[^/]+\/src\/.*(?<!\.d)\.ts$/.test(name))) {
  const source = readFileSync(join(root, file), 'utf8')
  const part = partOf(file)
  const targets = importsOf(file, source)
  imports.set(file, [])
  for (const target of targets) {
    if (target.startsWith('.')) {
      const imported = relative(root, resolve(root, dirname(file), target))
      imports.get(file).push(imported)
      checkDirection(file, part, imported)
    } else if (
      !packages[part].some((allowed) => (allowed instanceof RegExp ? allowed.test(target) : allowed === target))
    ) {
      problems.push(`${file}: ${part} may not import ${target}`)
    }
  }
  if (file.startsWith('packages/core/')) checkPurity(file, part, withoutComments(source))
}
findCycles()

for (const problem of problems) console.error(problem)
console.log(`${imports.size} files, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0

/** A layer of core, the part of the testkit that needs a runtime, or a package. */
function partOf(file) {
  const [, name, , folder] = file.split('/')
  const isPart = (name === 'core' && layers.includes(folder)) || (name === 'testkit' && folder === 'adapter-suite')
  return isPart ? folder : name
}

function importsOf(file, source) {
  const { module } = parseSync(file, source)
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.map(({ moduleRequest }) => moduleRequest?.value),
  )
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start + 1, end - 1))
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported, ...dynamic].filter(
    Boolean,
  )
}

function checkDirection(file, part, imported) {
  const target = partOf(imported)
  if (file.split('/')[1] !== imported.split('/')[1]) problems.push(`${file}: reaches into another package: ${imported}`)
  else if (layers.includes(part) && !layers.includes(target)) problems.push(`${file}: imports ${imported}`)
  else if (layers.indexOf(target) > layers.indexOf(part) && layers.includes(part)) {
    problems.push(`${file}: ${part} may not import ${target}, which is right of it`)
  } else if (file === 'packages/core/src/index.ts' && target === 'client') {
    problems.push(`${file}: the root is pure and may not import client`)
  } else if (part === 'testkit' && target === 'adapter-suite') {
    problems.push(`${file}: the root is pure and may not import ${imported}`)
  }
}

function checkPurity(file, part, code) {
  if (banned.test(code)) problems.push(`${file}: uses ${banned.exec(code)[0]}`)
  if (part !== 'client' && bannedBelowClient.test(code))
    problems.push(`${file}: uses ${bannedBelowClient.exec(code)[0]}`)
}

function withoutComments(source) {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '')
}

function findCycles() {
  const done = new Set()
  const visit = (file, trail) => {
    if (trail.includes(file)) problems.push(`a cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`)
    if (trail.includes(file) || done.has(file)) return
    for (const imported of imports.get(file) ?? []) visit(imported, [...trail, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
}
