import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { ownSources } from './own-sources.mjs'

/** What a packed package, unpacked into a folder, must have. `jsr` is what its jsr.json or deno.json says. */
export function checkTarball(folder, jsr) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of ['README.md', 'LICENSE']) assert.ok(existsSync(join(folder, name)), `has no ${name}`)

  for (const [entry, { types, default: code }] of Object.entries(manifest.exports)) {
    for (const file of [types, code]) assert.ok(existsSync(join(folder, file)), `${entry} is not packed: ${file}`)
  }
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    assert.match(version, /^\d+\.\d+\.\d+$/, `depends on ${name} ${version}`)
  }
  const files = readdirSync(join(folder, 'dist'), { recursive: true }).map((name) => join(folder, 'dist', name))
  const modules = files.filter((name) => /\.(?:js|d\.ts)$/.test(name))
  for (const file of modules) checkImports(file, manifest)
  for (const file of modules) checkSourceMap(file)
  checkNotices(folder, new Set(modules.flatMap(librariesIn)))
  assert.ok(jsr !== undefined, 'has no jsr.json')
  checkJsr(folder, manifest, jsr)
}

/** What is imported comes with the package, with its dependencies, or with the runtime. */
function checkImports(file, { name, dependencies = {} }) {
  const { module } = parseSync(file, readFileSync(file, 'utf8'))
  const exported = module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest))
  const requests = [...module.staticImports.map(({ moduleRequest }) => moduleRequest), ...exported]
  for (const { value } of requests.filter(Boolean)) {
    if (/^(?:\.|node:|cloudflare:)/.test(value)) continue
    const imported = packageOf(value)
    assert.ok(imported === name || imported in dependencies, `${file} imports ${value}, which is no dependency`)
  }
}

/** Also finds what was built of a source that is no longer there. */
function checkSourceMap(file) {
  for (const source of ownSources(`${file}.map`)) {
    assert.ok(existsSync(join(dirname(file), source)), `${file}.map leads to a source that is not packed: ${source}`)
  }
}

/** Those that are bundled. */
function librariesIn(file) {
  const { sources, ignoreList = [] } = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  return ignoreList.map((i) => packageOf(sources[i]))
}

/** `@noble/hashes` of `@noble/hashes/sha2.js`. */
function packageOf(path) {
  return /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]
}

/** Their licences ask to go with them. */
function checkNotices(folder, libraries) {
  const file = join(folder, 'dist/THIRD-PARTY-NOTICES.txt')
  assert.equal(existsSync(file), libraries.size > 0, 'has notices, or bundles libraries, but not both')
  for (const library of libraries) {
    const notice = new RegExp(`^${library} \\d+\\.\\d+\\.\\d+\\n\\n.*License[^]*?Copyright[^]*?^-{72}$`, 'm')
    assert.match(`${readFileSync(file, 'utf8')}\n${'-'.repeat(72)}`, notice, `no licence of ${library} is packed`)
  }
}

/** The same package under the same name, in the same version, with the same entries, of the sources. */
function checkJsr(folder, { name, version, license, exports }, jsr) {
  const sources = Object.entries(exports).map(([entry, { default: code }]) => [
    entry,
    code.replace('./dist/', './src/').replace(/\.js$/, '.ts'),
  ])
  const expected = { name, version, license, exports: Object.fromEntries(sources) }
  const entries = typeof jsr.exports === 'string' ? { '.': jsr.exports } : jsr.exports
  assert.deepEqual({ name: jsr.name, version: jsr.version, license: jsr.license, exports: entries }, expected)
  for (const [, source] of sources) assert.ok(existsSync(join(folder, source)), `${source} is not packed`)
}
