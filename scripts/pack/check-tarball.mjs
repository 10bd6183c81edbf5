import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

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
  checkSourceMaps(folder)
  assert.ok(jsr !== undefined, 'has no jsr.json')
  checkJsr(folder, manifest, jsr)
}

/** Also finds what was built of a source that is no longer there. */
function checkSourceMaps(folder) {
  const files = readdirSync(join(folder, 'dist'), { recursive: true }).map((name) => join(folder, 'dist', name))
  for (const file of files.filter((name) => /\.(?:js|d\.ts)$/.test(name))) {
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
    assert.ok(sources.length > 0, `${file}.map names no source`)
    for (const source of sources) {
      assert.ok(existsSync(join(dirname(file), source)), `${file}.map leads to a source that is not packed: ${source}`)
    }
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
