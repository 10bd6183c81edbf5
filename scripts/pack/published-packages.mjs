import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What goes to a registry: each package's folder, its package.json, and its jsr.json or deno.json. */
export const publishedPackages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')), jsr: jsrOf(folder) }))
  .filter(({ manifest }) => manifest.private !== true)

function jsrOf(folder) {
  const file = ['jsr.json', 'deno.json'].map((name) => join(folder, name)).find(existsSync)
  return file && readJson(file)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
