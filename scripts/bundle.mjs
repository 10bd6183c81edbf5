// Makes of each package that programs import what its package.json exports: a few files instead of hundreds, since to
// find, read and link so many takes longer than all else that importing takes. The types are the compiler's.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { pureInitializers } from './bundle/pure-initializers.mjs'

const root = resolve(import.meta.dirname, '..')
const packages = ['core', 'node-adapter', 'deno-adapter', 'bun-adapter', 'workers-adapter']

await Promise.all(packages.map((name) => bundle(join(root, 'packages', name))))

async function bundle(folder) {
  const { exports, dependencies = {} } = readJson(join(folder, 'package.json'))
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: Object.values(exports).map(sourceOf),
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    // What entries have in common is in a file that they share, so that a class is the same whichever it comes from.
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    // Other libraries are bundled.
    external: [...Object.keys(dependencies), 'node:*', 'cloudflare:*'],
    // They have their say in the notices.
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    plugins: [pureInitializers],
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, path.endsWith('.map') ? marked(text) : text]))
  const notices = noticesOf(folder, Object.keys(metafile.inputs))
  if (notices !== '') files.set(join(folder, 'dist/THIRD-PARTY-NOTICES.txt'), notices)
  writeAll(join(folder, 'dist'), files)
}

function sourceOf({ default: code }) {
  return code.replace('./dist/', './src/').replace(/\.js$/, '.ts')
}

/** A source map that names libraries' sources, which are not packed, as theirs: debuggers pass over them. */
function marked(text) {
  const map = JSON.parse(text)
  const libraries = [...map.sources.keys()].filter((i) => map.sources[i].includes('node_modules/'))
  const sources = map.sources.map((path) => path.replace(/.*node_modules\//, ''))
  return JSON.stringify({ ...map, sources, ...(libraries.length > 0 && { ignoreList: libraries }) })
}

/** The licences of the libraries that are bundled, which go with what is made of them. */
function noticesOf(folder, inputs) {
  const libraries = inputs.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  const notices = [...new Set(libraries)].map((library) => {
    const { name, version } = readJson(join(folder, library, 'package.json'))
    return `${name} ${version}\n\n${readFileSync(join(folder, library, 'LICENSE'), 'utf8').trim()}\n`
  })
  return notices.sort().join(`\n${'-'.repeat(72)}\n\n`)
}

/** Writes what has changed, and removes what was made before and is made no more, so that it is not packed. */
function writeAll(dist, files) {
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true })
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text)
  }
  const present = readdirSync(dist, { recursive: true }).map((name) => join(dist, name))
  for (const path of present) if (/\.(?:js|js\.map|txt)$/.test(path) && !files.has(path)) rmSync(path)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
